"""How an opened case reads: the sentences, in order of what matters, that screen and console both show.

A Reading holds finished text in one language and no markup; screen.py and the console only lay it out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Text:
    """Words to show, with their language so that fonts, direction and speech come out right."""

    text: str
    language: str = ""
    rtl: bool = False

    def __bool__(self) -> bool:
        """Say whether there is anything to show."""
        return bool(self.text)


NOTHING = Text("")


@dataclass(frozen=True, slots=True)
class Said:
    """One question with its answer, in the responder's language and in the contact's own."""

    question: Text
    answer: Text
    own_question: Text = NOTHING
    own_answer: Text = NOTHING
    at: datetime | None = None
    declined: bool = False
    before: tuple[Said, ...] = ()
    remark: Text = NOTHING
    """What a program could tell of what was written, in English."""
    heavy: bool = False
    """About violence, or what they were made to do: shown when it is asked for."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A text as it was handed over, and what it became; nothing where that is not known yet."""

    original: Text
    rendered: Text = NOTHING


@dataclass(frozen=True, slots=True)
class JobLine:
    """One job in words: who asked, when, where it stands; its texts, each with what it became and by whom."""

    id: str
    at: datetime
    by: str
    state: str
    pairs: tuple[Pair, ...]
    note: str = ""
    credit: str = ""
    may_withdraw: bool = False
    may_take: bool = False


@dataclass(frozen=True, slots=True)
class Rendered:
    """What an interpreter made of a text, and the line that says who did and that nobody has checked it."""

    text: Text
    credit: str


@dataclass(frozen=True, slots=True)
class Reason:
    """One finding: a plain line, how much it weighs, and the answers that it rests on."""

    line: Text
    weight: str
    urgent: bool
    evidence: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What one answer that is not known yet would change; `id` is the question's."""

    question: Text
    answer: Text
    outcome: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A question that has no answer yet, with its id, by which it can be put to the contact."""

    id: str
    question: Text


@dataclass(frozen=True, slots=True)
class Words:
    """Something written freely, or a photo, voice note or place that came; kind is a word to show.

    `absent` is what came without the desk having it; a place is not: it stands among the answers.
    """

    kind: str
    text: Text
    at: datetime | None = None
    during: Text = NOTHING
    before: tuple[Text, ...] = ()
    absent: bool = False
    file: str = ""
    """The name of the file that came with it; `later` says that they marked it so."""
    later: str = ""
    remark: Text = NOTHING
    """What to beware of."""


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file of the case: what it is called here, what it is, and in a word what has become of it.

    `shown` is how a page can show it: image, audio, video; nothing where it is only to be saved, or not here.
    """

    id: str
    title: str
    name: Text
    at: datetime | None = None
    later: str = ""
    note: str = ""
    here: bool = False
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Agreement:
    """One consent: who may read, and what the contact said; None where nothing was said, which is no yes."""

    line: Text
    given: bool | None


@dataclass(frozen=True, slots=True)
class Regrading:
    """One change of the urgency by a responder: who, when, from what to what, and why.

    `note` stands where the reason cannot be shown.
    """

    at: datetime
    who: str
    card: str
    change: str
    reason: Text
    note: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message of a responder: who, when, for whom, what became of it, and its words.

    `note` stands where the words cannot be shown.
    """

    number: int
    at: datetime
    who: str
    card: str
    kind: str
    state: str
    words: Text
    note: str = ""
    may_withdraw: bool = False
    needs_second_look: bool = False
    credit: str = ""
    """That an interpreter wrote the words, and that nobody has checked them."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A case as a responder reads it, most urgent first."""

    case: str
    flow: str
    language: str
    language_name: str
    state: str
    received_at: datetime
    lease_until: datetime | None
    due_at: datetime | None
    amended: int
    urgency: str
    urgency_word: str
    urgency_rule: str
    urgency_line: Text
    likelihood_word: str
    likelihood_rule: str
    likelihood_line: Text
    reasons: tuple[Reason, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    changes: tuple[Change, ...] = ()
    safety: tuple[Text, ...] = ()
    watched: bool = False
    screen: tuple[Text, ...] = ()
    """How they know us, whether they closed the chat, and what was wiped from the phone."""
    consents: tuple[Agreement, ...] = ()
    answers: tuple[Said, ...] = ()
    words: tuple[Words, ...] = ()
    route: tuple[Said, ...] = ()
    warnings: tuple[str, ...] = ()
    rubric: str = ""
    changed: tuple[Said, ...] = ()
    raised: bool = False
    """The queue's urgency stands above what the answers give now, and no responder said so."""
    given: str = ""
    """What the answers give, in a word, with the rule in `given_line`; both beside what responders gave."""
    given_line: Text = NOTHING
    regradings: tuple[Regrading, ...] = ()
    files: tuple[FileLine, ...] = ()
    contract: tuple[Text, ...] = ()
    """When the contact may be written to."""
    letters: tuple[Letter, ...] = ()
    duty: str = ""
    """What is due at `due_at`."""
    opens_at: datetime | None = None
    """When their safe hours begin, where they wait for an answer."""
    links: int = 0
    """How many other cases share a number, handle, link, account or wallet with it."""
    jobs: tuple[JobLine, ...] = ()
    """What went to interpreters."""
    interpreted: Mapping[str, tuple[Rendered, ...]] = field(default_factory=dict)
    """By text, what interpreters made of it: to be shown beside it, never in its place."""

    @property
    def taken_back(self) -> tuple[Said, ...]:
        """Return the changed answers that stand under the headline: the urgency may come from what they were."""
        return self.changed if self.raised else ()

    @property
    def history(self) -> tuple[Said, ...]:
        """Return the changed answers that stand at the end."""
        return () if self.raised else self.changed

    @property
    def outlook(self) -> tuple[tuple[str, tuple[Change, ...]], ...]:
        """Return the answers that would change the grade, gathered by what they would make it."""
        outcomes = dict.fromkeys(change.outcome for change in self.changes)
        return tuple(
            (outcome, tuple(change for change in self.changes if change.outcome == outcome))
            for outcome in outcomes
        )

    @property
    def urgent_reasons(self) -> tuple[Reason, ...]:
        """Return the findings that made the case as urgent as it is."""
        return tuple(reason for reason in self.reasons if reason.urgent)

    @property
    def other_reasons(self) -> tuple[Reason, ...]:
        """Return the remaining findings."""
        return tuple(reason for reason in self.reasons if not reason.urgent)
