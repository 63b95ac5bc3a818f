"""The chat page in a real Chromium over a real server: asking, the answer and its sources."""

from __future__ import annotations

import json
import re
import threading

import pytest
from answering_parts import ScriptedModel, writing
from browser import violations
from page_parts import EVENTS, MARKUP, TRAVELLERS, UNKNOWN, ask, asked, open_documents, url_of
from playwright.sync_api import expect
from service_parts import TRAVELLED, filled
from surface_parts import IdleModel

from rag.llm import Completion
from rag.service.keys import Keys

# --- asking


def test_what_only_came_near_stands_under_a_heading_of_its_own(
    service, open_page, tmp_path, monkeypatch
):
    # No passage is as likely as the first.
    monkeypatch.setattr("rag.pipeline.sentence_selection.EQUAL", 1.1)
    index = filled(
        tmp_path,
        sluis="Antwoord op vragen over de sluis\n\nVraag 1\nWie betaalt de sluis?\n\nAntwoord 1\n"
        "De provincie betaalt de sluis van Waterkant.\n\nVraag 2\n"
        "Wie betaalt het onderhoud van de sluis?\n\n"
        "Antwoord 2\nDe gemeente onderhoudt de sluis van Waterkant en betaalt de verlichting.\n",
    )
    page = open_page(url_of(service(index=index)))
    turn = ask(page, "Wie betaalt de sluis van Waterkant?", "verbatim")
    heading = turn.locator(".said h4")
    expect(heading).to_have_text("Mogelijk ook van belang")
    # Which of the two is likelier is the reader's; the page shows them in its order.
    expect(turn.locator(".said p").first).to_contain_text("De provincie betaalt")
    after = turn.locator(".said h4 + p")
    expect(after).to_contain_text("De gemeente onderhoudt")
    expect(after.get_by_role("button")).to_have_attribute("aria-label", re.compile("vraag 2"))
    page.reload()
    expect(heading).to_have_count(1)
    assert violations(page) == []


def test_cards_take_the_order_of_the_answer_when_that_is_known(client, open_page):
    answer = client.post("/v1/ask", json={"question": TRAVELLERS}).json()
    found = {key: answer[key] for key in ("question", "read_as", "hits")}
    done = answer | {"hits": answer["hits"][::-1]}
    events = [("hits", found), ("done", done)]
    body = "".join(f"event: {name}\ndata: {json.dumps(data)}\n\n" for name, data in events)
    page = open_page(url_of(client))
    page.route("**/v1/ask", lambda route: route.fulfill(content_type=EVENTS, body=body))
    cards = ask(page, TRAVELLERS).locator(".card-title")
    labels = [each["label"] for each in done["hits"]]
    assert len(set(labels)) > 1
    expect(cards).to_have_text(labels)
    page.reload()
    expect(cards).to_have_text(labels)


def test_slash_goes_to_the_question_unless_somebody_types_or_does_not_want_it(client, open_page):
    page = open_page(url_of(client))
    field = page.get_by_label("Uw vraag")
    page.locator("#new").focus()
    page.keyboard.press("/")
    expect(field).to_be_focused()
    page.keyboard.type("1/2")
    expect(field).to_have_value("1/2")
    open_documents(page)
    page.keyboard.press("/")
    expect(field).not_to_be_focused()
    page.keyboard.press("Escape")
    page.get_by_label("Met / naar het vraagveld").uncheck()
    page.reload()
    page.locator("#new").focus()
    page.keyboard.press("/")
    expect(page.locator("#new")).to_be_focused()


def test_arrow_up_brings_back_what_was_asked(client, open_page):
    page = open_page(url_of(client))
    ask(page, TRAVELLERS)
    ask(page, UNKNOWN)
    field = page.get_by_label("Uw vraag")
    for key, wanted in (("Up", UNKNOWN), ("Up", TRAVELLERS), ("Down", UNKNOWN), ("Down", "")):
        field.press(f"Arrow{key}")
        expect(field).to_have_value(wanted)
    field.fill("Iets anders")
    field.press("ArrowUp")
    expect(field).to_have_value("Iets anders")


def shown(text):
    """The fields of a sentence that hold its words."""
    return {"text": text, "display": text}


def test_what_comes_afterwards_stands_with_what_decides(client, open_page):
    answer = client.post("/v1/ask", json={"question": TRAVELLERS}).json()
    sentence = {**answer["sentences"][0], "beside": False}
    said = [
        sentence,
        {**sentence, **shown("Dit kwam in de buurt."), "beside": True},
        {**sentence, **shown("Dit beslist ook.")},
    ]
    done = answer | {"sentences": said, "mode": "verbatim", "model": "model"}
    events = [
        ("hits", {key: answer[key] for key in ("question", "read_as", "hits")}),
        ("citation", {"index": 0} | answer["citations"][0]),
        *(("sentence", {"index": at} | each) for at, each in enumerate(said)),
        ("done", done),
    ]
    body = "".join(f"event: {name}\ndata: {json.dumps(data)}\n\n" for name, data in events)
    page = open_page(url_of(client))
    page.route("**/v1/ask", lambda route: route.fulfill(content_type=EVENTS, body=body))
    turn = ask(page, TRAVELLERS, "verbatim")
    expect(turn.locator(".main")).to_contain_text("Dit beslist ook.")
    expect(turn.locator(".near")).to_have_text(
        re.compile(r"^Mogelijk ook van belang\s*Dit kwam in")
    )
    expect(turn.locator(".main + .near")).to_have_count(1)


def test_an_answer_shows_evidence_sentences_and_the_source_with_its_quote_marked(client, open_page):
    page = open_page(url_of(client))
    turn = ask(page, TRAVELLERS, "verbatim")
    expect(turn.locator(".status")).to_have_text("Letterlijk citaat, zonder taalmodel")
    expect(turn.locator(".said")).to_contain_text("48.000 reizigers")
    expect(turn.locator("summary")).to_contain_text("gevonden")
    mark = turn.locator(".said").get_by_role("button", name=re.compile("Bron 1: .+vraag 3 en 4"))
    mark.click()
    pane = page.locator("#source")
    quote = pane.locator("mark.this")
    expect(quote).to_have_text(
        "In 2023 vervoerde de veerdienst 48.000 reizigers, ruim 3.000 meer dan in 2022."
    )
    expect(pane).to_contain_text("Hoeveel reizigers vervoert de veerdienst?")
    expect(page.locator("#source-title")).to_be_focused()
    assert "vraag=3" in page.url
    pane.get_by_role("button", name="Vorige: vraag 2").click()
    here = pane.locator(".here")
    expect(here).to_contain_text("1,2 miljoen euro van de provincie")
    expect(here.locator("mark")).to_have_count(0)
    pane.get_by_role("button", name="Volgende: vraag 3 en 4").click()
    expect(quote).to_be_visible()
    page.keyboard.press("Escape")
    expect(pane).to_be_hidden()
    expect(mark).to_be_focused()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_that_there_was_no_model_is_said_once(client, open_page, language):
    page = open_page(url_of(client))
    if language == "en":
        page.get_by_role("button", name="English (EN)").click()
    page.locator("#question").fill(TRAVELLERS)
    page.keyboard.press("Enter")
    turn = page.locator(".turn")
    expect(turn.locator(".verbatim .actions")).to_be_visible()
    without = {"nl": "zonder taalmodel", "en": "no language model"}[language]
    expect(turn.locator(".status")).to_contain_text(without)
    expect(turn.locator(".notes")).to_be_hidden()
    assert turn.inner_text().lower().count(without) == 1
    # It is the service's note that is left out, and nothing but that one.
    headers = {"Accept-Language": language}
    (note,) = client.post("/v1/ask", json={"question": TRAVELLERS}, headers=headers).json()["notes"]
    texts = page.evaluate("import('/web/words.js').then(({ TEXTS }) => TEXTS)")
    assert note == texts[language]["noModel"]


def test_a_refusal_looks_different_and_shows_what_is_nearest(client, open_page):
    page = open_page(url_of(client))
    turn = ask(page, UNKNOWN, "refused")
    expect(turn.locator(".status")).to_have_text("Niet gevonden in de documenten")
    border = "element => getComputedStyle(element).borderTopStyle"
    assert turn.locator(".answer").evaluate(border) == "dashed"
    expect(turn.locator(".sources")).to_be_hidden()
    answered = ask(page, TRAVELLERS, "verbatim")
    assert answered.locator(".answer").evaluate(border) == "solid"


def test_a_follow_up_shows_what_it_was_read_as(client, open_page):
    page = open_page(url_of(client))
    expect(ask(page, TRAVELLERS).locator(".read-as")).to_be_hidden()
    turn = ask(page, "En in 2022?")
    expect(turn.locator(".read-as")).to_have_text(
        "Gelezen als: Hoeveel reizigers vervoerde de veerdienst in 2022?"
    )


def test_a_written_answer_says_who_wrote_it_and_why_a_sentence_was_replaced(service, open_page):
    model = ScriptedModel(
        writing(
            (
                "In 2023 vervoerde de veerdienst 48.000 reizigers, ruim 3.000 meer dan in 2022.",
                "48.000",
            ),
            ("De subsidie bedraagt 9 miljoen euro.", "1,2 miljoen"),
        ),
        composes=True,
    )
    page = open_page(url_of(service(model)))
    turn = ask(page, TRAVELLERS, "written")
    expect(turn.locator(".status")).to_have_text("Antwoord, geschreven door fake:model")
    expect(turn.locator(".said")).not_to_contain_text("9 miljoen")
    expect(turn.locator(".sentence.replaced")).to_contain_text("1,2 miljoen euro")
    expect(turn.locator(".notes")).to_contain_text("letterlijk uit de bron")


def test_what_a_model_wrote_in_short_stands_above_what_is_quoted(service, open_page):
    written = "In 2023 waren er 48.000 reizigers op de veerdienst."
    page = open_page(url_of(service(ScriptedModel({"zin": written}), in_short=True)))
    turn = ask(page, TRAVELLERS, "verbatim")
    short = turn.locator(".answer > .in-short:first-child")
    expect(short).to_contain_text("In het kort, geschreven door fake:model")
    expect(short).to_contain_text(written)
    expect(turn.locator(".status")).to_have_text("Letterlijk citaat")
    expect(turn.locator(".said")).not_to_contain_text(written)
    short.locator(".mark").click()
    expect(page.locator("#source")).to_contain_text("48.000 reizigers")
    page.reload()
    expect(page.locator(".in-short")).to_contain_text(written)


def test_without_a_sentence_in_short_there_is_no_place_for_it(service, open_page):
    page = open_page(url_of(service()))
    expect(ask(page, TRAVELLERS, "verbatim").locator(".in-short")).to_be_hidden()


class WaitingModel(IdleModel):
    """Writes one sentence, and then nothing more until it is told to end."""

    composes = True

    def __init__(self):
        self.end, self.stopped = threading.Event(), threading.Event()

    def complete(self, *_, on_text=None, **__):
        begun = '{"zinnen": [' + json.dumps({"tekst": TRAVELLED, "bronnen": [1]})
        on_text(begun)
        for _ in range(400):
            if self.end.wait(0.05):
                break
            try:
                on_text(" ")
            except Exception:
                self.stopped.set()
                raise
        return Completion(begun + "]}", 1, 1)


def test_stop_ends_the_answer_and_keeps_what_was_there(service, open_page):
    model = WaitingModel()
    page = open_page(url_of(service(model)))
    turn = asked(page, TRAVELLERS)
    expect(turn.locator(".said")).to_contain_text("48.000 reizigers")
    expect(turn.locator(".evidence")).to_have_attribute("open", "")
    page.get_by_role("button", name="Stop").click()
    expect(turn.locator(".status")).to_have_text("Gestopt")
    expect(turn.locator(".said")).to_contain_text("48.000 reizigers")
    expect(page.get_by_role("button", name="Vraag", exact=True)).to_be_visible()
    assert model.stopped.wait(20)


def test_each_sentence_is_announced_once_and_stays_as_it_came(service, open_page):
    model = WaitingModel()
    page = open_page(url_of(service(model)))
    said = asked(page, TRAVELLERS).locator(".said")
    expect(said).to_contain_text("48.000")
    expect(said).to_have_attribute("aria-live", "polite")
    said.locator(".mark").first.focus()
    model.end.set()
    expect(page.locator(".actions")).to_be_visible()
    expect(said.locator(".mark").first).to_be_focused()
    expect(page.locator("main [aria-live]")).to_have_count(0)
    page.reload()
    expect(page.locator(".said")).to_contain_text("48.000")
    expect(page.locator("main [aria-live]")).to_have_count(0)


def test_an_error_stands_where_it_happened_and_can_be_tried_again(service, open_page):
    class Failing(IdleModel):
        composes = True

        def complete(self, *_, **__):
            from index.errors import ModelUnavailable

            raise ModelUnavailable("Het taalmodel slaapt.", "The language model sleeps.")

    page = open_page(url_of(service(Failing())))
    turn = asked(page, TRAVELLERS)
    expect(turn.get_by_role("alert")).to_contain_text("Het taalmodel slaapt.")
    page.route("**/v1/ask", lambda route: route.abort())
    turn.get_by_role("button", name="Probeer opnieuw").click()
    expect(turn.get_by_role("alert")).to_contain_text("niet te bereiken")


def test_too_many_requests_say_when_to_try_again(service, open_page):
    page = open_page(url_of(service(rate_limit=1)))
    turn = asked(page, TRAVELLERS)
    expect(turn.get_by_role("alert")).to_contain_text(
        re.compile(r"Probeer het na .+ \(over \d+ seconden?\)")
    )
    expect(turn.get_by_role("button", name="Probeer opnieuw")).to_be_visible()


def test_a_service_with_keys_asks_for_one_and_keeps_it_for_the_tab_only(
    service, open_page, tmp_path
):
    key, _ = Keys(tmp_path).create("lezer", ["read"])
    page = open_page(url_of(service()))
    dialog = page.get_by_role("dialog", name="Sleutel nodig")
    dialog.get_by_label("API-sleutel").fill("vb_00000000_geen")
    dialog.get_by_role("button", name="Gebruik sleutel").click()
    expect(dialog).to_contain_text("niet aangenomen")
    dialog.get_by_label("API-sleutel").fill(key)
    dialog.get_by_role("button", name="Gebruik sleutel").click()
    ask(page, TRAVELLERS, "verbatim")
    page.reload()
    expect(page.locator(".answer.verbatim")).to_be_visible()
    expect(dialog).to_be_hidden()
    assert key not in page.evaluate("JSON.stringify(localStorage)")


def test_a_key_that_no_header_can_carry_is_refused_in_its_dialog(service, open_page, tmp_path):
    key, _ = Keys(tmp_path).create("lezer", ["read"])
    page = open_page(url_of(service()))
    dialog = page.get_by_role("dialog", name="Sleutel nodig")
    for typed in ("sleutel€", "vb_ééntje", "twee woorden"):
        dialog.get_by_label("API-sleutel").fill(typed)
        dialog.get_by_role("button", name="Gebruik sleutel").click()
        expect(dialog).to_contain_text("niet aangenomen")
        expect(dialog.get_by_label("API-sleutel")).to_be_focused()
        page.reload()
    dialog.get_by_label("API-sleutel").fill(f" {key} ")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    ask(page, TRAVELLERS, "verbatim")


def test_a_question_that_left_before_the_key_was_given_asks_for_no_other(
    service, open_page, tmp_path
):
    key, _ = Keys(tmp_path).create("lezer", ["read"])
    page = open_page(url_of(service()))
    dialog = page.locator("#key")
    expect(dialog).to_be_visible()
    held = []
    page.route("**/v1/ask", lambda route: held.append(route), times=1)
    with page.expect_request("**/v1/ask"):
        page.locator("#question").evaluate(
            "(field, text) => { field.value = text; field.form.requestSubmit(); }", TRAVELLERS
        )
    dialog.locator("#key-value").fill(key)
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    with page.expect_response("**/v1/ask") as refused:
        held.pop().continue_()
    assert refused.value.status == 401
    expect(page.locator(".answer.verbatim .actions")).to_be_visible()
    expect(dialog).to_be_hidden()


def test_a_key_that_may_only_read_is_told_so_in_plain_words(service, open_page, tmp_path):
    key, _ = Keys(tmp_path).create("lezer", ["read"])
    page = open_page(url_of(service()))
    page.get_by_label("API-sleutel").fill(key)
    page.keyboard.press("Enter")
    panel = open_documents(page)
    (tmp_path / "plein.txt").write_text(MARKUP, encoding="utf-8")
    page.locator("#files").set_input_files(tmp_path / "plein.txt")
    words = "Met deze sleutel mag u geen documenten toevoegen of verwijderen."
    expect(panel.locator("#uploads").get_by_role("alert")).to_have_text(words)
    panel.get_by_role("button", name=re.compile("^Verwijder gerst.txt")).click()
    page.locator("#confirm").get_by_role("button", name="Verwijderen").click()
    expect(panel.locator("#documents-list").get_by_role("alert")).to_have_text(words)
    expect(panel.get_by_role("button", name="Probeer opnieuw")).to_have_count(0)


def test_a_refused_question_goes_back_to_its_field_unless_that_is_in_use(service, open_page):
    page = open_page(url_of(service(max_question_chars=60)), size="small")
    field = page.get_by_label("Uw vraag")
    long = " ".join([TRAVELLERS] * 6)
    turn = asked(page, long)
    expect(turn.get_by_role("alert")).to_contain_text("meer dan de 60 die mogen")
    expect(turn.get_by_role("button", name="Probeer opnieuw")).to_have_count(0)
    expect(field).to_have_value(long)
    uncovered = """alert => {
      const { left, top, bottom } = alert.getBoundingClientRect();
      return [top + 4, bottom - 4].every((y) => alert.contains(document.elementFromPoint(left + 9, y)));
    }"""
    assert turn.get_by_role("alert").evaluate(uncovered)
    held = []
    page.route("**/v1/ask", lambda route: held.append(route))
    turn = asked(page, "Hoeveel reizigers vervoerde de veerdienst in het hele jaar 2023?")
    field.fill("Iets anders")
    held.pop().continue_()
    expect(turn.get_by_role("alert")).to_be_visible()
    expect(field).to_have_value("Iets anders")


def test_the_field_holds_no_more_than_a_question_may_and_says_so(client, open_page):
    page = open_page(url_of(client))
    field = page.get_by_label("Uw vraag")
    field.fill("x" * 1999)
    expect(page.locator("#hint")).to_be_hidden()
    field.press("End")
    page.keyboard.type("yz")
    assert field.input_value() == "x" * 1999 + "y"
    expect(page.locator("#hint")).to_contain_text("2000 tekens")
    field.fill("kort")
    expect(page.locator("#hint")).to_be_hidden()


def test_an_example_with_its_dots_still_in_it_is_not_sent(client, open_page):
    page = open_page(url_of(client))
    page.get_by_role("button", name="Vanaf wanneer geldt …?").click()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    expect(page.locator("#hint")).to_contain_text("…")
    expect(page.locator(".turn")).to_have_count(0)
    page.keyboard.type("de subsidie")
    expect(page.get_by_label("Uw vraag")).to_have_value("Vanaf wanneer geldt de subsidie?")
    page.keyboard.press("Enter")
    expect(page.locator(".turn h2")).to_have_text("Vanaf wanneer geldt de subsidie?")
    expect(page.locator(".actions")).to_be_visible()
    # Dots of one's own are no example.
    asked(page, "Wat bedoelt de minister met “… en verder”?")


# --- the source pane and the browser's Back


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_back_closes_the_source_and_forward_opens_it_with_its_quote(client, open_page, size):
    page = open_page(url_of(client), size=size)
    turn = ask(page, TRAVELLERS)
    pane, quote = page.locator("#source"), page.locator("#source mark.this")
    here = pane.locator(".here")
    turn.locator(".said .mark").first.click()
    expect(quote).to_be_visible()
    page.locator(".steps").get_by_role("button", name="Vorige: vraag 2").click()
    expect(here).to_contain_text("1,2 miljoen euro van de provincie")
    page.go_back()
    expect(pane).to_be_hidden()
    expect(page).to_have_url(url_of(client))
    expect(turn.locator(".said")).to_contain_text("48.000 reizigers")
    page.go_forward()
    expect(here).to_contain_text("1,2 miljoen euro van de provincie")
    pane.get_by_role("button", name="Volgende: vraag 3 en 4").click()
    expect(here).to_contain_text("48.000 reizigers")


def test_closing_the_source_leaves_no_step_behind(client, open_page):
    page = open_page(url_of(client))
    page.goto(f"{url_of(client)}?again")
    turn = ask(page, TRAVELLERS)
    before = page.evaluate("history.length")
    for way in ("Escape", "button", "Escape"):
        turn.locator(".said .mark").first.click()
        expect(page.locator("#source mark.this")).to_be_visible()
        if way == "Escape":
            page.keyboard.press("Escape")
        else:
            page.locator("#source").get_by_role("button", name="Sluiten").click()
        expect(page.locator("#source")).to_be_hidden()
        expect(turn.locator(".said .mark").first).to_be_focused()
        expect(page).to_have_url(f"{url_of(client)}?again")
    assert page.evaluate("history.length") == before + 1  # the one that Forward would go to
    page.go_back()
    expect(page).to_have_url(url_of(client))


def test_a_reload_with_the_source_open_marks_the_quote_again(client, open_page):
    page = open_page(url_of(client))
    ask(page, TRAVELLERS).locator(".said .mark").first.click()
    marked = page.locator("#source mark.this")
    expect(marked).to_be_visible()
    quote = marked.inner_text()
    page.reload()
    expect(marked).to_have_text(quote)
    expect(page.locator("#source-title .mark")).to_have_text("1")
    page.keyboard.press("Escape")
    expect(page.locator("#source")).to_be_hidden()
    expect(page).to_have_url(url_of(client))


def test_a_new_question_closes_the_source_of_the_answer_before(client, open_page):
    page = open_page(url_of(client))
    ask(page, TRAVELLERS).locator(".said .mark").first.click()
    expect(page.locator("#source mark.this")).to_be_visible()
    ask(page, UNKNOWN, "refused")
    expect(page.locator("#source")).to_be_hidden()
    expect(page.get_by_label("Uw vraag")).to_be_focused()
    expect(page).to_have_url(url_of(client))
    top = "document.querySelector('.turn:last-child h2').getBoundingClientRect().top"
    assert 0 < page.evaluate(top) < 200


def test_a_source_that_was_removed_says_so_and_offers_no_second_try(service, open_page, tmp_path):
    client = service()
    page = open_page(url_of(client))
    turn = ask(page, TRAVELLERS)
    for each in client.get("/v1/documents").json()["documents"]:
        client.delete(f"/v1/documents/{each['id']}")
    turn.locator(".said .mark").first.click()
    trouble = page.locator("#source").get_by_role("alert")
    expect(trouble).to_have_text("Dit document staat er niet meer in.")
    expect(trouble.get_by_role("button")).to_have_count(0)


# --- what documents say is text


def test_markup_in_documents_names_and_questions_stays_text(service, open_page, tmp_path):
    index = filled(tmp_path)
    index.add_bytes(MARKUP.encode(), "<img src=x onerror=window.broken=1>.txt")
    page = open_page(url_of(service(index=index)))
    turn = ask(
        page, "Hoeveel tegels heeft het plein van Waterkant?<img src=x onerror=window.broken=1>"
    )
    expect(turn.locator(".said")).to_contain_text(
        "7.300 tegels <script>window.broken=1</script>&amp;"
    )
    turn.locator(".said .mark").first.click()
    expect(page.locator("#source mark.this")).to_contain_text("7.300 tegels <script>")
    expect(page.locator("#source .asked")).to_contain_text("<b>tegels</b><script>")
    open_documents(page)
    expect(page.locator("#documents-list")).to_contain_text("<img src=x")
    page.reload()
    expect(page.locator(".said")).to_contain_text("7.300 tegels")
    assert page.locator("img, b, script:not([src]), a[href^=javascript]").count() == 0
    assert page.evaluate("window.broken") is None


def test_a_quote_behind_characters_outside_the_basic_plane_is_marked_exactly(
    service, open_page, tmp_path
):
    index = filled(tmp_path)
    index.add_bytes(MARKUP.encode(), "plein.txt")
    client = service(index=index)
    question = "Hoeveel tegels heeft het plein van Waterkant?"
    quote = client.post("/v1/ask", json={"question": question}).json()["citations"][0]["quote"]
    page = open_page(url_of(client))
    ask(page, question).locator(".said .mark").first.click()
    expect(page.locator("#source mark.this").first).to_be_visible()
    assert "".join(page.locator("#source mark.this").all_text_contents()) == quote


def test_a_link_is_made_of_https_addresses_only(client, open_page):
    page = open_page(url_of(client))
    inner = page.evaluate(
        """async () => {
          const { isWebAddress } = await import("/web/copying.js");
          return ["https://a.nl/x", "http://a.nl", "javascript:alert(1)", "/v1", null].map(isWebAddress);
        }"""
    )
    assert inner == [True, False, False, False, False]


def test_rows_of_a_document_are_shown_as_a_table_and_sources_say_who(service, open_page, tmp_path):
    index = filled(
        tmp_path,
        sluis="AH 12\nAntwoord van minister Zwaan (Veer en Bruggen) (ontvangen 3 maart 2024)\n\n"
        "Vraag 1\nHoeveel schepen telde de sluis van Waterkant?\n\nAntwoord 1\n"
        "De sluis van Waterkant telde deze schepen:\nJaar\tSchepen\n2022\t310\n2023\t280\n",
    )
    page = open_page(url_of(service(index=index)))
    turn = ask(page, "vraag 1 van ah-tk-20232024-12", "verbatim")
    expect(turn.locator(".said td")).to_have_text(["Jaar", "Schepen", "2022", "310", "2023", "280"])
    expect(turn.locator(".sources")).to_contain_text("minister Zwaan (Veer en Bruggen)")
    turn.locator(".said .mark").first.click()
    pane = page.locator("#source")
    expect(pane.locator("td")).to_have_text(["Jaar", "Schepen", "2022", "310", "2023", "280"])
    expect(pane).to_contain_text("minister Zwaan (Veer en Bruggen)")
    assert violations(page) == []


def test_a_list_of_documents_and_thanks_are_called_what_they_are(client, open_page):
    page = open_page(url_of(client))
    turn = ask(page, "Welke documenten zijn er?")
    expect(turn.locator(".status")).to_have_text("Uit de gegevens van de documenten")
    expect(turn.locator(".said p")).to_have_count(3)
    expect(turn.locator(".said").get_by_role("button")).to_have_count(2)
    thanked = ask(page, "dank u wel")
    expect(thanked.locator(".said")).to_contain_text("Graag gedaan")
    expect(thanked.locator(".sources")).to_be_hidden()
    page.reload()
    expect(page.locator(".turn").last.locator(".said")).to_contain_text("Graag gedaan")
    assert violations(page) == []
