"""The chat page in a real Chromium: conversations, documents and filters."""

from __future__ import annotations

import re

import docx
import pytest
from browser import violations
from page_parts import MARKUP, TRAVELLERS, UNKNOWN, ask, asked, open_documents, url_of
from playwright.sync_api import expect
from surface_parts import FERRY, LOCK, bad_files, encoder

from index.index import open_index

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


def test_what_a_browser_kept_and_is_damaged_is_removed_and_stops_nothing(client, open_page):
    page = open_page(url_of(client))
    for key, value in (
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
    ):
        page.evaluate(
            """([key, value]) => {
              localStorage.clear();
              sessionStorage.clear();
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


def test_one_damaged_turn_leaves_the_others_as_they_were(client, open_page):
    page = open_page(url_of(client))
    ask(page, "Hoeveel gerst is er in 2022 geoogst?")
    ask(page, TRAVELLERS)
    whole = page.evaluate("({ ...localStorage })")
    for damage in (
        "kept.turns[0] = null",
        "delete kept.turns[0].answer.citations",
        "kept.turns[0].answer.sentences[0].citations = [7]",
        "kept.turns[0].answer.sentences[0] = null",
        "kept.turns[0].answer.hits[0].document = null",
        "kept.turns[0].answer = 'weg'",
        "kept.turns[0].filters = {document: 'x'}; kept.turns[0].verdict = {}",
        # As it was kept before there were notes.
        "for (const turn of kept.turns) { delete turn.answer.notes; delete turn.id; }",
    ):
        page.evaluate("(whole) => Object.assign(localStorage, whole)", whole)
        spoil(page, damage)
        expect(page.locator(".turn").last.locator(".said")).to_contain_text("48.000 reizigers")
        turn = ask(page, "En in 2022?")
        expect(turn.locator(".read-as")).to_contain_text("in 2022?")
    with page.expect_download():
        page.get_by_role("button", name="Markdown").click()


def test_two_tabs_lose_nothing_of_one_another_and_bring_back_nothing_that_was_removed(
    client, open_page
):
    page = open_page(url_of(client))
    ask(page, TRAVELLERS)
    other = page.context.new_page()
    other.goto(url_of(client))
    other.get_by_role("button", name="Gesprekken").click()
    history = other.get_by_role("dialog", name="Gesprekken")
    history.get_by_role("button", name=TRAVELLERS, exact=True).click()
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


def test_a_browser_that_may_keep_nothing_still_answers_and_says_so(client, open_page):
    blocked = """for (const name of ["localStorage", "sessionStorage"]) {
      Object.defineProperty(window, name, { get() { throw new DOMException("", "SecurityError"); } });
    }"""
    page = open_page(url_of(client))
    page.add_init_script(blocked)
    page.reload()
    ask(page, TRAVELLERS, "verbatim")
    expect(page.locator("#keep")).to_contain_text("na herladen is het weg")


def test_earlier_conversations_are_opened_searched_renamed_and_wiped(client, open_page):
    page = open_page(url_of(client))
    ask(page, TRAVELLERS)
    page.get_by_role("button", name="Nieuw gesprek").click()
    expect(page.locator(".turn")).to_have_count(0)
    ask(page, UNKNOWN)
    opener = page.get_by_role("button", name="Gesprekken")
    opener.click()
    history = page.get_by_role("dialog", name="Gesprekken")
    found, field = history.get_by_role("listitem"), history.get_by_label("Zoek in gesprekken")
    expect(found).to_have_count(2)
    for button, left in (("Annuleren", 2), ("Verwijderen", 1)):
        history.get_by_role("button", name=f"Verwijder {UNKNOWN}").click()
        page.locator("#confirm").get_by_role("button", name=button).click()
        expect(found).to_have_count(left)
    history.get_by_role("button", name=TRAVELLERS, exact=True).click()
    expect(page.locator(".turn h2")).to_have_text([TRAVELLERS])
    page.get_by_role("button", name="Nieuw gesprek").click()
    ask(page, UNKNOWN)
    opener.click()
    field.fill("48.000 REIZIGERS")  # of an answer
    expect(found).to_have_count(1)
    history.get_by_role("button", name=f"Geef {TRAVELLERS} een andere naam").click()
    expect(history.get_by_label("Naam van het gesprek")).to_have_value(TRAVELLERS)
    assert violations(page) == []
    history.get_by_label("Naam van het gesprek").fill("<b>Het veer</b>")
    page.keyboard.press("Enter")
    field.fill("het veer")
    history.get_by_role("button", name="<b>Het veer</b>", exact=True).click()
    # What is asked in it next does not take the name away.
    ask(page, "En in 2022?")
    page.reload()
    opener.click()
    expect(found.last).to_contain_text("Het veer")
    field.fill("olifanten")
    expect(found).to_have_text(["Geen gesprek waarin dat staat."])
    history.get_by_role("button", name="Wis alles").click()
    page.locator("#confirm").get_by_role("button", name="Wis alles").click()
    expect(history).to_contain_text("Nog geen gesprekken")
    assert "veerdienst" not in page.evaluate("JSON.stringify(localStorage)")


def test_a_question_is_changed_and_asked_again_in_its_place(client, open_page):
    page = open_page(url_of(client))
    ask(page, "Hoeveel wagens heeft de veerdienst?")
    ask(page, UNKNOWN)
    first = page.locator(".turn").first
    first.get_by_role("button", name="Wijzig de vraag").click()
    field = first.get_by_label("Andere vraag")
    expect(field).to_have_value("Hoeveel wagens heeft de veerdienst?")
    page.keyboard.press("Escape")
    expect(first.get_by_role("button", name="Wijzig de vraag")).to_be_focused()
    page.keyboard.press("Enter")
    field.fill(TRAVELLERS)
    assert violations(page) == []
    first.get_by_role("button", name="Vraag opnieuw").click()
    questions = page.locator(".turn h2")
    expect(questions).to_have_text([TRAVELLERS, UNKNOWN])
    expect(first.locator(".said")).to_contain_text("48.000 reizigers")
    expect(first.locator("h2")).to_be_focused()
    expect(first.locator(".actions")).to_be_visible()
    page.reload()
    expect(questions).to_have_text([TRAVELLERS, UNKNOWN])
    expect(first.locator(".said")).to_contain_text("48.000 reizigers")


def test_a_conversation_is_saved_as_a_file_that_links_to_its_sources_on_this_page(
    client, open_page, tmp_path
):
    page = open_page(url_of(client))
    ask(page, TRAVELLERS)
    with page.expect_download() as coming:
        page.get_by_role("button", name="Markdown").click()
    assert coming.value.suggested_filename.endswith(".md")
    coming.value.save_as(tmp_path / "gesprek.md")
    (link,) = re.findall(r"<(http[^>]+)>", (tmp_path / "gesprek.md").read_text(encoding="utf-8"))
    page.goto(link)
    expect(page.locator("#source .here")).to_contain_text("48.000 reizigers")
    with page.expect_download() as coming:
        page.get_by_role("button", name="Word (docx)").click()
    assert coming.value.suggested_filename.endswith(".docx")
    coming.value.save_as(tmp_path / "gesprek.docx")
    (linked,) = [
        each.url
        for paragraph in docx.Document(str(tmp_path / "gesprek.docx")).paragraphs
        for each in paragraph.hyperlinks
    ]
    assert linked == link


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_filters_stand_beside_the_conversation_and_hold_until_they_are_wiped(
    client, open_page, size
):
    page = open_page(url_of(client), size=size)
    opener = page.get_by_role("button", name="Filters", exact=True)
    opener.click()
    dialog = page.get_by_role("dialog", name="Filters")
    dialog.get_by_label("Zoek op titel").fill("GERST")
    expect(dialog.get_by_role("checkbox")).to_have_count(1)
    dialog.get_by_role("checkbox").check()
    assert violations(page) == []
    dialog.get_by_role("button", name="Toepassen").click()
    wiper = page.locator("#filtered").get_by_role("button", name="Wis filters")
    if size == "phone":
        expect(dialog).to_be_hidden()
        expect(page.locator("#filtered")).to_contain_text("Alleen 1 document")
        page.reload()
        turn = ask(page, TRAVELLERS, "refused")
        expect(turn.locator(".evidence")).not_to_contain_text("veerdienst")
        wiper.click()
        ask(page, TRAVELLERS, "verbatim")
        return
    expect(page.get_by_label("Uw vraag")).to_be_focused()
    turn = ask(page, TRAVELLERS, "refused")
    expect(dialog).to_be_visible()
    assert page.locator("main").bounding_box()["x"] >= 320
    # A source takes its place where three do not fit.
    turn.locator(".evidence .card").first.click()
    expect(page.locator("#source .here")).to_be_visible()
    expect(dialog).to_be_hidden()
    page.keyboard.press("Escape")
    expect(dialog).to_be_visible()
    wiper.click()
    expect(dialog.get_by_role("checkbox").and_(page.locator(":checked"))).to_have_count(0)
    dialog.get_by_label("Zoek op titel").press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()


def test_an_answer_is_copied_with_its_citations_and_a_verdict_stored_once(service, open_page):
    client = service()
    page = open_page(url_of(client), permissions=["clipboard-read", "clipboard-write"])
    turn = ask(page, TRAVELLERS)
    turn.get_by_role("button", name="Kopieer met bronnen").click()
    expect(page.get_by_role("status")).to_have_text("Gekopieerd.")
    text = page.evaluate("navigator.clipboard.readText()")
    assert text.startswith(TRAVELLERS)
    assert re.search(r"48\.000 reizigers.* \[1\]", text)
    assert re.search(r"^\[1\] .*vraag 3 en 4$", text, re.M)
    assert re.search(rf"^    {re.escape(url_of(client))}#document=\w+&vraag=3$", text, re.M)
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
    listed, uploads = panel.locator("#documents-list > li"), panel.locator("#uploads > li")
    expect(listed).to_have_count(2)
    (tmp_path / "plein.txt").write_text(MARKUP, encoding="utf-8")
    (tmp_path / "brief.txt").write_text("Zomaar een tekst over tegels.\n", encoding="utf-8")
    page.locator("#files").set_input_files([tmp_path / "plein.txt", tmp_path / "brief.txt"])
    expect(uploads.first).to_contain_text("toegevoegd: 1 passage")
    expect(uploads.last).to_contain_text("waarschuwing")
    expect(listed).to_have_count(4)
    page.locator("#files").set_input_files(tmp_path / "plein.txt")
    expect(uploads.last).to_contain_text("stond er al")
    page.locator("#files").set_input_files(bad_files(tmp_path)["truncated pdf"])
    row = uploads.last
    expect(row.get_by_role("alert")).to_contain_text("Dit bestand is niet te lezen. afgekapt.pdf: ")
    # Trying the same file again helps nobody.
    expect(row.get_by_role("button", name="Probeer opnieuw")).to_have_count(0)
    expect(row.get_by_role("progressbar")).to_be_hidden()
    for button, left in (("Annuleren", 4), ("Verwijderen", 3)):
        panel.get_by_role("button", name=re.compile("^Verwijder gerst")).click()
        expect(page.locator("#confirm")).to_contain_text("verdwijnt uit alle volgende antwoorden")
        page.locator("#confirm").get_by_role("button", name=button).click()
        expect(listed).to_have_count(left)
    page.keyboard.press("Escape")
    ask(page, "Hoeveel ton gerst is er geoogst?", "refused")


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


def test_a_filter_or_source_that_is_gone_says_so(service, open_page):
    client = service()
    page = open_page(url_of(client))
    mark = ask(page, TRAVELLERS).locator(".said .mark").first
    page.get_by_role("button", name="Filters").click()
    dialog = page.get_by_role("dialog", name="Filters")
    dialog.get_by_role("checkbox").first.check()
    dialog.get_by_role("button", name="Toepassen").click()
    for each in client.get("/v1/documents").json()["documents"]:
        client.delete(f"/v1/documents/{each['id']}")
    client.post("/v1/documents", files={"file": ("plein.txt", MARKUP.encode())})
    expect(asked(page, TRAVELLERS).get_by_role("alert")).to_contain_text("Pas de filters aan.")
    mark.click()
    trouble = page.locator("#source").get_by_role("alert")
    expect(trouble).to_have_text("Dit document staat er niet meer in.")
    expect(trouble.get_by_role("button")).to_have_count(0)  # a second try helps nobody


def test_a_link_to_a_question_a_sub_question_or_a_list_opens_it(service, open_page, tmp_path):
    index = open_index(tmp_path, encoder(), create=True)
    (lock,) = index.add_bytes(LOCK.encode(), "sluis.txt").added
    address = f"{url_of(service(index=index))}#document={lock.id}"
    page = open_page(f"{address}&vraag=2b")
    source = page.locator("#source")
    expect(source).to_contain_text("In 2023 waren het 940 schepen")
    page.goto(f"{address}&vraag=1&lijst=2")
    expect(source).to_contain_text("De sluis is 5 meter diep")
    expect(source).to_contain_text("Inbreng van de PQR-fractie")
    assert page.url.endswith("&vraag=1&lijst=2")
    page.goto(f"{address}&vraag=9")
    expect(source.get_by_role("alert")).to_contain_text("geen vraag 9")


def test_an_empty_index_offers_to_add_documents(service, open_page, tmp_path):
    page = open_page(url_of(service(index=open_index(tmp_path, encoder(), create=True))))
    expect(page.locator("#start")).to_contain_text("nog geen documenten")
    page.get_by_role("button", name="Documenten toevoegen").click()
    (tmp_path / "veer.txt").write_text(FERRY, encoding="utf-8")
    page.locator("#files").set_input_files(tmp_path / "veer.txt")
    expect(page.locator("#documents-list > li")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("#no-documents")).to_be_hidden()
