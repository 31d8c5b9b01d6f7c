"""How the relay reads: when this contact may be written to, and what became of each message, in sentences."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flows.contract import DAY, read_clock, windows
from protocol.desk import Relay
from protocol.message import MessageKind, MessageState, When
from responder.lines import clean
from responder.reading import Letter, Text
from responder.wording import tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flows.contract import Terms
    from protocol.desk import Header
    from responder.messages import Exchange, Posted
    from responder.wording import Wording


@dataclass(frozen=True, slots=True)
class Talk:
    """The relay of one case, for a reader of one language."""

    exchange: Exchange
    header: Header
    terms: Terms
    wording: Wording
    written: Mapping[str, str] = field(default_factory=dict)
    """Words that an interpreter wrote for the contact, with the interpreter's name."""

    def contract(self) -> tuple[Text, ...]:
        """Return when the contact may be written to, by their clock and by ours."""
        return tuple(map(self._mine, self._contract()))

    def letters(self) -> tuple[Letter, ...]:
        """Return every message, oldest first."""
        return tuple(map(self._letter, self.exchange.messages))

    def _contract(self) -> Iterable[str]:
        words, exchange = self.wording, self.exchange
        if exchange.failure:
            yield words("messages_missing", reasons=exchange.failure)
            return
        if self.header.relay is Relay.CLOSED:
            yield words("relay_closed")
        if exchange.when is When.FROM and exchange.since is not None:
            yield words("may_write_from", time=words.moment(exchange.since))
        else:
            yield words("may_write_now" if exchange.when is When.NOW else "may_write_once")
        yield from self._hours()

    def _hours(self) -> Iterable[str]:
        """Say their hours on both clocks, so that nobody has to count."""
        offset = read_clock(self.exchange.terms.get("clock", ""))
        for first, last in windows(self.exchange.terms, self.terms):
            theirs = f"{first:02}:00-{last:02}:00"
            if offset is None:
                yield self.wording("hours_unknown", theirs=theirs)
            else:
                ours = f"{_hour(first, offset)}-{_hour(last, offset)}"
                yield self.wording("hours_both", theirs=theirs, ours=ours)

    def _letter(self, posted: Posted) -> Letter:
        words = self.wording
        failed = words("message_refused", reasons=posted.failure) if posted.failure else ""
        absent = words("message_not_for_you") if posted.words is None else ""
        return Letter(
            posted.number,
            posted.at,
            clean(posted.name),
            posted.card,
            words(f"message.{posted.kind}"),
            "" if posted.failure else self._state(posted),
            Text(clean(posted.words or "")),
            failed or absent,
            may_withdraw=posted.kind is MessageKind.REPLY and posted.state in TAKEN_BACK,
            needs_second_look=posted.state is MessageState.NEEDS_SECOND_LOOK,
            credit=self._credit(posted),
        )

    def _credit(self, posted: Posted) -> str:
        name = self.written.get(posted.words or "", "")
        return self.wording("interpreted_letter", name=name) if name else ""

    def _state(self, posted: Posted) -> str:
        words, exchange = self.wording, self.exchange
        match posted.state:
            case MessageState.QUEUED if exchange.when is When.FROM and exchange.since is not None:
                return words("sent.queued_from", time=words.moment(exchange.since))
            case MessageState.QUEUED if exchange.when is When.ONCE_THEY_WRITE:
                return words("sent.queued_once")
            case MessageState.READ | MessageState.SHOWN_NOTE:
                return f"{words(f'sent.{posted.state}')} ({words.moment(posted.changed_at)})"
            case state:
                return words(f"sent.{state}")

    def _mine(self, text: str) -> Text:
        return Text(clean(text), tag(self.wording.language), self.wording.rtl)


TAKEN_BACK = frozenset({MessageState.NEEDS_SECOND_LOOK, MessageState.QUEUED, MessageState.BLOCKED})
"""What the contact has not been told of."""


def _hour(hour: int, offset: int) -> str:
    """Return the whole hour of a clock `offset` minutes ahead of UTC, by UTC."""
    hours, minutes = divmod((hour * 60 - offset) % DAY, 60)
    return f"{hours:02}:{minutes:02}"
