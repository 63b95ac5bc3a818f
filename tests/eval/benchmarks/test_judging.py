import json

import pytest
from eval_case import question

from eval.benchmarks.judging import Judge, Text
from eval.gold import GoldPassage, resolve
from index.documents import Source
from index.segmentation.segmenting import segment

LETTER = """Antwoord van minister Jansen (Verkeer) op vragen
(ontvangen 3 maart 2024)

Vraag 1
Vaart de veerboot naar Texel ook in de winter door?

Antwoord vraag 1
Ja.

Vraag 2
Wat kost het varen van de veerboot per jaar?

Antwoord vraag 2
Het varen kostte in 2023 in totaal 14 miljoen euro. De provincie betaalde daarvan de helft en
de reizigers betaalden het overige met hun kaartjes, die ieder jaar in januari duurder worden.
De gemeente droeg niets bij, omdat zij al de aanlegsteiger en de wachtruimte onderhoudt.

Vraag 3
Is er bezwaar gemaakt?

Antwoord vraag 3
Nee, er is geen bezwaar gemaakt tegen de dienstregeling van dit jaar of van een jaar ervoor.
"""
OTHER = LETTER.replace("veerboot", "tram").replace("2024", "2023")
PATH = "/docs/brief.txt"


@pytest.fixture(scope="module")
def letters():
    return {
        path: segment(Source(text), name=path, document_id=path[6:].ljust(16, "0"))
        for path, text in ((PATH, LETTER), ("/docs/tram.txt", OTHER))
    }


def judged(letters, gold, texts, facts=(), path=PATH):
    asked = question("q", [gold], facts=tuple(facts))
    judge = Judge(letters, resolve([asked], list(letters.values())))
    hits = [
        text if isinstance(text, dict) else {"path": path, "text": text, "start": None, "end": None}
        for text in texts
    ]
    return judge.judge(asked, hits)


SECOND = GoldPassage("brief.txt", questions=(2,))


@pytest.mark.parametrize(
    ("text", "is_gold"),
    [
        (LETTER, True),  # a large piece that holds the answer
        (LETTER[LETTER.index("De provincie") : LETTER.index("duurder")], True),  # out of it
        (LETTER[LETTER.index("Vraag 1") : LETTER.index("in totaal")], False),  # its first words
        (LETTER[LETTER.index("betaalde daarvan") :], True),  # more than half of it
        (LETTER[LETTER.index("De gemeente") :], False),  # less than half of it, and of the piece
        (LETTER[LETTER.index("Vraag 3") :], False),
        ("Vraag 2 Wat kost het varen van de veerboot per jaar?", False),  # not what answers
    ],
)
def test_a_hit_is_gold_where_it_shares_half_of_the_shorter(letters, text, is_gold):
    assert bool(judged(letters, SECOND, [text]).gold) is is_gold


def test_only_in_the_file_of_the_gold_passage(letters):
    answer = LETTER[LETTER.index("Het varen") : LETTER.index("Vraag 3")]
    assert judged(letters, SECOND, [answer]).gold == (1,)
    assert judged(letters, SECOND, [answer], path="/docs/tram.txt").gold == ()


def test_ranks_count_from_one_and_white_space_and_hyphens_do_not_matter(letters):
    answer = LETTER[LETTER.index("Het varen") : LETTER.index("Vraag 3")]
    written = answer.replace(" ", "\n").replace("reizigers", "rei- zigers")
    assert judged(letters, SECOND, ["Vraag 3", written]).gold == (2,)


def test_text_with_a_page_header_in_it_is_found_in_pieces(letters):
    answer = LETTER[LETTER.index("Het varen") : LETTER.index("Vraag 3")]
    torn = answer[:100] + "\nTweede Kamer, vergaderjaar 2023-2024, Aanhangsel\n" + answer[100:]
    assert judged(letters, SECOND, [torn]).gold == (1,)


def test_a_place_that_is_said_counts_and_not_where_the_words_stand_first(letters):
    passages = {p.numbers: p for p in letters[PATH].passages}
    first = GoldPassage("brief.txt", questions=(1,))
    for numbers, ranks in (((1,), (1,)), ((2,), ()), ((3,), ())):
        place = {"start": passages[numbers].start, "end": passages[numbers].end}
        assert judged(letters, first, [{"path": PATH, "text": "ja", **place}]).gold == ranks


def test_a_quote_is_held_by_what_contains_it(letters):
    quote = GoldPassage("brief.txt", quote="De provincie betaalde daarvan de helft")
    assert judged(letters, quote, [LETTER]).gold == (1,)
    assert judged(letters, quote, [LETTER[LETTER.index("Vraag 3") :]]).gold == ()


def test_all_facts_must_be_in_the_hits_together(letters):
    facts = (("14 miljoen euro",), ("de helft", "50 %"))
    assert judged(letters, SECOND, ["14\nmiljoen  euro", "de helft"], facts).facts
    assert not judged(letters, SECOND, ["14 miljoen euro"], facts).facts


def test_a_text_that_is_not_there_has_no_place():
    assert Text(LETTER).find("Kwantummechanica is geen onderwerp van deze brief") == []
    assert Text(LETTER).find("—") == []
    assert json.dumps(Text("Ja, nee.").find("nee")) == "[[2, 5]]"
