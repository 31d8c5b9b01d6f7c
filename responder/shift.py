"""A shift: what one run of the console holds besides the keys, and what happens to it at the lock.

Replies on their way, what is known of the cases that were opened, when somebody last did something, wrong passphrases.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from protocol.revision import CaseId
from responder.detail import detail
from responder.heed import Memory, doubts
from responder.interpreted import drafts
from responder.locking import Idle, Tries
from responder.outgoing import Outgoing
from responder.shown import Shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from responder.desk import Desk
    from responder.lexicon import Lexicon
    from responder.opened import OpenedCase
    from responder.reading import Reading
    from responder.wording import Wording


@dataclass(slots=True, repr=False)
class Shift:
    """One run of the console, from unlock to unlock."""

    clock: Callable[[], float]
    memory: Memory = field(default_factory=Memory)
    shown: Shown = field(default_factory=Shown)
    outgoing: Outgoing = field(init=False)
    idle: Idle = field(init=False)
    tries: Tries = field(init=False)

    def __post_init__(self) -> None:
        """Begin; somebody is here."""
        self.outgoing, self.idle, self.tries = (
            Outgoing(self.clock),
            Idle(self.clock),
            Tries(self.clock),
        )
        self.idle.touch()

    def begin(self) -> None:
        """Note that the desk was unlocked."""
        self.tries.succeed()
        self.idle.touch()

    async def end(self, desk: Desk | None) -> None:
        """Send what waits and forget what is known of cases, and every page that answered a form."""
        if desk is not None:
            await self.outgoing.send_all(desk)
        self.memory.forget()
        self.shown.forget()

    def beside(
        self, desk: Desk, opened: OpenedCase, reading: Reading, wording: Wording, lexicon: Lexicon
    ) -> dict[str, object]:
        """Remember an opened case, and return what its page shows beside its reading."""
        case = opened.header.id
        self.memory.learn(case, opened.sessions, wording, phrase=watchword(opened))
        self.memory.drafts[case] = drafts(opened.jobs)
        draft = self.outgoing.drafts.get(case)
        return {
            "detail": detail(opened, reading, wording, lexicon),
            "phrase": self.memory.phrases[case],
            "held": self.outgoing.waiting.get(case),
            "held_left": wording.age(self.outgoing.left(case) + 0.999),
            "draft": self.outgoing.draft(desk, case),
            "unsent": wording("held_failed", reasons=draft.reason) if draft and draft.reason else "",
        }

    def doubts(self, words: str, language: str | None, case: CaseId, wording: Wording) -> tuple[str, ...]:
        """Return what to look at again before these words go to the contact of a case.

        Their language is not doubted where an interpreter wrote these very words for them; the message says who did.
        """
        if words in self.memory.drafts.get(case, {}):
            language = None
        return doubts(words, language, self.memory.strange(words, case, wording), wording)


def watchword(opened: OpenedCase) -> str:
    """Return the two words of a case as one line, in English and in the contact's language; nothing without them."""
    return " = ".join(dict.fromkeys(words for words in opened.sessions[-1].watchword if words))
