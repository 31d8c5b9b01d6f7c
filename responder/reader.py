"""Reading a case: from what was opened to the sentences that screen and console show, most urgent first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.ids import RuleId
from protocol.desk import Urgency, UrgencyFrom
from responder.filing import file_line
from responder.interpreted import drafts, with_jobs
from responder.lines import Lines, clean
from responder.reading import NOTHING, Agreement, Change, Reading, Reason, Regrading, Text, Unknown
from responder.releases import only_reads
from responder.talk import Talk
from responder.terms import beware, term
from responder.wording import language_name, tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flows.assessment import Assessment, Finding
    from flows.assessment import Change as Telling
    from flows.summary import CaseSummary, Labelled, OpenLine
    from responder.lexicon import Lexicon
    from responder.opened import OpenedCase
    from responder.regrades import Regraded
    from responder.releases import Released
    from responder.wording import Wording

GRAVEST_FIRST = [urgency.value for urgency in Urgency]
WATCHED = "device_watched"
CONSENTS = ("organisation", "embassy", "home_police")
"""Those that every flow asks about; one that nobody answered shows as not said."""


def read_case(opened: OpenedCase, wording: Wording, lexicon: Lexicon) -> Reading:
    """Put an opened case into words; the session that was graded most urgent gives the grade."""
    graded = min(opened.sessions, key=lambda session: _gravity(session.assessment))
    reading = Reader(opened, Lines(graded, wording, lexicon), graded.assessment).read()
    return with_jobs(reading, opened.jobs, wording)


def _gravity(assessment: Assessment | None) -> int:
    return GRAVEST_FIRST.index(assessment.urgency.value) if assessment else len(GRAVEST_FIRST)


@dataclass(frozen=True, slots=True)
class Reader:
    """One reading of one case: `lines` are those of the session that gave the grade."""

    opened: OpenedCase
    lines: Lines
    grade: Assessment | None

    def read(self) -> Reading:
        """Return the whole reading."""
        header, newest = self.opened.header, _telling(self.opened.sessions)
        grade, words = self.grade, self.lines.wording
        numbers = {str(filed.id): filed.number for filed in self.opened.files.all}
        every = [Lines(session, words, self.lines.lexicon, numbers) for session in self.opened.sessions]
        talk = self._talk()
        answers = tuple(said for lines in every for said in lines.answers())
        likelihood = grade.likelihood.value if grade else "insufficient"
        return Reading(
            case=header.id,
            flow=header.flow,
            language=tag(newest.language),
            language_name=language_name(newest.language, words.language),
            state=header.state.value,
            received_at=header.received_at,
            lease_until=header.lease_until,
            due_at=header.due_at,
            duty=header.due or "",
            opens_at=header.opens_at,
            amended=header.amended,
            urgency=self._urgency(),
            urgency_word=words.urgency(self._urgency()),
            urgency_rule=grade.urgency_rule if grade else "",
            urgency_line=self._headline(),
            likelihood_word=words(f"likelihood.{likelihood}"),
            likelihood_rule=grade.likelihood_rule if grade else "",
            likelihood_line=self._rule(grade.likelihood_rule) if grade else NOTHING,
            reasons=self._reasons(),
            unknown=self._unknown(),
            changes=self._changes(),
            safety=self._safety(newest),
            watched=self._watched(newest),
            screen=tuple(self._mine(line) for line in self._screen()),
            consents=self._consents(newest),
            answers=answers,
            words=tuple(heard for lines in every for heard in lines.words()),
            route=tuple(place for lines in every for place in lines.route()),
            warnings=self._warnings(),
            rubric=grade.rubric if grade else "",
            changed=tuple(said for said in answers if said.before),
            raised=self._raised(),
            given=words.urgency(grade.urgency.value) if grade else "",
            given_line=self._rule(grade.urgency_rule) if grade else NOTHING,
            regradings=tuple(self._regrading(each) for each in self.opened.history.regrades),
            contract=talk.contract(),
            letters=talk.letters(),
            links=header.links,
            files=tuple(file_line(filed, words) for filed in self.opened.files.all),
        )

    def _talk(self) -> Talk:
        opened, lines = self.opened, self.lines
        return Talk(opened.exchange, opened.header, lines.lexicon.terms, lines.wording, drafts(opened.jobs))

    # --- the grade

    def _urgency(self) -> str:
        """Return what the queue says, and no less than a responder said last, or else the answers give.

        The header is not signed: a server alone cannot lower what is shown.
        """
        standing = self.opened.history.standing
        floor = GRAVEST_FIRST.index(standing.after.value) if standing else _gravity(self.grade)
        return GRAVEST_FIRST[min(self._queued(), floor)]

    def _queued(self) -> int:
        return GRAVEST_FIRST.index(self.opened.header.urgency.value)

    def _raised(self) -> bool:
        return self._queued() < _gravity(self.grade) and not self._from_responder()

    def _from_responder(self) -> bool:
        """Say whether the urgency is what a responder gave, by a regrade that passed its checks."""
        header, standing = self.opened.header, self.opened.history.standing
        if standing is None or header.urgency_from is not UrgencyFrom.RESPONDER:
            return False
        return standing.after is header.urgency

    def _headline(self) -> Text:
        """Return why it is as urgent as it is; the rule of another grade would not explain this one."""
        words, standing = self.lines.wording, self.opened.history.standing
        outcome = words.urgency(self._urgency())
        if self._from_responder():
            return self._mine(words("urgency_from_responder", outcome=outcome))
        if standing and GRAVEST_FIRST.index(self._urgency()) > _gravity(self.grade):
            before = words.urgency(standing.after.value)
            return self._mine(words("urgency_since_responder", outcome=outcome, before=before))
        if self.grade and not self._raised():
            return self._rule(self.grade.urgency_rule)
        return self._mine(words("urgency_from_server", outcome=outcome))

    def _regrading(self, regraded: Regraded) -> Regrading:
        words = self.lines.wording
        before, after = words.urgency(regraded.before.value), words.urgency(regraded.after.value)
        note = "" if regraded.reason is not None else words("reason_not_for_you")
        return Regrading(
            regraded.at,
            clean(regraded.name),
            regraded.card,
            words("regrade_change", before=before, after=after),
            Text(clean(regraded.reason or "")),
            words("regrade_refused", reasons=regraded.failure) if regraded.failure else note,
        )

    def _rule(self, rule: str) -> Text:
        sealed = {name: text for session in self.opened.sessions for name, text in session.rules.items()}
        return self._text(f"rule.{rule}", sealed.get(RuleId(rule), ""), rule)

    def _reasons(self) -> tuple[Reason, ...]:
        if self.grade is None:
            return ()
        urgent = self.lines.lexicon.urgent(self.grade.urgency_rule, self.grade.urgency.value)
        reasons = [self._reason(finding, urgent=finding.id in urgent) for finding in self.grade.findings]
        return tuple(sorted(reasons, key=lambda reason: not reason.urgent))

    def _reason(self, finding: Finding, *, urgent: bool) -> Reason:
        weight = finding.strength.value if finding.strength else "flag"
        line = self._text(f"{finding.kind}.{finding.id}", finding.explanation)
        return Reason(line, self.lines.wording(weight), urgent, self.lines.evidence(finding.evidence))

    def _unknown(self) -> tuple[Unknown, ...]:
        """Return the questions without an answer, but for those that would change the grade."""
        silent = (line for line in self.lines.session.open if not line.choices)
        return tuple(Unknown(line.question, self.lines.question(line.question, line.text)) for line in silent)

    def _changes(self) -> tuple[Change, ...]:
        telling = {
            (line.question, label.choice): (line, label)
            for line in self.lines.session.open
            for label in line.choices
        }
        changes = self.grade.would_change if self.grade else ()
        found = ((change, telling.get((change.question, change.answer))) for change in changes)
        return tuple(self._change(change, *place) for change, place in found if place)

    def _change(self, change: Telling, line: OpenLine, label: Labelled) -> Change:
        return Change(
            self.lines.question(line.question, line.text),
            self.lines.choice(line.question, label),
            self._outcome(change.urgency.value, change.likelihood.value),
            line.question,
        )

    def _outcome(self, urgency: str, likelihood: str) -> str:
        """Name only what would be different."""
        words, now = self.lines.wording, self.grade
        parts = [words.urgency(urgency)] if now and urgency != now.urgency.value else []
        if now and likelihood != now.likelihood.value:
            parts.append(words(f"likelihood.{likelihood}"))
        return ", ".join(parts)

    # --- the contact's own terms

    def _safety(self, session: CaseSummary) -> tuple[Text, ...]:
        terms = (
            (key, value)
            for key, value in session.contact_safety.items()
            if (key, value) != ("phone", "watched")
        )
        return tuple(self._mine(term(self.lines.lexicon, key, value)) for key, value in terms)

    def _screen(self) -> Iterable[str]:
        """Say how they know us, whether they closed the chat, and what became of what was on the phone."""
        words, (wiped, stuck) = self.lines.wording, self.opened.wiped
        if watchword := self.opened.sessions[-1].watchword:
            yield words("watchword", words=" = ".join(dict.fromkeys(watchword)))
        if told := next((each.promise for each in reversed(self.opened.sessions) if each.promise), ""):
            yield words(f"promise_{told}")
        if any(session.left for session in self.opened.sessions):
            yield words("left")
        if any(session.returned for session in self.opened.sessions):
            yield words("returned")
        if stuck:
            yield words("wiped_stuck", done=wiped, all=wiped + stuck, stuck=stuck)
        elif wiped:
            yield words("wiped", done=wiped, all=wiped)

    def _watched(self, session: CaseSummary) -> bool:
        fired = {finding.id for finding in self.grade.findings} if self.grade else set()
        return WATCHED in fired or session.contact_safety.get("phone") == "watched"

    def _consents(self, session: CaseSummary) -> tuple[Agreement, ...]:
        # A partner is not told what was said of others: that is no "not said".
        known = {} if only_reads(self.opened.header) else dict.fromkeys(CONSENTS)
        asked = known | dict(session.consents)
        return tuple(
            Agreement(self._text(f"phrase.consent_{who}", "", who.replace("_", " ")), given)
            for who, given in asked.items()
        )

    # --- what to beware of

    def _warnings(self) -> tuple[str, ...]:
        words, history = self.lines.wording, self.opened.history
        found = [words(each) for each in beware(self.opened.sessions)]
        found += self._unread()
        if self.opened.resealed_by:
            found.append(words("resealed", names=", ".join(self.opened.resealed_by)))
        if history.failure:
            found.append(words("regrades_missing", reasons=history.failure))
        if self.opened.files.failure:
            found.append(words("attachments_missing", reasons=self.opened.files.failure))
        if history.refused:
            found.append(words("regrade_refused", reasons=", ".join(sorted(set(history.refused)))))
        return (*found, *map(self._release, self.opened.releases))

    def _release(self, released: Released) -> str:
        """Say to whom parts of the case went in an emergency; everybody who reads it sees that."""
        words = self.lines.wording
        if released.failure:
            return words("release_refused", reasons=released.failure)
        named = {
            "name": clean(released.name),
            "by": clean(released.by),
            "tiers": ", ".join(words(f"tier.{tier}") for tier in released.tiers),
        }
        if released.confirmed_at is None:
            return words("release_waits", **named)
        return words(
            "release_made", **named, second=clean(released.second), at=f"{released.confirmed_at:%Y-%m-%d}"
        )

    def _unread(self) -> Iterable[str]:
        unread, words = self.opened.unread, self.lines.wording
        reasons = ", ".join(sorted({part.reason for part in unread}))
        if len(unread) == 1:
            yield words("part_refused_one", reasons=reasons)
        elif unread:
            yield words("part_refused", count=len(unread), reasons=reasons)

    def _mine(self, text: str) -> Text:
        words = self.lines.wording
        return Text(clean(text), tag(words.language), words.rtl)

    def _text(self, context: str, sealed: str, otherwise: str = "") -> Text:
        return self._mine(self.lines.lexicon.text(context, sealed) or otherwise)


def _telling(sessions: Sequence[CaseSummary]) -> CaseSummary:
    """The newest session in which anything was asked: words typed into the tool later take back no term and no yes."""
    return next((each for each in reversed(sessions) if each.answers), sessions[-1])
