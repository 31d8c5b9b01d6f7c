"""Cases that were really told: the real questionnaire played, graded and written, ready to seal."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flows.engine import begin, resume
from flows.facts import gather
from flows.ids import ChoiceId
from flows.loading import Definitions, load
from flows.saying import Speech
from flows.scoring import assess, foresee
from flows.session import Session
from flows.summary import encode_part
from flows.turn import ChoiceInput, Command, Control, Input, LanguageInput, MediaInput, TextInput
from flows.writing import summarise
from protocol.audience import Tier
from protocol.desk import Header, Urgency
from protocol.revision import CaseId

DEFINITIONS: Definitions = load()
FLOW = DEFINITIONS.whole
BEGAN = 1_772_366_400
"""Unix seconds: 2026-03-01 12:00 UTC."""


def tap(choice: str) -> ChoiceInput:
    """A tap on a choice."""
    return ChoiceInput(ChoiceId(choice))


DANGER: tuple[Input, ...] = (
    LanguageInput("ar"),
    tap("agree_watched"),
    TextInput("أرجوكم ساعدوني", message=5),
    tap("hurt_now"),
    Command(Control.DONE),
    Command(Control.SKIP),
    tap("KH"),
    tap("i_write_first"),
    tap("mine"),
    tap("inside"),
    Command(Control.UNKNOWN),
    MediaInput("photo", message=6),
    TextInput("KK Park \x1b[31mred\u202e", message=7),
    tap("ET"),
    Command(Control.SKIP),
    tap("only_me"),
    tap("with_me"),
    Command(Control.BACK),
    tap("with_bosses"),
)
"""Somebody who is watched and hurt, writes two notes, declines twice and corrects an answer."""

TAKEN_BACK: tuple[Input, ...] = (
    LanguageInput("ar"),
    tap("agree_watched"),
    TextInput("help", message=9),
    tap("hurt_now"),
    Command(Control.DONE),
    Command(Control.BACK),
    tap("none_of_these"),
)
"""Somebody who said that they are being hurt and then, or whoever holds the phone by then, that nothing is."""

ONLY_HELP: tuple[Input, ...] = (LanguageInput("en"), TextInput("help", message=9))
"""Somebody who was cut off after one word."""


def tell(inputs: tuple[Input, ...], *, session: str = "s1", began: int = BEGAN) -> Session:
    """Play a conversation, one input every ten seconds."""
    turn = begin(FLOW, id=session, now=began)
    for order, given in enumerate(inputs, start=1):
        turn = resume(FLOW, turn.session, given, now=began + order * 10)
    return turn.session


def parts(session: Session) -> dict[Tier, bytes]:
    """Grade and write a session: the bodies that the bot would seal, by tier."""
    facts = gather(FLOW, DEFINITIONS.rubric, session)
    grade = foresee(DEFINITIONS.rubric, FLOW, facts, assess(DEFINITIONS.rubric, facts))
    written = summarise(
        FLOW, session, grade, source=Speech(_english), local=Speech(_arabic), rubric=DEFINITIONS.rubric
    )
    return {Tier(tier.value): encode_part(part) for tier, part in written.items()}


def header(case: str, urgency: Urgency, *, language: str = "ar", minutes: int = 12, **fields: Any) -> Header:
    """What the server would know of it."""
    received = datetime.fromtimestamp(datetime.now(UTC).timestamp() // 1 - minutes * 60, UTC)
    return Header(
        id=CaseId(case), urgency=urgency, flow="victim", language=language, received_at=received, **fields
    )


def _english(_context: str, source: str) -> str:
    """Fill in what the bot fills in before it seals."""
    return source.replace("{days}", "90")


def _arabic(_context: str, source: str) -> str:
    """Stand in for a translation: marked, so that a test can tell it from the English."""
    return f"«{_english(_context, source)}»"
