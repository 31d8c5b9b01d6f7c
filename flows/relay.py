"""The relay's table: what the contract's words mean in time, and replies that responders can send as they are."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from flows.checks import Trouble, twice
from flows.contract import Terms
from flows.forms import Form, Id
from flows.problems import Code
from flows.reading import OLDEST, reading_age

FILE = "relay.yaml"
LONGEST = 1000
"""Letters of a reply: on a narrow phone it is read without scrolling far."""
Hour = Annotated[int, Field(ge=0, le=24)]
Signal = Annotated[str, Field(min_length=1, max_length=8)]
Whole = Annotated[int, Field(ge=1)]


class CannedForm(Form):
    """A reply that can be sent as it is."""

    id: Id
    text: Annotated[str, Field(max_length=LONGEST)]


class RelayForm(Form):
    """When contacts may be written to, and what can be written."""

    theirs_minutes: Whole
    late_minutes: Whole
    unread_days: Whole
    read_seconds: Whole
    hours: dict[Id, tuple[Hour, Hour]]
    signals: dict[Id, Signal] = Field(default_factory=dict)
    replies: tuple[CannedForm, ...] = ()


@dataclass(frozen=True, slots=True)
class Canned:
    """A reply that can be sent as it is, in every language."""

    id: str
    text: str

    @property
    def context(self) -> str:
        """Its context in the catalogues."""
        return f"reply.{self.id}"


@dataclass(frozen=True, slots=True)
class Relay:
    """Everything about writing back that is data."""

    terms: Terms
    unread_seconds: int
    """How long a reply waits for its reader."""
    read_seconds: int
    """How long an opened reply stays on the screen."""
    replies: tuple[Canned, ...]


def check_relay(form: RelayForm) -> Iterator[Trouble]:
    """Find replies that say nothing or are there twice, and hours that never are."""
    yield from twice(FILE, ("replies",), [reply.id for reply in form.replies])
    for row, reply in enumerate(form.replies):
        at = ("replies", row, "text")
        if not reply.text.strip():
            yield Trouble(Code.EMPTY_TEXT, FILE, at, f"{reply.id} has no text")
    for key, (first, last) in form.hours.items():
        if first >= last:
            yield Trouble(Code.UNREADABLE_HOURS, FILE, ("hours", key), f"{key} ends before it begins")


def check_replies(relay: Relay) -> Iterator[Trouble]:
    """Find replies that a child of eleven does not read with ease."""
    for row, reply in enumerate(relay.replies):
        age = reading_age(reply.text)
        if age is not None and age > OLDEST:
            message = f"{reply.id} has a reading age of {age:.1f}; {OLDEST} is the most"
            yield Trouble(Code.HARD_TO_READ, FILE, ("replies", row, "text"), message)


def build_relay(form: RelayForm) -> Relay:
    """Compile the table."""
    return Relay(
        Terms(form.hours, form.theirs_minutes * 60, form.late_minutes * 60, form.signals),
        form.unread_days * 24 * 3600,
        form.read_seconds,
        tuple(Canned(reply.id, reply.text) for reply in form.replies),
    )
