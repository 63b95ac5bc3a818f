from index.analyzer import tokens, words


def test_a_compound_shares_tokens_with_its_part():
    assert set(tokens("huurtoeslag")) <= set(tokens("huurtoeslagontvangers"))


def test_long_words_become_overlapping_four_grams_in_order():
    assert tokens("subsidie") == ["subs", "ubsi", "bsid", "sidi", "idie"]


def test_short_words_and_figures_stay_whole():
    assert tokens("De AOW in 2024: 5%") == ["de", "aow", "in", "2024", "5"]


def test_case_accents_and_ligatures_do_not_matter():
    assert tokens("Eén COÖPERATIE") == tokens("een cooperatie")
    assert words("oﬃcieel") == ["officieel"]


def test_every_token_is_plain_letters_and_digits():
    text = "a\"b OR c* NEAR(d) 'e' -f ^g :h _i_ {j} \x00 ß ½ 日本"
    assert all(token.isalnum() for token in tokens(text))


def test_text_without_words_has_no_tokens():
    assert tokens(" — … !? ") == []
