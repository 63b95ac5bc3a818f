from index.analyzer import tokens, words


def test_words_become_plain_tokens_and_long_ones_four_grams():
    assert set(tokens("huurtoeslag")) <= set(tokens("huurtoeslagontvangers"))
    assert tokens("subsidie") == ["subs", "ubsi", "bsid", "sidi", "idie"]
    assert tokens("De AOW in 2024: 5%") == ["de", "aow", "in", "2024", "5"]
    assert tokens("Eén COÖPERATIE") == tokens("een cooperatie")
    assert words("oﬃcieel") == ["officieel"]
    assert tokens(" — … !? ") == []


def test_every_token_is_plain_letters_and_digits():
    text = "a\"b OR c* NEAR(d) 'e' -f ^g :h _i_ {j} \x00 ß ½ 日本"
    assert all(token.isalnum() for token in tokens(text))
