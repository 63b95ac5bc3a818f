"""The chat page in a real Chromium over a real server: what who asks sees and can do."""

from __future__ import annotations

import json
import re
import threading

import pytest
from answering_parts import ScriptedModel, writing
from browser import browser, open_page, violations
from playwright.sync_api import expect
from surface_parts import FERRY, IdleModel, bad_files
from test_api import filled, serving, settings_of

from rag.api import create_app
from rag.models import Completion
from rag.operations.keys import Keys

__all__ = ["browser", "open_page"]

TRAVELLERS = "Hoeveel reizigers vervoerde de veerdienst in 2023?"
EVENTS = "text/event-stream"
UNKNOWN = "Hoeveel kangoeroes wonen er in Australië?"
MARKUP = """\
Antwoord op vragen over <img src=x onerror="window.broken=1">

2024Z99002

Vraag 1
Hoeveel <b>tegels</b><script>window.broken=1</script> heeft het plein van Waterkant?

Antwoord 1
Het plein van Waterkant 🏛️🧑‍⚖️ telt. <img src=x onerror="window.broken=1"> Het plein van Waterkant \
heeft 7.300 tegels <script>window.broken=1</script>&amp; <a href="javascript:window.broken=1">meer</a>.
"""


def url_of(client):
    return str(client.base_url).rstrip("/") + "/"


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """A service with two documents that no test changes."""
    folder = tmp_path_factory.mktemp("page")
    with serving(create_app(settings_of(folder), filled(folder))) as client:
        yield client


@pytest.fixture
def service(tmp_path):
    """A function (model, settings) -> client of a service of one test, and its index."""
    open_ones = []

    def start(model=None, index=None, **settings):
        index = index or filled(tmp_path)
        opened = serving(create_app(settings_of(tmp_path, **settings), index, model))
        open_ones.append(opened)
        return opened.__enter__()

    yield start
    for each in open_ones:
        each.__exit__(None, None, None)


def ask(page, question, kind="answer"):
    """Ask, and wait for the end of the answer; gives the turn."""
    turn = asked(page, question)
    expect(turn.locator(f".{kind} .actions")).to_be_visible()
    return turn


def asked(page, question):
    page.get_by_label("Uw vraag").fill(question)
    page.keyboard.press("Enter")
    turns = page.locator(".turn")
    expect(turns.last.locator("h2")).to_have_text(question)
    return turns.nth(turns.count() - 1)


def open_documents(page):
    page.get_by_role("button", name="Documenten", exact=True).click()
    return page.get_by_role("dialog", name="Documenten")


# --- asking


def test_what_only_came_near_stands_under_a_heading_of_its_own(service, open_page, tmp_path):
    index = filled(
        tmp_path,
        sluis="Antwoord op vragen over de sluis\n\nVraag 1\nWie betaalt de sluis?\n\nAntwoord 1\n"
        "De provincie betaalt de sluis van Waterkant.\n\nVraag 2\nWie onderhoudt de sluis?\n\n"
        "Antwoord 2\nDe gemeente onderhoudt de sluis van Waterkant en betaalt de verlichting.\n",
    )
    page = open_page(url_of(service(index=index)))
    turn = ask(page, "Wie betaalt de sluis van Waterkant?", "verbatim")
    heading = turn.locator(".said h4")
    expect(heading).to_have_text("Mogelijk ook van belang")
    expect(turn.locator(".said p").first).to_contain_text("De provincie betaalt")
    after = turn.locator(".said h4 + p")
    expect(after).to_contain_text("De gemeente onderhoudt")
    expect(after.get_by_role("button")).to_have_attribute("aria-label", re.compile("vraag 2"))
    page.reload()
    expect(heading).to_have_count(1)
    assert violations(page) == []


def test_what_a_model_adds_afterwards_stands_with_what_decides(client, open_page):
    answer = client.post("/v1/ask", json={"question": TRAVELLERS}).json()
    sentence = {**answer["sentences"][0], "beside": False}
    said = [
        sentence,
        {**sentence, "text": "Dit kwam in de buurt.", "beside": True},
        {**sentence, "text": "Dit koos het model."},
    ]
    done = answer | {"sentences": said, "mode": "select", "model": "model"}
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
    expect(turn.locator(".main")).to_contain_text("Dit koos het model.")
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
    expect(pane).to_contain_text("1,2 miljoen euro van de provincie")
    expect(pane.locator("mark")).to_have_count(0)
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
            ("De veerdienst vervoerde in 2023 48.000 reizigers.", "48.000"),
            ("De subsidie bedraagt 9 miljoen euro.", "1,2 miljoen"),
        ),
        mode="compose",
    )
    page = open_page(url_of(service(model)))
    turn = ask(page, "Hoeveel reizigers en hoeveel subsidie heeft de veerdienst?", "written")
    expect(turn.locator(".status")).to_have_text("Antwoord, geschreven door fake:model")
    expect(turn.locator(".said")).not_to_contain_text("9 miljoen")
    expect(turn.locator(".sentence.replaced")).to_contain_text("1,2 miljoen euro")
    expect(turn.locator(".notes")).to_contain_text("letterlijk uit de bron")


class WaitingModel(IdleModel):
    """Writes nothing until it is told to end, and then no more than IdleModel."""

    def __init__(self):
        self.end, self.stopped = threading.Event(), threading.Event()

    def complete(self, *_, on_text=None, **__):
        for _ in range(400):
            if self.end.wait(0.05):
                break
            try:
                on_text(" ")
            except Exception:
                self.stopped.set()
                raise
        return Completion('{"zinnen": []}', 1, 1)


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


@pytest.mark.parametrize("typed", ["sleutel€", "vb_ééntje", "twee woorden"])
def test_a_key_that_no_header_can_carry_is_refused_in_its_dialog(
    service, open_page, tmp_path, typed
):
    key, _ = Keys(tmp_path).create("lezer", ["read"])
    page = open_page(url_of(service()))
    dialog = page.get_by_role("dialog", name="Sleutel nodig")
    dialog.get_by_label("API-sleutel").fill(typed)
    dialog.get_by_role("button", name="Gebruik sleutel").click()
    expect(dialog).to_contain_text("niet aangenomen")
    expect(dialog.get_by_label("API-sleutel")).to_be_focused()
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
    turn.locator(".said .mark").first.click()
    expect(quote).to_be_visible()
    page.locator(".steps").get_by_role("button", name="Vorige: vraag 2").click()
    expect(pane).to_contain_text("1,2 miljoen euro van de provincie")
    page.go_back()
    expect(pane).to_be_hidden()
    expect(page).to_have_url(url_of(client))
    expect(turn.locator(".said")).to_contain_text("48.000 reizigers")
    page.go_forward()
    expect(pane).to_contain_text("1,2 miljoen euro van de provincie")
    pane.get_by_role("button", name="Volgende: vraag 3 en 4").click()
    expect(pane).to_contain_text("48.000 reizigers")


@pytest.mark.parametrize("way", ["Escape", "button"])
def test_closing_the_source_leaves_no_step_behind(client, open_page, way):
    page = open_page(url_of(client))
    page.goto(f"{url_of(client)}?again")
    turn = ask(page, TRAVELLERS)
    before = page.evaluate("history.length")
    for _ in range(2):
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


# --- the conversation


def spoil(page, change):
    """Change what the browser keeps, by a script of `kept` (the conversation), and reload."""
    page.evaluate(
        """(change) => {
          const key = Object.keys(localStorage).find((each) => each.startsWith("vraagbaak.gesprek."));
          const kept = JSON.parse(localStorage.getItem(key));
          new Function("kept", change)(kept);
          localStorage.setItem(key, JSON.stringify(kept));
        }""",
        change,
    )
    page.reload()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("gesprek.1", "{kapot"),
        ("gesprek.1", "null"),
        ("gesprek.1", '{"id": "1", "at": 1, "turns": 7}'),
        ("gesprek.1", '{"id": "1", "at": 1e300, "turns": [{"question": "Wat?"}]}'),
        ("language", '"xx"'),
        ("language", "nl"),
        ("theme", '{"dark": 1}'),
        ("filters", '{"document": "x"}'),
        ("filters", '{"document": [], "from": "gisteren"}'),
        ("filters", "[]"),
    ],
)
def test_what_a_browser_kept_and_is_damaged_is_removed_and_stops_nothing(
    client, open_page, key, value
):
    page = open_page(url_of(client))
    page.evaluate(
        """([key, value]) => {
          localStorage.setItem(key, value);
          if (key.startsWith("vraagbaak.gesprek.")) sessionStorage.setItem("vraagbaak.huidig", "1");
        }""",
        [f"vraagbaak.{key}", value],
    )
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "nl")
    expect(page.locator("#filtered")).to_be_hidden()
    page.get_by_role("button", name="Gesprekken").click()
    expect(page.get_by_role("dialog", name="Gesprekken")).to_contain_text("Nog geen gesprekken")
    page.keyboard.press("Escape")
    ask(page, TRAVELLERS, "verbatim")
    page.get_by_role("button", name="Donker of licht").click()
    assert page.locator("html").get_attribute("data-theme") in ("light", "dark")


@pytest.mark.parametrize(
    "damage",
    [
        "kept.turns[0] = null",
        "delete kept.turns[0].answer.citations",
        "kept.turns[0].answer.sentences[0].citations = [7]",
        "kept.turns[0].answer.sentences[0] = null",
        "kept.turns[0].answer.hits[0].document = null",
        "kept.turns[0].answer = 'weg'",
        "kept.turns[0].filters = {document: 'x'}; kept.turns[0].verdict = {}",
    ],
)
def test_one_damaged_turn_leaves_the_others_as_they_were(client, open_page, damage):
    page = open_page(url_of(client))
    ask(page, "Hoeveel gerst is er in 2022 geoogst?")
    ask(page, TRAVELLERS)
    spoil(page, damage)
    expect(page.locator(".turn").last.locator(".said")).to_contain_text("48.000 reizigers")
    ask(page, "En in 2022?")


def test_an_answer_kept_before_there_were_notes_is_shown(client, open_page):
    page = open_page(url_of(client))
    ask(page, TRAVELLERS)
    spoil(page, "const [turn] = kept.turns; delete turn.answer.notes; delete turn.id;")
    expect(page.locator(".verbatim .said")).to_contain_text("48.000 reizigers")
    with page.expect_download():
        page.get_by_role("button", name="Markdown").click()


def test_two_tabs_in_one_conversation_lose_nothing_of_one_another(client, open_page):
    page = open_page(url_of(client))
    ask(page, TRAVELLERS)
    other = page.context.new_page()
    other.goto(url_of(client))
    current = page.evaluate("sessionStorage.getItem('vraagbaak.huidig')")
    other.evaluate("id => sessionStorage.setItem('vraagbaak.huidig', id)", current)
    other.reload()
    expect(other.locator(".turn h2")).to_have_text([TRAVELLERS])
    ask(page, UNKNOWN)
    ask(other, "En in 2022?")
    everything = [TRAVELLERS, UNKNOWN, "En in 2022?"]
    expect(other.locator(".turn h2")).to_have_text(everything)
    page.get_by_role("button", name="Geen goed antwoord").first.click()
    page.get_by_role("button", name="Versturen").click()
    expect(page.locator(".turn h2")).to_have_text(everything)
    ask(other, "En in 2021?")
    other.reload()
    expect(other.locator(".turn h2")).to_have_text([*everything, "En in 2021?"])
    expect(other.locator(".turn .answer .actions")).to_have_count(4)
    expect(other.locator(".actions").first).to_contain_text("Bewaard")


def test_what_was_removed_in_one_tab_is_not_brought_back_by_another(client, open_page):
    page = open_page(url_of(client))
    ask(page, TRAVELLERS)
    other = page.context.new_page()
    other.goto(url_of(client))
    other.get_by_role("button", name="Gesprekken").click()
    other.get_by_role("dialog", name="Gesprekken").get_by_role(
        "button", name=TRAVELLERS, exact=True
    ).click()
    expect(other.locator(".turn h2")).to_have_text([TRAVELLERS])
    page.get_by_role("button", name="Gesprekken").click()
    page.get_by_role("button", name="Wis alles").click()
    page.locator("#confirm").get_by_role("button", name="Wis alles").click()
    expect(page.get_by_role("dialog", name="Gesprekken")).to_contain_text("Nog geen gesprekken")
    ask(other, "En in 2022?")
    expect(other.locator("#keep")).to_contain_text("is verwijderd")
    kept = "Object.values(localStorage).join().includes('veerdienst')"
    assert not page.evaluate(kept)
    # What is asked next in a conversation of its own is kept again.
    other.get_by_role("button", name="Nieuw gesprek").click()
    ask(other, TRAVELLERS)
    assert page.evaluate(kept)
    other.reload()
    expect(other.locator(".turn h2")).to_have_text([TRAVELLERS])


def test_a_reload_keeps_the_conversation_and_what_it_leans_on(client, open_page):
    page = open_page(url_of(client))
    ask(page, TRAVELLERS)
    said = page.locator(".said").inner_text()
    page.reload()
    assert page.locator(".said").inner_text() == said
    expect(page.locator(".answer.verbatim .status")).to_contain_text("Letterlijk citaat")
    expect(ask(page, "En in 2022?").locator(".read-as")).to_contain_text("in 2022?")


def test_a_browser_that_may_keep_nothing_still_answers_and_says_so(client, open_page):
    blocked = """for (const name of ["localStorage", "sessionStorage"]) {
      Object.defineProperty(window, name, { get() { throw new DOMException("", "SecurityError"); } });
    }"""
    page = open_page(url_of(client))
    page.add_init_script(blocked)
    page.reload()
    ask(page, TRAVELLERS, "verbatim")
    expect(page.locator("#keep")).to_contain_text("na herladen is het weg")


def test_earlier_conversations_can_be_opened_and_wiped(client, open_page):
    page = open_page(url_of(client))
    ask(page, TRAVELLERS)
    page.get_by_role("button", name="Nieuw gesprek").click()
    expect(page.locator(".turn")).to_have_count(0)
    ask(page, UNKNOWN)
    page.get_by_role("button", name="Gesprekken").click()
    history = page.get_by_role("dialog", name="Gesprekken")
    expect(history.get_by_role("listitem")).to_have_count(2)
    history.get_by_role("button", name=f"Verwijder {UNKNOWN}").click()
    page.locator("#confirm").get_by_role("button", name="Annuleren").click()
    expect(history.get_by_role("listitem")).to_have_count(2)
    history.get_by_role("button", name=f"Verwijder {UNKNOWN}").click()
    page.locator("#confirm").get_by_role("button", name="Verwijderen").click()
    expect(history.get_by_role("listitem")).to_have_count(1)
    history.get_by_role("button", name=TRAVELLERS, exact=True).click()
    expect(page.locator(".turn h2")).to_have_text([TRAVELLERS])
    page.get_by_role("button", name="Gesprekken").click()
    history.get_by_role("button", name="Wis alles").click()
    page.locator("#confirm").get_by_role("button", name="Wis alles").click()
    expect(history).to_contain_text("Nog geen gesprekken")
    assert "veerdienst" not in page.evaluate("JSON.stringify(localStorage)")


def test_an_answer_is_copied_with_its_citations(client, open_page):
    page = open_page(url_of(client), permissions=["clipboard-read", "clipboard-write"])
    turn = ask(page, TRAVELLERS)
    turn.get_by_role("button", name="Kopieer met bronnen").click()
    expect(page.get_by_role("status")).to_have_text("Gekopieerd.")
    text = page.evaluate("navigator.clipboard.readText()")
    assert text.startswith(TRAVELLERS)
    assert re.search(r"48\.000 reizigers.* \[1\]", text)
    assert re.search(r"^\[1\] .*vraag 3 en 4$", text, re.M)


@pytest.mark.parametrize(("button", "suffix"), [("Markdown", ".md"), ("Word (docx)", ".docx")])
def test_a_conversation_is_saved_as_a_file(client, open_page, tmp_path, button, suffix):
    page = open_page(url_of(client))
    ask(page, TRAVELLERS)
    with page.expect_download() as coming:
        page.get_by_role("button", name=button).click()
    assert coming.value.suggested_filename.endswith(suffix)
    coming.value.save_as(tmp_path / "gesprek")
    assert (tmp_path / "gesprek").stat().st_size > 200


def test_a_verdict_with_a_remark_is_stored_once(service, open_page):
    client = service()
    page = open_page(url_of(client))
    turn = ask(page, TRAVELLERS)
    turn.get_by_role("button", name="Geen goed antwoord").click()
    turn.get_by_label("Wat klopte er niet?").fill("Het jaar ontbreekt.")
    turn.get_by_role("button", name="Versturen").click()
    expect(turn.locator(".actions")).to_contain_text("Dank u")
    kept = client.get("/v1/feedback").json()["feedback"]
    assert [(each["verdict"], each["remark"]) for each in kept] == [("down", "Het jaar ontbreekt.")]
    page.reload()
    expect(page.locator(".actions")).to_contain_text("Bewaard")
    expect(page.get_by_role("button", name="Goed antwoord", exact=True)).to_have_count(0)


# --- documents and filters


def test_documents_are_added_with_their_warnings_and_removed_after_a_question(
    service, open_page, tmp_path
):
    page = open_page(url_of(service()))
    panel = open_documents(page)
    expect(panel.locator("#documents-list > li")).to_have_count(2)
    (tmp_path / "plein.txt").write_text(MARKUP, encoding="utf-8")
    (tmp_path / "brief.txt").write_text("Zomaar een tekst over tegels.\n", encoding="utf-8")
    page.locator("#files").set_input_files([tmp_path / "plein.txt", tmp_path / "brief.txt"])
    expect(panel.locator("#uploads > li").first).to_contain_text("toegevoegd: 1 passage")
    expect(panel.locator("#uploads > li").last).to_contain_text("waarschuwing")
    expect(panel.locator("#documents-list > li")).to_have_count(4)
    page.locator("#files").set_input_files(tmp_path / "plein.txt")
    expect(panel.locator("#uploads > li").last).to_contain_text("stond er al")
    panel.get_by_role("button", name=re.compile("^Verwijder gerst.txt")).click()
    expect(page.locator("#confirm")).to_contain_text("verdwijnt uit alle volgende antwoorden")
    page.locator("#confirm").get_by_role("button", name="Annuleren").click()
    expect(panel.locator("#documents-list > li")).to_have_count(4)
    panel.get_by_role("button", name=re.compile("^Verwijder gerst.txt")).click()
    page.locator("#confirm").get_by_role("button", name="Verwijderen").click()
    expect(panel.locator("#documents-list > li")).to_have_count(3)
    page.keyboard.press("Escape")
    ask(page, "Hoeveel ton gerst is er geoogst?", "refused")


def test_a_file_that_cannot_be_read_says_why_beside_its_name(service, open_page, tmp_path):
    page = open_page(url_of(service()))
    open_documents(page)
    page.locator("#files").set_input_files(bad_files(tmp_path)["truncated pdf"])
    row = page.locator("#uploads > li")
    expect(row.get_by_role("alert")).to_contain_text("Dit bestand is niet te lezen. afgekapt.pdf: ")
    # Trying the same file again helps nobody.
    expect(row.get_by_role("button", name="Probeer opnieuw")).to_have_count(0)
    expect(row.get_by_role("progressbar")).to_be_hidden()


def test_a_changed_upload_of_the_same_name_asks_whether_it_replaces_the_older_one(
    service, open_page, tmp_path
):
    client = service()
    page = open_page(url_of(client))
    panel = open_documents(page)
    expect(panel.locator("#documents-list > li")).to_have_count(2)
    file = tmp_path / "veer.txt"
    rows = panel.locator("#uploads > li")

    def ids():
        return {each["id"] for each in client.get("/v1/documents").json()["documents"]}

    before = ids()
    for number, (button, asked_after) in enumerate([("Beide houden", 0), ("Vervangen", 1)]):
        file.write_text(FERRY.replace("48.000", f"5{number}.000"), encoding="utf-8")
        page.locator("#files").set_input_files(file)
        questions = rows.nth(number).get_by_role("group")  # one for every older document
        expect(questions).to_have_count(number + 1)
        expect(questions.first).to_contain_text(
            "Er staat al een ander document met deze naam. Vervangen?"
        )
        newest = ids() - before
        before |= newest
        questions.first.get_by_role("button", name=button).click()
        expect(questions).to_have_count(asked_after)
        expect(panel.locator("#documents-list > li")).to_have_count(3)
    assert len(ids()) == 3
    assert newest < ids()
    page.locator("#files").set_input_files(file)  # the same bytes: nothing to ask
    expect(rows.last).to_contain_text("stond er al")
    expect(rows.last.get_by_role("group")).to_have_count(0)


def test_a_turn_says_under_which_filters_it_was_asked_and_can_be_asked_without(client, open_page):
    page = open_page(url_of(client))
    page.get_by_role("button", name="Filters").click()
    dialog = page.get_by_role("dialog", name="Filters")
    dialog.get_by_label("Van").fill("2030-01-31")
    dialog.get_by_role("button", name="Toepassen").click()
    turn = ask(page, TRAVELLERS, "refused")
    expect(turn.locator(".under")).to_have_text("Alleen vanaf 31 januari 2030")
    page.locator("#filtered").get_by_role("button", name="Wis filters").click()
    page.reload()
    turn = page.locator(".turn").first
    expect(turn.locator(".under")).to_have_text("Alleen vanaf 31 januari 2030")
    turn.get_by_role("button", name="Zoek zonder filters").click()
    second = page.locator(".turn").nth(1)
    expect(second.locator(".verbatim .said")).to_contain_text("48.000 reizigers")
    expect(second.locator(".under")).to_have_count(0)
    expect(ask(page, UNKNOWN, "refused").get_by_role("button", name="Zoek zonder")).to_have_count(0)


def test_a_filter_on_a_document_that_is_gone_says_what_to_change(service, open_page):
    client = service()
    page = open_page(url_of(client))
    page.get_by_role("button", name="Filters").click()
    dialog = page.get_by_role("dialog", name="Filters")
    dialog.get_by_role("checkbox").first.check()
    dialog.get_by_role("button", name="Toepassen").click()
    for each in client.get("/v1/documents").json()["documents"]:
        client.delete(f"/v1/documents/{each['id']}")
    client.post("/v1/documents", files={"file": ("plein.txt", MARKUP.encode())})
    expect(asked(page, TRAVELLERS).get_by_role("alert")).to_contain_text("Pas de filters aan.")


def test_filters_hold_until_they_are_wiped(client, open_page):
    page = open_page(url_of(client))
    page.get_by_role("button", name="Filters").click()
    dialog = page.get_by_role("dialog", name="Filters")
    dialog.get_by_label("Zoek op titel").fill("GERST")
    expect(dialog.get_by_role("checkbox")).to_have_count(1)
    dialog.get_by_role("checkbox").check()
    dialog.get_by_role("button", name="Toepassen").click()
    expect(page.locator("#filtered")).to_contain_text("Alleen 1 document")
    turn = ask(page, TRAVELLERS, "refused")
    expect(turn.locator(".evidence")).not_to_contain_text("veerdienst")
    page.reload()
    page.locator("#filtered").get_by_role("button", name="Wis filters").click()
    ask(page, TRAVELLERS, "verbatim")


def test_a_link_to_a_question_opens_its_source(client, open_page):
    listed = client.get("/v1/documents").json()["documents"]
    ferry = next(each["id"] for each in listed if each["source"] == "veer.txt")
    page = open_page(f"{url_of(client)}#document={ferry}&vraag=4")
    expect(page.locator("#source")).to_contain_text("48.000 reizigers")
    page.goto(f"{url_of(client)}#document={ferry}&vraag=9")
    expect(page.locator("#source").get_by_role("alert")).to_contain_text("geen vraag 9")


def test_an_empty_index_offers_to_add_documents(service, open_page, tmp_path):
    from surface_parts import encoder

    from index.build import open_index

    page = open_page(url_of(service(index=open_index(tmp_path, encoder(), create=True))))
    expect(page.locator("#start")).to_contain_text("nog geen documenten")
    page.get_by_role("button", name="Documenten toevoegen").click()
    (tmp_path / "veer.txt").write_text(FERRY, encoding="utf-8")
    page.locator("#files").set_input_files(tmp_path / "veer.txt")
    expect(page.locator("#documents-list > li")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("#no-documents")).to_be_hidden()


# --- language, looks, reach


def test_english_is_a_button_away_for_the_page_and_the_service(client, open_page):
    page = open_page(url_of(client))
    ask(page, TRAVELLERS)
    page.get_by_role("button", name="English (EN)").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator(".answer .status")).to_have_text("Verbatim quote, no language model")
    page.get_by_label("Your question").fill(UNKNOWN)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".refused .reason")).to_contain_text(re.compile("passage", re.I))
    expect(page.locator(".refused .reason")).not_to_contain_text(re.compile("geen|niets|staat"))
    page.reload()
    expect(page.get_by_role("button", name="New conversation")).to_be_visible()


def test_a_refusal_keeps_the_language_it_came_in_and_says_which(client, open_page):
    page = open_page(url_of(client))
    ask(page, UNKNOWN, "refused")
    reason = page.locator(".refused .reason")
    expect(reason).to_have_attribute("lang", "nl")
    said = reason.inner_text()
    page.get_by_role("button", name="English (EN)").click()
    expect(page.locator(".refused .status")).to_have_text("Not found in the documents")
    expect(reason).to_have_text(said)
    expect(reason).to_have_attribute("lang", "nl")
    page.reload()
    expect(reason).to_have_attribute("lang", "nl")


def test_both_languages_have_every_text_of_the_page(client, open_page):
    page = open_page(url_of(client))
    keys = page.evaluate(
        """async () => {
          const { TEXTS } = await import("/web/words.js");
          return ["nl", "en"].map((language) => Object.keys(TEXTS[language]).sort());
        }"""
    )
    assert keys[0] == keys[1]
    empty = "[...document.querySelectorAll('[data-word]')].filter(e => !e.textContent.trim() || e.textContent === 'undefined').map(e => e.dataset.word)"
    assert page.evaluate(empty) == []
    page.get_by_role("button", name="English (EN)").click()
    assert page.evaluate(empty) == []


def test_a_chosen_theme_outlives_a_reload(client, open_page):
    page = open_page(url_of(client), scheme="light")
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    page.get_by_role("button", name="Donker of licht").click()
    dark = page.evaluate(paper)
    assert dark != light
    page.reload()
    assert page.evaluate(paper) == dark


@pytest.mark.parametrize("size", ["phone", "small"])
def test_nothing_runs_off_a_small_screen_and_the_source_covers_it(client, open_page, size):
    page = open_page(url_of(client), size=size)
    turn = ask(page, TRAVELLERS)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    turn.locator(".said .mark").first.click()
    expect(page.locator("#source mark.this")).to_be_visible()
    box = page.locator("#source").bounding_box()
    assert (box["x"], box["y"], box["width"]) == (0, 0, page.viewport_size["width"])
    # Modal: what lies under it cannot be reached.
    assert page.evaluate("document.getElementById('source').matches(':modal')")
    page.keyboard.press("Escape")
    expect(turn.locator(".said .mark").first).to_be_focused()


LONG = "Pensioenuitvoeringsorganisatiesamenwerkingsverbanden"


@pytest.mark.parametrize("size", ["phone", "small"])
def test_long_words_run_off_no_small_screen(service, open_page, tmp_path, size):
    text = f"""\
Antwoord van minister {LONG} (Volkshuisvesting) op vragen over {LONG}{LONG}

2024Z99003

Vraag 1
Hoeveel {LONG} zijn er?

Antwoord 1
Er zijn 12 {LONG}, waaronder {LONG}{LONG}{LONG}.
"""
    index = filled(tmp_path)
    index.add_bytes(text.encode(), f"{LONG}{LONG}.txt")
    page = open_page(url_of(service(index=index)), size=size)

    def fits(*parts):
        for part in ("html", *parts):
            for each in page.locator(part).all():
                wide = each.evaluate("each => [each.scrollWidth, each.clientWidth, innerWidth]")
                assert wide[0] <= min(wide[1:]), part

    turn = ask(page, f"Hoeveel {LONG}{LONG} zijn er?")
    turn.locator(".evidence summary").click()
    fits("main")
    turn.locator(".evidence .card").first.click()
    expect(page.locator("#source .whole")).to_be_visible()
    fits(".source-body")
    page.keyboard.press("Escape")
    for name in ("Documenten", "Filters", "Gesprekken"):
        page.get_by_role("button", name=name, exact=True).click()
        expect(page.get_by_role("dialog", name=name)).to_be_visible()
        if name == "Documenten":
            page.locator("#documents-list .bare").first.click()
            fits("#confirm")
            page.keyboard.press("Escape")
        fits("dialog[open]")
        page.keyboard.press("Escape")


def test_the_page_works_by_keyboard_alone(client, open_page):
    page = open_page(url_of(client))
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Naar het vraagveld")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Uw vraag")).to_be_focused()
    page.keyboard.type(TRAVELLERS)
    page.keyboard.press("Enter")
    mark = page.locator(".said .mark").first
    expect(mark).to_be_visible()
    expect(page.get_by_label("Uw vraag")).to_be_focused()
    for _ in range(30):
        page.keyboard.press("Shift+Tab")
        if mark.evaluate("element => element === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.locator("#source-title")).to_be_focused()
    page.keyboard.press("Escape")
    expect(mark).to_be_focused()


@pytest.mark.parametrize(
    ("size", "scheme"),
    [("desktop", "light"), ("desktop", "dark"), ("phone", "light"), ("phone", "dark")],
)
def test_axe_finds_nothing_against_wcag(client, open_page, size, scheme):
    page = open_page(url_of(client), size=size, scheme=scheme)
    assert violations(page) == []
    turn = ask(page, TRAVELLERS)
    ask(page, UNKNOWN, "refused")
    page.route("**/v1/ask", lambda route: route.abort())
    asked(page, "Wat kost de veerdienst?")
    expect(page.get_by_role("alert")).to_be_visible()
    page.locator(".example").first.evaluate("example => example.click()")
    page.keyboard.press("Enter")
    expect(page.locator("#hint")).to_be_visible()
    assert violations(page) == []
    turn.get_by_role("button", name="Geen goed antwoord").click()
    turn.locator(".evidence summary").click()
    turn.locator(".said .mark").first.click()
    expect(page.locator("#source mark.this")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    for name in ("Documenten", "Filters", "Gesprekken"):
        page.get_by_role("button", name=name, exact=True).click()
        expect(page.get_by_role("dialog", name=name)).to_be_visible()
        assert violations(page) == []
        if name == "Documenten":
            page.locator("#documents-list .bare").first.click()
            expect(page.locator("#confirm")).to_be_visible()
            assert violations(page) == []
            page.keyboard.press("Escape")
        page.keyboard.press("Escape")
