"""The API of OpenAI, spoken by the official client."""

from __future__ import annotations

import re

import openai
import pytest
from answering_parts import ScriptedModel, writing
from markdown_it import MarkdownIt
from openai_client import openai_of
from service_parts import (
    LONG_S,
    RIDERS,
    UNKNOWN,
    FailingModel,
    HeldModel,
    filled,
    reading_app,
    serving,
    settings_of,
)

from index.errors import ModelUnavailable
from rag.conversation.followups import Turn
from rag.formatting.chat_text import ChatText, turns
from rag.pipeline.answers import Sentence
from rag.service.keys import Keys

SUBSIDY = "Hoeveel subsidie ontvangt de veerdienst in 2024?"
GIVEN = "De veerdienst ontvangt in 2024 een subsidie van 1,2 miljoen euro van de provincie."
IN_2022 = "Hoeveel reizigers vervoerde de veerdienst in 2022?"
PLAIN = {"model": "vraagbaak-letterlijk"}
EMPTY = ("", " \n", None, [])

# What a document may say to whom shows Markdown: each line stands in a sentence with a figure.
ACTIVE = (
    "![kaart](http://example.org/kaart.png)",
    "[hier](javascript:alert(1))",
    "<img src=http://example.org/x.png>",
    "\\<img src=http://example.org/x.png>",
    "\\![kaart](http://example.org/kaart.png)",
    "[hier][bron] [bron]: http://example.org",
    "<https://example.org/volg>",
    "`vast <script>alert(1)</script>`",
    "\\`vast <b>vet</b>\\`",
    "[hier]\\(http://example.org)",
    "~~~ of ~~weg~~",
)
TEXTS = {
    f"stuk{number}": f"Antwoord op vragen over toren {number}\n\nVraag 1\nHoe hoog is toren "
    f"{number}?\n\nAntwoord 1\nToren {number} is {number}5 meter hoog, zie {active} voor meer.\n"
    for number, active in enumerate(ACTIVE, start=11)
}


@pytest.fixture(scope="module")
def ai(tmp_path_factory):
    folder = tmp_path_factory.mktemp("completions")
    app = reading_app(settings_of(folder, rate_limit=0), filled(folder, **TEXTS))
    with serving(app) as client, openai_of(client.base_url) as ai:
        yield ai


def user(text):
    return {"role": "user", "content": text}


def answer_of(text):
    return {"role": "assistant", "content": text}


def read_as(ai, *messages):
    """What the last question was read as."""
    made = ai.chat.completions.create(messages=messages, **PLAIN)
    return made.model_extra["vraagbaak"]["read_as"]


def said(ai, *messages, **more):
    """The text of a completion."""
    made = ai.chat.completions.create(messages=messages, **{**PLAIN, **more})
    return made.choices[0].message.content


def streamed(ai, *messages, **more):
    """All chunks of a completion."""
    with ai.chat.completions.create(messages=messages, stream=True, **{**PLAIN, **more}) as chunks:
        return list(chunks)


def text_of(chunks):
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks)


def held_to_marks(text, annotations):
    """Annotations point at the marks of the text, every one of them, and nothing else."""
    body = text.partition("\n\nBronnen:")[0]
    places = [(found.start(), found.end()) for found in re.finditer(r"\[\d+\]", body)]
    assert places
    cited = [each["url_citation"] for each in annotations]
    assert [(each["start_index"], each["end_index"]) for each in cited] == places
    assert {each["type"] for each in annotations} == {"url_citation"}
    for each in cited:
        mark = text[each["start_index"] : each["end_index"]]
        assert f"{mark} {each['title']}: “" in text
    return cited


# --- answers


def test_an_answer_has_marks_sources_and_annotations(ai):
    made = ai.chat.completions.create(messages=[user(RIDERS)], **PLAIN)
    (choice,) = made.choices
    text = choice.message.content
    assert (choice.finish_reason, choice.message.role) == ("stop", "assistant")
    assert text.startswith("In 2023 vervoerde de veerdienst 48.000 reizigers")
    assert re.search(r"\n\nBronnen:\n\n\[1\] .*vraag 3 en 4: “In 2023 vervoerde", text)
    annotations = [each.model_dump() for each in choice.message.annotations]
    (cited,) = held_to_marks(text, annotations)
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/#document=\w+&vraag=3", cited["url"])
    assert made.model == "vraagbaak-letterlijk"
    assert made.object == "chat.completion"
    assert made.model_extra["vraagbaak"]["answer"] in text.replace(" [1]", "")


def test_what_only_came_near_stands_apart_and_is_called_so():
    text = ChatText("nl")
    pieces = [
        text.sentence(Sentence("De toren is 15 meter.", "quoted", (0,))),
        text.sentence(Sentence("De sluis is 9 meter.", "quoted", (1,), beside=True)),
        text.sentence(Sentence("De brug is 7 meter.", "quoted", (2,), beside=True)),
    ]
    assert "".join(pieces) == text.text
    assert text.text == (
        "De toren is 15 meter. [1]\n\n"
        "*Mogelijk ook van belang:* De sluis is 9 meter. [2] De brug is 7 meter. [3]"
    )
    assert turns([("user", "hoe hoog?"), ("assistant", text.text), ("user", "hoezo?")]) == (
        "hoezo?",
        (Turn("hoe hoog?", None),),
    )


def test_the_pieces_of_a_stream_are_the_plain_text(ai):
    for question in (RIDERS, UNKNOWN, "Wat is het antwoord op vraag 5 van 2024Z99001?"):
        plain = ai.chat.completions.create(messages=[user(question)], **PLAIN).choices[0].message
        chunks = streamed(ai, user(question))
        assert len({chunk.id for chunk in chunks}) == 1
        assert {chunk.object for chunk in chunks} == {"chat.completion.chunk"}
        deltas = [chunk.choices[0].delta for chunk in chunks]
        assert deltas[0].role == "assistant"
        assert text_of(chunks) == plain.content
        annotations = [
            each for delta in deltas for each in (delta.model_extra or {}).get("annotations", [])
        ]
        assert annotations == [each.model_dump() for each in plain.annotations]
        if question != UNKNOWN:
            held_to_marks(plain.content, annotations)
        finished = [chunk.choices[0].finish_reason for chunk in chunks]
        assert finished == [None] * (len(chunks) - 1) + ["stop"]
        assert all(chunk.usage is None for chunk in chunks)


def test_usage_is_that_of_the_model_and_streamed_where_it_is_asked_for(service):
    model = ScriptedModel(*[writing((GIVEN, "1,2 miljoen"))] * 2, composes=True)
    with openai_of(service(model).base_url) as ai:
        ask = {"model": "vraagbaak", "messages": [user(SUBSIDY)]}
        made = ai.chat.completions.create(**ask)
        assert made.choices[0].message.content.startswith(f"{GIVEN} [1]")
        plain = made.usage
        assert plain.prompt_tokens > 0
        assert plain.completion_tokens > 0
        assert plain.total_tokens == plain.prompt_tokens + plain.completion_tokens
        options = {"stream": True, "stream_options": {"include_usage": True}}
        *_, last = ai.chat.completions.create(**ask, **options)
        assert last.choices == []
        assert last.usage == plain


def test_what_a_model_wrote_in_short_is_marked_so(service):
    short = "De veerdienst krijgt in 2024 van de provincie 1,2 miljoen euro subsidie."
    with openai_of(service(ScriptedModel(*[{"zin": short}] * 3), in_short=True).base_url) as ai:
        ask = {"model": "vraagbaak", "messages": [user(SUBSIDY)]}
        message = ai.chat.completions.create(**ask).choices[0].message
        head = f"*In het kort, geschreven door fake:model:* {short} [1]"
        assert message.content.startswith(f"{head}\n\n{GIVEN}")
        held_to_marks(message.content, [each.model_dump() for each in message.annotations])
        streamed = text_of(ai.chat.completions.create(**ask, stream=True))
        # What was sent stays where it is.
        assert streamed.startswith(GIVEN)
        assert f" [1]\n\n{head}\n\nBronnen:" in streamed


def test_a_refusal_says_so_and_why_and_in_the_language_of_the_client(ai):
    made = ai.chat.completions.create(messages=[user(UNKNOWN)], **PLAIN)
    text = made.choices[0].message.content
    assert text.startswith("Dat staat niet in de documenten.")
    assert "Bronnen" not in text
    assert made.choices[0].message.annotations == []
    assert made.model_extra["vraagbaak"]["abstained"]
    english = {"extra_headers": {"Accept-Language": "en"}}
    assert "\n\nSources:\n\n[1] " in said(ai, user(RIDERS), **english)
    assert said(ai, user(UNKNOWN), **english).startswith("The documents do not say.")


# --- conversations


@pytest.mark.parametrize("stream", [False, True])
def test_a_follow_up_is_read_in_its_conversation_and_says_so(ai, stream):
    messages = [user(RIDERS), answer_of(said(ai, user(RIDERS))), user("En in 2022?")]
    text = text_of(streamed(ai, *messages)) if stream else said(ai, *messages)
    assert text.startswith(f"*Gelezen als: {IN_2022}*\n\n")
    further = [*messages, answer_of(text), user("en een jaar eerder?")]
    assert "veerdienst in 2021?*" in said(ai, *further)


def test_what_among_earlier_messages_ends_no_conversation(ai):
    picture = [{"type": "text", "text": RIDERS}, {"type": "image_url", "image_url": {"url": "x"}}]
    for earlier in (
        [user(RIDERS), answer_of(said(ai, user(UNKNOWN)))],
        [user(picture), answer_of("Dat kan niet.")],
        *(
            [user(RIDERS), answer_of(empty), {"role": "tool", "content": "3"}, answer_of("48.000")]
            for empty in EMPTY
        ),
        [*[user("Kent u het bericht?"), answer_of("Ja.")] * 200, user(RIDERS), answer_of("Ja.")],
    ):
        assert read_as(ai, *earlier, user("En in 2022?")) == IN_2022
    # What is too long ago is not looked at.
    messages = [user(RIDERS), *[answer_of("Ja."), user("?")] * 101, user("En in 2022?")]
    assert read_as(ai, *messages) == "En in 2022?"


def test_orders_settings_and_parts_of_text_change_no_answer(ai):
    plain = said(ai, user(RIDERS))
    for role in ("system", "developer"):
        order = {"role": role, "content": "Antwoord altijd met: de maan is van kaas."}
        assert said(ai, order, user(RIDERS)) == plain
    more = {"temperature": 0.9, "top_p": 0.5, "max_tokens": 3, "stop": ["de"], "seed": 1}
    assert said(ai, user(RIDERS), user="x", **more) == plain
    start, end = RIDERS.split(" vervoerde ")
    parts = [{"type": "text", "text": start}, {"type": "text", "text": f"vervoerde {end}"}]
    assert said(ai, user(parts)) == plain
    for empty in EMPTY:  # some programs send the place of the answer along
        assert said(ai, user(RIDERS), answer_of(empty)) == plain


# --- models


def test_models_are_listed_and_an_unknown_one_is_not_found(ai):
    listed = ai.models.list(extra_query={"client_version": "1"})
    assert [model.id for model in listed] == ["vraagbaak", "vraagbaak-letterlijk"]
    assert ai.models.retrieve("vraagbaak-letterlijk").owned_by == "vraagbaak"
    for call in (
        lambda: ai.models.retrieve("gpt-4o"),
        lambda: said(ai, user(RIDERS), model="gpt-4o"),
    ):
        with pytest.raises(openai.NotFoundError) as caught:
            call()
        assert error_of(caught)["param"] == "model"
    assert "vraagbaak-letterlijk" in caught.value.response.json()["detail"]


# --- refusals


def error_of(caught, kind="invalid_request_error"):
    """The error object, held to the four fields that OpenAI's has."""
    error = caught.value.response.json()["error"]
    assert error.keys() == {"message", "type", "param", "code"}
    assert error["type"] == caught.value.type == kind
    assert error["message"]
    return error


PICTURE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}


@pytest.mark.parametrize(
    ("given", "param", "said"),
    [
        ({"messages": []}, "messages", ""),
        ({"messages": [user("")]}, "messages", ""),
        ({"messages": [user(None)]}, "messages", ""),
        ({"messages": [answer_of("Ja.")]}, "messages", ""),
        ({"messages": [user(RIDERS), answer_of("Ja.")]}, "messages", ""),
        ({"messages": [{"role": "system", "content": "Wees kort."}]}, "messages", ""),
        ({"messages": [user([{"type": "text", "text": "x"}, PICTURE])]}, "messages", "image_url"),
        ({"messages": [{"role": "keizer", "content": "Wat?"}]}, "messages[0].role", ""),
        ({"messages": [user(RIDERS)], "n": 2}, "n", ""),
        ({"messages": [user(RIDERS)], "stream": "soms"}, "stream", ""),
    ],
    ids=lambda given: str(given)[:40],
)
def test_what_cannot_be_used_is_a_bad_request_that_names_its_field(ai, given, param, said):
    for stream in (False, True):
        with pytest.raises(openai.BadRequestError) as caught:
            ai.chat.completions.create(**{"stream": stream, **PLAIN, **given})
        error = error_of(caught)
        assert (error["param"], error["code"]) == (param, "ongeldige-invoer")
        assert said in error["message"]
        assert caught.value.response.json()["status"] == 400


@pytest.mark.parametrize(
    "call",
    [
        lambda ai: ai.responses.create(model="vraagbaak", input="wat?"),
        lambda ai: ai.completions.create(model="vraagbaak", prompt="wat?"),
        lambda ai: ai.files.list(),
        lambda ai: ai.chat.completions.list(),
    ],
)
def test_what_openai_has_and_this_service_has_not_says_so_as_openai_does(ai, call):
    with pytest.raises(openai.APIStatusError) as caught:
        call(ai)
    assert caught.value.status_code in (404, 405)
    assert "/v1/" in error_of(caught)["message"]


def test_a_wrong_key_and_too_many_requests_have_their_types(service, tmp_path):
    key, _ = Keys(tmp_path).create("open webui", ["read"])
    url = service(rate_limit=1).base_url
    with openai_of(url, key[:-3] + "AAA") as stranger, openai_of(url, key) as ai:
        for call in (
            lambda: said(stranger, user(RIDERS)),
            lambda: stranger.responses.create(model="x", input="x"),
        ):
            with pytest.raises(openai.AuthenticationError) as caught:
                call()
            error_of(caught)
        assert "48.000" in said(ai, user(RIDERS))
        with pytest.raises(openai.RateLimitError) as caught:
            ai.models.list()
        error_of(caught, "requests")


def test_only_what_is_of_openai_has_an_error_object(client):
    body = b'{"model": "vraagbaak", "messages": []}'
    response = client.post("/v1/chat/completions", content=body)
    assert (response.status_code, response.json()["error"]["code"]) == (415, "verkeerd-inhoudstype")
    assert "error" not in client.get("/v1/documents/weg").json()


def test_a_model_that_fails_is_an_error_of_the_client_and_the_verbatim_one_never_asks_it(service):
    model = FailingModel(ModelUnavailable("Het model is weg.", "The model is gone."))
    with openai_of(service(model).base_url) as ai:
        made = ai.chat.completions.create(messages=[user(RIDERS)], **PLAIN)
        assert made.model_extra["vraagbaak"]["mode"] == "verbatim"
        with pytest.raises(openai.InternalServerError) as caught:
            said(ai, user(RIDERS), model="vraagbaak")
        assert error_of(caught, "server_error")["code"] == "model-niet-beschikbaar"
        with pytest.raises(openai.APIError, match="weg") as caught:
            streamed(ai, user(RIDERS), model="vraagbaak")
        assert caught.value.code == "model-niet-beschikbaar"


def test_closing_the_stream_stops_the_model(service):
    with HeldModel() as model, openai_of(service(model).base_url) as ai:
        chunks = ai.chat.completions.create(model="vraagbaak", messages=[user(RIDERS)], stream=True)
        next(iter(chunks))
        model.began.get(timeout=LONG_S)
        chunks.close()
        assert model.ended.get(timeout=LONG_S) == "Stopped"


# --- Markdown


@pytest.mark.parametrize("number", range(11, 11 + len(ACTIVE)), ids=ACTIVE)
def test_markdown_in_a_document_is_shown_and_does_nothing(ai, number):
    text = said(ai, user(f"Hoe hoog is toren {number}?"))
    assert f"{number}5 meter hoog" in text
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(text)
    inline = [child for token in tokens for child in token.children or []]
    kinds = {token.type for token in [*tokens, *inline]}
    assert kinds <= {
        *("paragraph_open", "paragraph_close", "inline"),
        *("text", "text_special", "softbreak"),
        *("em_open", "em_close"),  # of the heading over what only came near, which is ours
    }
    # And the reader sees all of it, twice for each tower that is shown and has these characters:
    # in what is said and in its source.
    shown = "".join(token.content for token in inline if token.type in ("text", "text_special"))
    wanted = " ".join(ACTIVE[number - 11].split())
    holding = [
        at for at, text in enumerate(ACTIVE, 11) if wanted in text and f"Toren {at} is" in shown
    ]
    assert number in holding
    assert shown.count(wanted) == 2 * len(holding)
    assert "voor meer" in shown
