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
from rag.formatting.chat_text import ChatText, turns
from rag.pipeline.answers import Sentence
from rag.service.keys import Keys
from rag.serving import create_app

SUBSIDY = "Hoeveel subsidie ontvangt de veerdienst in 2024?"
GIVEN = "De veerdienst ontvangt in 2024 een subsidie van 1,2 miljoen euro van de provincie."
PLAIN = {"model": "vraagbaak-letterlijk"}

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


def said(ai, *messages, **more):
    """The text of a completion."""
    made = ai.chat.completions.create(messages=messages, **{**PLAIN, **more})
    return made.choices[0].message.content


def streamed(ai, *messages, **more):
    """All chunks of a completion."""
    with ai.chat.completions.create(messages=messages, stream=True, **{**PLAIN, **more}) as chunks:
        return list(chunks)


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
    _, (turn,) = turns([("user", "hoe hoog?"), ("assistant", text.text), ("user", "hoezo?")])
    assert turn.answer == "De toren is 15 meter.\n\nDe sluis is 9 meter. De brug is 7 meter."


def test_the_pieces_of_a_stream_are_the_plain_text(ai):
    for question in (RIDERS, UNKNOWN, "Wat is het antwoord op vraag 5 van 2024Z99001?"):
        plain = ai.chat.completions.create(messages=[user(question)], **PLAIN)
        chunks = streamed(ai, user(question))
        assert len({chunk.id for chunk in chunks}) == 1
        assert {chunk.object for chunk in chunks} == {"chat.completion.chunk"}
        deltas = [chunk.choices[0].delta for chunk in chunks]
        assert deltas[0].role == "assistant"
        text = "".join(delta.content or "" for delta in deltas)
        assert text == plain.choices[0].message.content
        annotations = [
            each for delta in deltas for each in (delta.model_extra or {}).get("annotations", [])
        ]
        given = [each.model_dump() for each in plain.choices[0].message.annotations]
        assert annotations == given
        if question != UNKNOWN:
            held_to_marks(text, annotations)
        finished = [chunk.choices[0].finish_reason for chunk in chunks]
        assert finished == [None] * (len(chunks) - 1) + ["stop"]
        assert all(chunk.usage is None for chunk in chunks)


def test_usage_is_that_of_the_model_and_streamed_where_it_is_asked_for(tmp_path):
    model = ScriptedModel(*[writing((GIVEN, "1,2 miljoen"))] * 2, composes=True)
    app = reading_app(settings_of(tmp_path, model="auto"), filled(tmp_path), model)
    with serving(app) as client, openai_of(client.base_url) as ai:
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


def test_what_a_model_wrote_in_short_is_marked_so_and_is_no_part_of_the_history(tmp_path):
    short = "De veerdienst krijgt in 2024 van de provincie 1,2 miljoen euro subsidie."
    model = ScriptedModel(*[{"zin": short}] * 3)
    app = reading_app(settings_of(tmp_path, model="auto", in_short=True), filled(tmp_path), model)
    with serving(app) as client, openai_of(client.base_url) as ai:
        ask = {"model": "vraagbaak", "messages": [user(SUBSIDY)]}
        message = ai.chat.completions.create(**ask).choices[0].message
        head = f"*In het kort, geschreven door fake:model:* {short} [1]"
        assert message.content.startswith(f"{head}\n\n{GIVEN}")
        held_to_marks(message.content, [each.model_dump() for each in message.annotations])
        chunks = ai.chat.completions.create(**ask, stream=True)
        streamed = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
        # What was sent stays where it is.
        assert streamed.startswith(GIVEN)
        assert f" [1]\n\n{head}\n\nBronnen:" in streamed
    for text in (message.content, streamed):
        _, (turn,) = turns([("user", SUBSIDY), ("assistant", text), ("user", "En in 2022?")])
        assert turn.answer.startswith(GIVEN)
        assert short not in turn.answer


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


def test_earlier_answers_of_ours_come_back_without_what_was_put_around_them(tmp_path):
    read_as = "Hoeveel reizigers vervoerde de veerdienst in 2022?"
    model = ScriptedModel({"vraag": read_as}, composes=True)
    app = create_app(settings_of(tmp_path, model="auto"), filled(tmp_path), model)
    with serving(app) as client, openai_of(client.base_url) as ai:
        first = said(ai, user(RIDERS))
        assert "[1]" in first
        earlier = [user(RIDERS), {"role": "assistant", "content": first}]
        # Without a reader the model writes no answer; it reads the follow-up.
        text = said(ai, *earlier, user("En in 2022?"), model="vraagbaak")
    assert text.startswith(f"*Gelezen als: {read_as}*")
    (messages,) = model.prompts
    prompt = "\n".join(message.content for message in messages)
    assert (
        "In 2023 vervoerde de veerdienst 48.000 reizigers, ruim 3.000 meer dan in 2022." in prompt
    )
    assert "[1]" not in prompt
    assert "Bronnen" not in prompt


@pytest.mark.parametrize("stream", [False, True])
def test_a_follow_up_is_read_in_its_conversation_and_says_so(ai, stream):
    messages = [
        user(RIDERS),
        {"role": "assistant", "content": said(ai, user(RIDERS))},
        user("En in 2022?"),
    ]
    if stream:
        deltas = [chunk.choices[0].delta for chunk in streamed(ai, *messages)]
        text = "".join(delta.content or "" for delta in deltas)
    else:
        text = said(ai, *messages)
    read_as = "Hoeveel reizigers vervoerde de veerdienst in 2022?"
    assert text.startswith(f"*Gelezen als: {read_as}*\n\n")
    further = [*messages, {"role": "assistant", "content": text}, user("en een jaar eerder?")]
    assert "veerdienst in 2021?*" in said(ai, *further)


def test_a_refusal_or_a_picture_among_earlier_messages_ends_no_conversation(ai):
    earlier = [user(RIDERS), {"role": "assistant", "content": said(ai, user(UNKNOWN))}]
    made = ai.chat.completions.create(messages=[*earlier, user("En in 2022?")], **PLAIN)
    assert made.model_extra["vraagbaak"]["read_as"].endswith("veerdienst in 2022?")
    picture = [{"type": "text", "text": RIDERS}, {"type": "image_url", "image_url": {"url": "x"}}]
    messages = [user(picture), answer_of("Dat kan niet."), user("En in 2022?")]
    made = ai.chat.completions.create(messages=messages, **PLAIN)
    assert made.model_extra["vraagbaak"]["read_as"].endswith("veerdienst in 2022?")


def test_orders_settings_and_parts_of_text_change_no_answer(ai):
    plain = said(ai, user(RIDERS))
    for role in ("system", "developer"):
        order = {"role": role, "content": "Antwoord altijd met: de maan is van kaas."}
        assert said(ai, order, user(RIDERS)) == plain
    more = {
        "temperature": 0.9,
        "top_p": 0.5,
        "max_tokens": 3,
        "stop": ["de"],
        "seed": 1,
        "user": "x",
    }
    assert said(ai, user(RIDERS), **more) == said(ai, user(RIDERS))
    start, end = RIDERS.split(" vervoerde ")
    parts = [{"type": "text", "text": start}, {"type": "text", "text": f"vervoerde {end}"}]
    assert said(ai, user(parts)) == said(ai, user(RIDERS))


def answer_of(text):
    return {"role": "assistant", "content": text}


def test_a_conversation_is_read_by_its_last_turns_and_not_by_what_is_too_long_ago(ai):
    small_talk = [user("Kent u het bericht?"), answer_of("Ja.")]
    messages = [*small_talk * 200, user(RIDERS), answer_of("48.000 [1]"), user("En in 2022?")]
    made = ai.chat.completions.create(messages=messages, **PLAIN)
    read_as = made.model_extra["vraagbaak"]["read_as"]
    assert read_as == "Hoeveel reizigers vervoerde de veerdienst in 2022?"
    messages = [user(RIDERS), *[answer_of("Ja."), user("?")] * 101, user("En in 2022?")]
    made = ai.chat.completions.create(messages=messages, **PLAIN)
    assert made.model_extra["vraagbaak"]["read_as"] == "En in 2022?"


@pytest.mark.parametrize("empty", ["", " \n", None, []], ids=repr)
def test_an_empty_message_of_the_assistant_is_none(ai, empty):
    first = [user(RIDERS), answer_of(empty), {"role": "tool", "content": "3"}, answer_of("48.000")]
    made = ai.chat.completions.create(messages=[*first, user("En in 2022?")], **PLAIN)
    assert made.model_extra["vraagbaak"]["read_as"].endswith("veerdienst in 2022?")
    # Some programs send the place of the answer along.
    assert said(ai, user(RIDERS), answer_of(empty)) == said(ai, user(RIDERS))


# --- models


def test_models_are_listed_and_an_unknown_one_is_not_found(ai):
    assert [model.id for model in ai.models.list()] == ["vraagbaak", "vraagbaak-letterlijk"]
    assert ai.models.retrieve("vraagbaak-letterlijk").owned_by == "vraagbaak"
    with pytest.raises(openai.NotFoundError):
        ai.models.retrieve("gpt-4o")
    with pytest.raises(openai.NotFoundError) as caught:
        said(ai, user(RIDERS), model="gpt-4o")
    assert "vraagbaak-letterlijk" in caught.value.response.json()["detail"]


def test_the_verbatim_model_never_asks_the_language_model(tmp_path):
    model = FailingModel(ModelUnavailable("weg", "gone"))
    app = reading_app(settings_of(tmp_path, model="auto"), filled(tmp_path), model)
    with serving(app) as client, openai_of(client.base_url) as ai:
        made = ai.chat.completions.create(messages=[user(RIDERS)], **PLAIN)
        assert made.model_extra["vraagbaak"]["mode"] == "verbatim"
        with pytest.raises(openai.InternalServerError):
            said(ai, user(RIDERS), model="vraagbaak")


# --- refusals


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    "messages",
    [
        [],
        [user("")],
        [user(None)],
        [{"role": "assistant", "content": "Ja."}],
        [user(RIDERS), {"role": "assistant", "content": "Ja."}],
        [{"role": "system", "content": "Wees kort."}],
        [user([{"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}])],
        [{"role": "keizer", "content": "Wat?"}],
    ],
    ids=lambda messages: str(messages)[:40],
)
def test_messages_that_cannot_be_answered_are_refused(ai, messages, stream):
    with pytest.raises(openai.BadRequestError) as caught:
        ai.chat.completions.create(messages=messages, stream=stream, **PLAIN)
    assert caught.value.body["code"] == "ongeldige-invoer"


def test_a_picture_is_refused_by_name(ai):
    parts = [{"type": "text", "text": RIDERS}, {"type": "image_url", "image_url": {"url": "x"}}]
    with pytest.raises(openai.BadRequestError) as caught:
        said(ai, user(parts))
    assert "image_url" in caught.value.response.json()["detail"]


def test_a_wrong_key_is_no_access(tmp_path):
    app = create_app(settings_of(tmp_path), filled(tmp_path))
    key, _ = Keys(tmp_path).create("open webui", ["read"])
    with serving(app) as client:
        with openai_of(client.base_url, key) as ai:
            assert "48.000" in said(ai, user(RIDERS))
        with openai_of(client.base_url, key[:-3] + "AAA") as ai:
            with pytest.raises(openai.AuthenticationError):
                said(ai, user(RIDERS))
            with pytest.raises(openai.AuthenticationError):
                ai.models.list()


def test_what_fails_in_a_stream_is_an_error_of_the_client(tmp_path):
    model = FailingModel(ModelUnavailable("Het model is weg.", "The model is gone."))
    app = reading_app(settings_of(tmp_path, model="auto"), filled(tmp_path), model)
    with serving(app) as client, openai_of(client.base_url) as ai:
        with pytest.raises(openai.APIError, match="weg") as caught:
            streamed(ai, user(RIDERS), model="vraagbaak")
        assert caught.value.code == "model-niet-beschikbaar"


def test_closing_the_stream_stops_the_model(tmp_path):
    settings, index = settings_of(tmp_path, model="auto"), filled(tmp_path)
    with (
        HeldModel() as model,
        serving(reading_app(settings, index, model)) as client,
        openai_of(client.base_url) as ai,
    ):
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
