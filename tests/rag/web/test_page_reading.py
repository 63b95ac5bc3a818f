"""The chat page in a real Chromium: a whole document beside the answer, and its pages."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser import violations
from page_parts import TRAVELLERS, ask, open_documents, url_of
from playwright.sync_api import expect
from service_parts import filled, reading_app, recognised, serving, settings_of

PDF = Path(__file__).parents[3] / "samples" / "ah-tk-20232024-9160.pdf"
HOUSEHOLDS = "Hoeveel huishoudens doen mee aan de proef Vaste Toeslag?"
LOCK = """\
Betreft: de sluis bij Waterkant

Datum: 4 april 2025

Vraag 1
Wanneer begint de vernieuwing van de sluis bij Waterkant?

Antwoord 1
De vernieuwing van de sluis bij Waterkant begint in het voorjaar van 2025. De provincie heeft daartoe \
in 2023 besloten, na een onderzoek naar de veiligheid van de deuren. De bouw duurt naar verwachting \
twee jaar, waarin schepen een omweg maken.

Vraag 2
Klopt het dat de deuren oud zijn?

Antwoord 2
Ja.

Vraag 3
Hoeveel kost de vernieuwing van de sluis, en wie betaalt dat?

Antwoord 3
De vernieuwing kost 31 miljoen euro, waarvan de provincie 20 miljoen betaalt en het Rijk de rest.
"""


@pytest.fixture(scope="module")
def with_pdf(tmp_path_factory):
    """A service with two more documents that no test changes."""
    folder = tmp_path_factory.mktemp("pdf")
    index = filled(folder, sluis=LOCK)
    index.add_bytes(PDF.read_bytes(), "/srv/geheim/stukken/proef.pdf")
    with serving(reading_app(settings_of(folder, rate_limit=0), index)) as client:
        yield client


def test_a_source_is_read_in_the_whole_document_and_its_questions_lead_through_it(
    client, open_page
):
    page = open_page(url_of(client))
    ask(page, TRAVELLERS).locator(".said .mark").first.click()
    pane, here = page.locator("#source"), page.locator("#source .here")
    expect(here.locator("mark.this")).to_contain_text("48.000 reizigers")
    for words in ("2024Z99001", "Kent u het bericht dat", "Wanneer komt er een"):
        expect(pane.locator(".document-text")).to_contain_text(words)
    expect(pane.locator(".marking", has_text="Vraag 3 en 4")).to_be_attached()
    pane.get_by_text("Vragen in dit document (4 antwoorden)").click()
    contents = pane.locator(".contents")
    expect(contents.get_by_role("button")).to_have_count(4)
    expect(contents.locator("[aria-current]")).to_contain_text("vraag 3 en 4")
    assert violations(page) == []
    contents.get_by_role("button", name="vraag 2").click()
    expect(here).to_contain_text("1,2 miljoen euro")
    expect(here.locator("mark")).to_have_count(0)
    expect(pane.locator("mark.this")).to_have_count(1)  # what was quoted stays marked where it is
    expect(page.locator("#source-title")).to_be_focused()
    assert "vraag=2" in page.url
    begin = client.post("/v1/ask", json={"question": TRAVELLERS}).json()["citations"][0]["start"]
    page.goto(page.url.replace("vraag=2", f"begin={begin}"))
    expect(here).to_contain_text("48.000 reizigers")


def test_a_pdf_is_read_on_its_own_page_with_the_quote_marked_there(with_pdf, open_page, tmp_path):
    page = open_page(url_of(with_pdf))
    turn = ask(page, HOUSEHOLDS, "verbatim")
    turn.locator(".said .mark").first.click()
    pane = page.locator("#source")
    expect(pane.locator(".here mark.this").first).to_contain_text("820 huishoudens")
    pane.get_by_role("button", name="Bladzijde", exact=True).click()
    picture = pane.get_by_role("img", name="Bladzijde 1 van 2")
    expect(picture).to_be_visible()
    assert (
        picture.evaluate("async (each) => { await each.decode(); return each.naturalWidth; }") > 900
    )
    expect(pane.locator(".page rect").first).to_be_in_viewport()
    expect(pane.get_by_role("button", name="Bladzijde", exact=True)).to_be_focused()
    assert violations(page) == []
    pane.get_by_role("button", name="Volgende bladzijde").click()
    expect(pane.get_by_role("img", name="Bladzijde 2 van 2")).to_be_visible()
    expect(pane.locator(".page rect")).to_have_count(0)
    expect(pane.get_by_role("button", name="Volgende bladzijde")).to_be_disabled()
    with page.expect_download() as coming:
        pane.get_by_role("button", name="Bewaar het bestand").click()
    assert coming.value.suggested_filename == "proef.pdf"
    coming.value.save_as(tmp_path / "kopie.pdf")
    assert (tmp_path / "kopie.pdf").read_bytes() == PDF.read_bytes()
    # Whoever reads pages goes on reading pages; a document without them is read as text.
    page.reload()
    expect(pane.get_by_role("img", name="Bladzijde 1 van 2")).to_be_visible()
    page.keyboard.press("Escape")
    ask(page, TRAVELLERS).locator(".said .mark").first.click()
    expect(pane.locator(".here mark.this")).to_contain_text("48.000")
    expect(pane.get_by_role("button", name="Bladzijde", exact=True)).to_have_count(0)


def test_documents_are_searched_sorted_and_counted_and_no_path_is_shown(with_pdf, open_page):
    page = open_page(url_of(with_pdf))
    panel = open_documents(page)
    rows = panel.locator("#documents-list > li")
    expect(panel.locator("#documents-count")).to_have_text("4 documenten")
    expect(rows.first).to_contain_text("de sluis bij Waterkant")  # of 2025: the newest
    expect(panel).not_to_contain_text("geheim")
    panel.get_by_label("Volgorde").select_option("oudste eerst")
    expect(rows.first).to_contain_text("5 maart 2024")
    panel.get_by_label("Volgorde").select_option("op onderwerp")
    expect(rows.first).to_contain_text("de sluis bij Waterkant")
    panel.get_by_label("Zoek op titel").fill("kloosterboer 2024")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("proef.pdf")
    expect(panel.locator("#documents-count")).to_have_text("1 van 4 documenten")
    rows.get_by_role("button", name="toeslagbedrag").first.click()
    expect(page.locator("#source .document-text")).to_contain_text("Ten Cate")


def test_the_index_suggests_the_first_question_and_a_document_the_next(with_pdf, open_page):
    page = open_page(url_of(with_pdf))
    starter = page.locator("#starters").get_by_role("button", name="Wanneer begint de vernieuwing")
    expect(starter).to_be_visible()
    assert violations(page) == []
    starter.click()
    expect(page.locator(".turn .said")).to_contain_text("voorjaar van 2025")
    further = page.get_by_role("region", name="Dit document gaat verder met")
    # Not the question whose answer is no more than "Ja."
    expect(further.get_by_role("button")).to_have_text(
        ["Hoeveel kost de vernieuwing van de sluis, en wie betaalt dat?"]
    )
    assert violations(page) == []
    further.get_by_role("button").click()
    turn = page.locator(".turn").nth(1)
    expect(turn.locator(".said")).to_contain_text("31 miljoen euro")
    expect(turn.locator(".under")).to_have_text("Alleen 1 document")
    expect(further).to_be_hidden()


def test_what_was_recognised_on_a_picture_is_called_that(service, open_page, tmp_path):
    page = open_page(url_of(service(index=recognised(tmp_path)[0])))
    turn = ask(page, TRAVELLERS)
    for said in ("(herkende tekst)", "(recognised text)"):
        if "text)" in said:
            page.get_by_role("button", name="English (EN)").click()
        expect(turn.locator(".sources li").first).to_contain_text(said)
        expect(turn.locator(".card-title").first).to_contain_text(said)
        turn.locator(".said .mark").first.click()
        expect(page.locator("#source-title")).to_contain_text(said)
        page.keyboard.press("Escape")
