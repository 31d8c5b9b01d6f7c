"""Messages: every text of the definitions that is translated, with its context and notes for translators."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flows.cover_texts import Text, Use
from flows.definition import NAMED, TICKED, Flow, Kind, Question, choice_context, question_context
from flows.loading import Definitions

LABEL = "A button: at most 64 characters, better below 40."
BANNER = "The first 40 characters may show on a locked phone: keep them harmless."
SAFETY = "safety: a person's safety rests on this; it needs a native reviewer."
GROUPS = {
    "screen": "On the screens of the person who writes.",
    "bot": "The bot's own name, description and commands: neutral.",
    "case": "How a case reads on the responder's screen.",
    "page": "On the public page that shows the bot's right name: calm, and nothing of help.",
}
COVER = "In a small dull tool behind which the bot hides: nothing here may speak of help or of a person."
USES = {
    Use.SCREEN: ("Keep an example such as 12 km as it is.",),
    Use.LABEL: (LABEL,),
    Use.WORDS: (
        "Words between commas, as people type them: one, many, short forms, endings.",
        "A word must not stand at two units.",
    ),
}
BUTTONS = frozenset({"done", "skip", "unknown", "back", "language", "resume", "code", "exit"})


@dataclass(frozen=True, slots=True)
class Message:
    """One text: its context, its English source, notes, and whether it is a button or meant for contacts."""

    context: str
    source: str
    notes: tuple[str, ...] = ()
    button: bool = False
    for_contact: bool = True


def messages(definitions: Definitions) -> Iterator[Message]:
    """Give every message, in the order in which a translator should read them."""
    yield from _flow(definitions.whole, definitions)
    yield from _phrases(definitions)
    for line in definitions.tables.directory.lines:
        if line.note:
            note = f"Beside a telephone number: {line.id}."
            yield Message(f"line.{line.id}", line.note, (note,))
    for reply in definitions.tables.relay.replies:
        note = "A reply of a responder, on the screen of the person who wrote."
        yield Message(reply.context, reply.text, (note, BANNER, SAFETY))
    yield from map(_cover, definitions.tables.cover.texts())
    yield from _rubric(definitions)


def _flow(flow: Flow, definitions: Definitions) -> Iterable[Message]:
    for question in flow.questions:
        if question.said_as is not None:
            continue
        context = question_context(flow, question)
        yield Message(context, question.text, (_asks(question), BANNER, *_comment(definitions, context)))
        for choice in () if question.kind in NAMED else question.choices:
            context = choice_context(flow, question, choice)
            yield Message(context, choice.text, (LABEL, *_comment(definitions, context)), button=True)


def _asks(question: Question) -> str:
    taken = dict.fromkeys((*TICKED, Kind.LANGUAGE), "tapped") | {
        Kind.NUMBER: "a number",
        Kind.PLACE: "words or a location",
        Kind.ROUTE: "several places, one after another",
        Kind.COUNTRY: "a country, tapped or typed",
        Kind.COUNTRIES: "tapped",
        Kind.LOCAL_TIME: "a time of day, tapped or typed",
        Kind.WHEN: "a time, tapped or typed",
    }
    return f"A question ({question.ref}); the answer is {taken.get(question.kind, 'words')}."


def _phrases(definitions: Definitions) -> Iterable[Message]:
    for phrase in definitions.phrases.values():
        context = f"phrase.{phrase.id}"
        button = phrase.id in BUTTONS
        notes = (GROUPS[phrase.group], *((LABEL,) if button else ()), *_comment(definitions, context))
        yield Message(context, phrase.text, notes, button=button, for_contact=phrase.group != "case")
    for key, text in definitions.desk.items():
        yield Message(f"desk.{key}", text, ("On the responder's screen.",), for_contact=False)


def _cover(text: Text) -> Message:
    return Message(text.context, text.source, (COVER, *USES[text.use]), button=text.use is Use.LABEL)


def _rubric(definitions: Definitions) -> Iterable[Message]:
    rules = definitions.rubric.rules
    for item in rules.indicators:
        note = f"One line for the responder: {item.id.replace('_', ' ')}."
        yield Message(f"indicator.{item.id}", item.text, (note,), for_contact=False)
    for flag in rules.flags:
        yield Message(f"flag.{flag.id}", flag.text, ("One line for the responder.",), for_contact=False)
    for likely in rules.likelihood:
        yield _rule(likely.id, likely.text, likely.gives)
    for urgent in rules.urgency:
        yield _rule(urgent.id, urgent.text, urgent.gives)


def _rule(name: str, text: str, gives: str) -> Message:
    return Message(
        f"rule.{name}", text, (f"Why the grade is {gives}; for the responder.",), for_contact=False
    )


def _comment(definitions: Definitions, context: str) -> tuple[str, ...]:
    match definitions.comments.get(context):
        case None:
            return ()
        case "safety":
            return (SAFETY,)
        case comment:
            return (comment,)
