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
from service_parts import TRAVELLED, FailingModel, filled
from surface_parts import IdleModel

from index.errors import ModelUnavailable
from rag.llm import Completion
from rag.service.keys import Keys

# --- asking


def test_what_comes_late_changes_order_and_place_and_what_only_came_near_stands_apart(
    client, open_page
):
    answer = client.post("/v1/ask", json={"question": TRAVELLERS}).json()
    near, too = "Dit kwam in de buurt.", "Dit beslist ook."
    sentence = {**answer["sentences"][0], "beside": False}
    said = [
        sentence,
        {**sentence, "text": near, "display": near, "beside": True},
        {**sentence, "text": too, "display": too},
    ]
    done = answer | {"sentences": said, "mode": "verbatim", "hits": answer["hits"][::-1]}
    events = [
        ("hits", {key: answer[key] for key in ("question", "read_as", "hits")}),
        ("citation", {"index": 0} | answer["citations"][0]),
        *(("sentence", {"index": at} | each) for at, each in enumerate(said)),
        ("done", done),
    ]
    body = "".join(f"event: {name}\ndata: {json.dumps(data)}\n\n" for name, data in events)
    page = open_page(url_of(client))
    page.route("**/v1/ask", lambda route: route.fulfill(content_type=EVENTS, body=body))
    ask(page, TRAVELLERS, "verbatim")
    labels = [each["label"] for each in done["hits"]]
    assert len(set(labels)) > 1
    for _ in range(2):
        turn = page.locator(".turn")
        expect(turn.locator(".card-title")).to_have_text(labels)
        expect(turn.locator(".main")).to_contain_text(too)
        expect(turn.locator(".main + .near h4")).to_have_text("Mogelijk ook van belang")
        expect(turn.locator(".near h4 + p")).to_contain_text(near)
        expect(turn.locator(".near").get_by_role("button")).to_have_attribute(
            "aria-label", re.compile("vraag 3")
        )
        page.reload()
    assert violations(page) == []


def test_the_field_knows_slash_arrows_and_how_much_it_holds(client, open_page):
    page = open_page(url_of(client))
    field, hint, new = page.get_by_label("Uw vraag"), page.locator("#hint"), page.locator("#new")
    new.focus()
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
    new.focus()
    page.keyboard.press("/")
    expect(new).to_be_focused()
    field.fill("x" * 1999)
    expect(hint).to_be_hidden()
    field.press("End")
    page.keyboard.type("yz")
    assert field.input_value() == "x" * 1999 + "y"
    expect(hint).to_contain_text("2000 tekens")
    field.fill("kort")
    expect(hint).to_be_hidden()
    ask(page, TRAVELLERS)
    ask(page, UNKNOWN)
    for key, wanted in (("Up", UNKNOWN), ("Up", TRAVELLERS), ("Down", UNKNOWN), ("Down", "")):
        field.press(f"Arrow{key}")
        expect(field).to_have_value(wanted)
    field.fill("Iets anders")
    field.press("ArrowUp")
    expect(field).to_have_value("Iets anders")


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


def test_a_refusal_looks_different_and_a_follow_up_shows_what_it_was_read_as(client, open_page):
    page = open_page(url_of(client))
    turn = ask(page, UNKNOWN, "refused")
    expect(turn.locator(".status")).to_have_text("Niet gevonden in de documenten")
    border = "element => getComputedStyle(element).borderTopStyle"
    assert turn.locator(".answer").evaluate(border) == "dashed"
    expect(turn.locator(".sources")).to_be_hidden()
    answered = ask(page, TRAVELLERS, "verbatim")
    assert answered.locator(".answer").evaluate(border) == "solid"
    for absent in (".read-as", ".in-short"):
        expect(answered.locator(absent)).to_be_hidden()
    expect(ask(page, "En in 2022?").locator(".read-as")).to_have_text(
        "Gelezen als: Hoeveel reizigers vervoerde de veerdienst in 2022?"
    )


def test_a_written_answer_says_who_wrote_it_and_why_a_sentence_was_replaced(service, open_page):
    wrong = ("De subsidie bedraagt 9 miljoen euro.", "1,2 miljoen")
    model = ScriptedModel(writing((TRAVELLED, "48.000"), wrong), composes=True)
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


def test_a_sentence_is_announced_as_it_comes_and_stop_keeps_what_was_there(service, open_page):
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
    model.end.clear()
    turn = asked(page, TRAVELLERS)
    expect(turn.locator(".said")).to_contain_text("48.000 reizigers")
    expect(turn.locator(".evidence")).to_have_attribute("open", "")
    page.get_by_role("button", name="Stop").click()
    expect(turn.locator(".status")).to_have_text("Gestopt")
    expect(turn.locator(".said")).to_contain_text("48.000 reizigers")
    expect(page.get_by_role("button", name="Vraag", exact=True)).to_be_visible()
    assert model.stopped.wait(20)


def test_an_error_stands_where_it_happened_and_can_be_tried_again(service, open_page):
    model = FailingModel(ModelUnavailable("Het taalmodel slaapt.", "The language model sleeps."))
    page = open_page(url_of(service(model)))
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
    for typed in ("vb_00000000_geen", "sleutel€", "twee woorden"):  # no header can carry the last
        dialog.get_by_label("API-sleutel").fill(typed)
        dialog.get_by_role("button", name="Gebruik sleutel").click()
        expect(dialog).to_contain_text("niet aangenomen")
        expect(dialog.get_by_label("API-sleutel")).to_be_focused()
        page.reload()
    dialog.get_by_label("API-sleutel").fill(f" {key} ")
    page.keyboard.press("Enter")
    ask(page, TRAVELLERS, "verbatim")
    page.reload()
    expect(page.locator(".answer.verbatim")).to_be_visible()
    expect(dialog).to_be_hidden()
    assert key not in page.evaluate("JSON.stringify(localStorage)")


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
    panel.get_by_role("button", name=re.compile("^Verwijder gerst")).click()
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
def test_back_closes_the_source_and_forward_or_a_reload_opens_it(client, open_page, size):
    page = open_page(url_of(client), size=size)
    turn = ask(page, TRAVELLERS)
    pane, quote = page.locator("#source"), page.locator("#source mark.this")
    here = pane.locator(".here")
    turn.locator(".said .mark").first.click()
    expect(quote).to_be_visible()
    text = quote.inner_text()
    page.reload()
    expect(quote).to_have_text(text)
    expect(page.locator("#source-title .mark")).to_have_text("1")
    page.keyboard.press("Escape")
    expect(pane).to_be_hidden()
    expect(page).to_have_url(url_of(client))
    turn.locator(".said .mark").first.click()
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


def test_the_source_leaves_no_step_behind_and_closes_for_a_new_question(client, open_page):
    page, again = open_page(url_of(client)), f"{url_of(client)}?again"
    page.goto(again)
    mark, pane = ask(page, TRAVELLERS).locator(".said .mark").first, page.locator("#source")
    before = page.evaluate("history.length")
    for way in ("Escape", "button", "question"):
        mark.click()
        expect(pane.locator("mark.this")).to_be_visible()
        if way == "question":
            ask(page, UNKNOWN, "refused")
            top = "document.querySelector('.turn:last-child h2').getBoundingClientRect().top"
            assert 0 < page.evaluate(top) < 200
        elif way == "Escape":
            page.keyboard.press("Escape")
        else:
            pane.get_by_role("button", name="Sluiten").click()
        expect(pane).to_be_hidden()
        focused = page.get_by_label("Uw vraag") if way == "question" else mark
        expect(focused).to_be_focused()
        expect(page).to_have_url(again)
    assert page.evaluate("history.length") == before + 1  # the one that Forward would go to
    page.go_back()
    expect(page).to_have_url(url_of(client))


# --- what documents say is text


def test_markup_in_documents_names_and_questions_stays_text_marked_exactly(
    service, open_page, tmp_path
):
    index = filled(tmp_path)
    index.add_bytes(MARKUP.encode(), "<img src=x onerror=window.broken=1>.txt")
    client = service(index=index)
    question = "Hoeveel tegels heeft het plein van Waterkant?<img src=x onerror=window.broken=1>"
    # Behind characters outside the basic plane.
    quote = client.post("/v1/ask", json={"question": question}).json()["citations"][0]["quote"]
    page = open_page(url_of(client))
    turn = ask(page, question)
    expect(turn.locator(".said")).to_contain_text(
        "7.300 tegels <script>window.broken=1</script>&amp;"
    )
    turn.locator(".said .mark").first.click()
    expect(page.locator("#source mark.this").first).to_be_visible()
    assert "".join(page.locator("#source mark.this").all_text_contents()) == quote
    expect(page.locator("#source .asked")).to_contain_text("<b>tegels</b><script>")
    open_documents(page)
    expect(page.locator("#documents-list")).to_contain_text("<img src=x")
    page.reload()
    expect(page.locator(".said")).to_contain_text("7.300 tegels")
    assert page.locator("img, b, script:not([src]), a[href^=javascript]").count() == 0
    assert page.evaluate("window.broken") is None
    # A link is made of https addresses only.
    addresses = ["https://a.nl/x", "http://a.nl", "javascript:alert(1)", "/v1", None]
    module = "import('/web/copying.js').then(({ isWebAddress }) => given.map(isWebAddress))"
    assert page.evaluate(f"given => {module}", addresses) == [True, False, False, False, False]


def test_rows_of_a_document_are_shown_as_a_table_and_sources_say_who(service, open_page, tmp_path):
    index = filled(
        tmp_path,
        sluis="AH 12\nAntwoord van minister Zwaan (Veer en Bruggen) (ontvangen 3 maart 2024)\n\n"
        "Vraag 1\nHoeveel schepen telde de sluis van Waterkant?\n\nAntwoord 1\n"
        "De sluis van Waterkant telde deze schepen:\nJaar\tSchepen\n2022\t310\n2023\t280\n",
    )
    cells, who = (
        ["Jaar", "Schepen", "2022", "310", "2023", "280"],
        "minister Zwaan (Veer en Bruggen)",
    )
    page = open_page(url_of(service(index=index)))
    turn = ask(page, "vraag 1 van ah-tk-20232024-12", "verbatim")
    expect(turn.locator(".said td")).to_have_text(cells)
    expect(turn.locator(".sources")).to_contain_text(who)
    turn.locator(".said .mark").first.click()
    expect(page.locator("#source td")).to_have_text(cells)
    expect(page.locator("#source")).to_contain_text(who)
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
