"""What a responder gets, and when: each turn is scored, and what has to go is sealed tier by tier."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from msgspec.structs import replace

from bot.attaching import named
from bot.audience import Shares, spread
from bot.library import Edition, Library
from bot.news import URGENCIES, count
from bot.record import Held, Record
from bot.sealing import Sealer
from bot.watchword import spoken, worded
from flows.assessment import Assessment
from flows.engine import prompt, resume
from flows.facts import Facts, gather
from flows.ids import FindingId
from flows.ids import Tier as SummaryTier
from flows.partners import share
from flows.rule import Urgency
from flows.scoring import assess, foresee, rank
from flows.session import Promise, Session
from flows.sharing import is_worth_reading, refused, shareable
from flows.summary import CasePart
from flows.turn import Input, Prompt, Turn
from flows.writing import path_of, summarise
from protocol.audience import Tier
from storage.case import Put

ASKED_FOR_HELP = FindingId("asked_for_help")
# Within an urgency and a rank of the rubric, older cases come first: ranks are this many milliseconds apart.
_RANK_STEP = 10**13


@dataclass(frozen=True, slots=True)
class Passage:
    """A session with the edition that it is on."""

    edition: Edition
    session: Session = field(repr=False)

    @property
    def prompt(self) -> Prompt:
        """The screen that is due."""
        return prompt(self.edition.flow, self.session)

    @property
    def is_read(self) -> bool:
        """Whether it is over, and people read what was answered."""
        ending, endings, core = self.prompt.ending, self.edition.flow.endings, self.edition.flow.core
        read = (endings.read,) if endings else ()
        return ending in ((*read, core.enough, core.rest) if core else read)

    def due(self, now: datetime) -> Prompt:
        """The same with what clocks show now."""
        return prompt(self.edition.flow, self.session, now=int(now.timestamp()))

    def resume(self, given: Input, library: Library, now: datetime) -> Turn:
        """One input, and all that followed."""
        return resume(
            self.edition.flow,
            self.session,
            given,
            now=int(now.timestamp()),
            vocabulary=self.edition.vocabulary,
            guide=library.guide,
            reader=library.reader,
        )


@dataclass(frozen=True, slots=True)
class Forward:
    """A case as it has to go now: these tiers to the organisation, and what was said of partners."""

    passage: Passage = field(repr=False)
    assessment: Assessment = field(repr=False)
    tiers: Sequence[SummaryTier]
    shares: Shares = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Forwarding:
    """Scores sessions and seals what has to go."""

    library: Library
    sealer: Sealer

    def weigh(
        self, record: Record, passage: Passage, *, settled: bool, flags: Sequence[FindingId] = ()
    ) -> tuple[Record, Forward | None]:
        """Score what is known. `settled`: the session is complete, or has been silent for long enough.

        Danger and a cry for help wait neither for that nor for a yes; a case that was forwarded is kept true.
        """
        flow, rubric, session = passage.edition.flow, self.library.rubric, passage.session
        facts = gather(flow, rubric, session, flags=flags)
        grader = rubric.grader
        urgency = grader.grade(grader.fired(facts.fired), facts.stage, facts.answered).urgency
        record = count(record, rubric, facts, URGENCIES.index(urgency))
        at_once = urgency is Urgency.CRITICAL or ASKED_FOR_HELP in facts.fired
        if not (record.case or at_once or settled):
            return record, None
        assessment = assess(rubric, facts)
        tiers = shareable(flow, rubric, session, facts, assessment)
        # That somebody fell silent is told with a case; by itself it is none.
        said = replace(
            assessment, findings=tuple(each for each in assessment.findings if each.id not in flags)
        )
        if record.case is None and not (tiers and (at_once or is_worth_reading(session, said))):
            return record, None
        if not tiers and not refused(flow, rubric, session):
            return record, None  # somebody came back, and nothing is agreed or asked yet
        whole = foresee(rubric, flow, facts, assessment)
        # Whoever takes their yes back: the core alone, which tells the responder just that. What was sealed before
        # stays until a person decides: whoever holds the phone may have tapped it. From partners it is taken.
        shares = self._shares(record, passage, facts)
        forward = Forward(passage, whole, tiers or (SummaryTier.CORE,), shares)
        return replace(worded(record, session), case=record.case or secrets.token_hex(16)), forward

    def seal(self, held: Held, record: Record, forward: Forward, *, now: datetime) -> tuple[Record, Put]:
        """The next revision: of each tier that changed, the whole as it stands now.

        While a promise stands, also what will go when it ends, to be put then without opening anything.
        """
        record, put = self._seal(held, record, forward, now)
        if record.check_in_at:
            ends = (Promise.MISSED, Promise.CANCELLED)
            ready = {str(each): self._promised(held, record, forward.passage, each, now) for each in ends}
            record = replace(record, promised={what: found for what, found in ready.items() if found})
        return record, put

    def _promised(
        self, held: Held, record: Record, passage: Passage, what: Promise, now: datetime
    ) -> Put | None:
        session = replace(passage.session, promise=what, promise_ended=len(passage.session.log))
        then, forward = self.weigh(record, Passage(passage.edition, session), settled=True)
        if forward is None:
            return None
        core = Forward(forward.passage, forward.assessment, (SummaryTier.CORE,))
        return self._seal(held, then, core, now)[1]

    def _shares(self, record: Record, passage: Passage, facts: Facts) -> Shares:
        """What was said of partners, where there are any."""
        if not (record.readers or self.sealer.recipients.now.has_partners):
            return {}
        return share(
            self.library.partners,
            passage.edition.flow,
            self.library.rubric,
            passage.session,
            facts,
            countries=self.library.reader.gazetteer.countries_of,
        )

    def _seal(self, held: Held, record: Record, forward: Forward, now: datetime) -> tuple[Record, Put]:
        session, assessment = forward.passage.session, forward.assessment
        since = record.since or round(now.timestamp() * 1000)
        shared = spread(
            record,
            self._parts(record, forward),
            forward.shares,
            self.library.partners,
            self.sealer.recipients.now,
        )
        number = record.revision + 1 if shared.sheets else record.revision
        record = replace(
            shared.record,
            since=since,
            revision=number,
            rank=min(record.rank, rank(self.library.rubric, assessment) * _RANK_STEP + since),
        )
        put = Put(
            id=record.case or "",
            conversation=held.id,
            urgency=record.urgency,
            rank=record.rank,
            classes=shared.classes,
            flow=path_of(forward.passage.edition.flow, session),
            language=record.language or self._hint(record),
            number=number,
            revisions=self.sealer.seal(
                record.case or "", number, shared.sheets, held.key, session=session.id, now=now
            ),
            news=tuple(record.heights.items()),
            attachments=named(session) if any(each.tier is Tier.WORDS for each in shared.sheets) else (),
            audience=tuple(record.readers.items()),
            withdrawn=shared.withdrawn,
        )
        return record, put

    def _hint(self, record: Record) -> str:
        """The phone's language, for somebody who wrote before choosing one, where we speak it."""
        offered = {each.code for each in self.library.languages}
        return record.hint if record.hint in offered else ""

    def _parts(self, record: Record, forward: Forward) -> Mapping[SummaryTier, CasePart]:
        edition = forward.passage.edition
        local = edition.voice(record.language, self.library.default_language)
        parts = summarise(
            edition.flow,
            forward.passage.session,
            forward.assessment,
            source=self.library.speech,
            local=local.speech(self.library.sites),
            rubric=self.library.rubric,
            watchword=(spoken(record, edition.phrases), spoken(record, edition.phrases, local)),
        )
        return {tier: part for tier, part in parts.items() if tier in forward.tiers}
