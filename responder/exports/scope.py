"""What of a case goes into an export: tiers chosen knowingly, what is taken out of them, and what never leaves."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from msgspec.structs import replace as changed

from flows.consent import ORGANISATION
from flows.definition import Kind
from protocol.audience import RecipientClass, Tier
from responder.attachments import NO_FILES
from responder.exports.standards import standard
from responder.failures import ExportWrong
from responder.messages import NO_EXCHANGE
from responder.opened import merge_sessions
from responder.regrades import History

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from flows.assessment import Finding
    from flows.summary import CasePart, CaseSummary
    from responder.opened import OpenedCase

LEAST = frozenset({Tier.CORE})
"""What goes where nobody chose more."""
TEXTS, FILES = "texts", "files"
"""What can be taken out beside questions: what was written beside them, and what was sent."""
MINOR = "minor"
"""The sign that somebody is under 18, or may be."""
NEVER = ("watchword", "own_words", "messages", "reasons")
"""What never goes: the words that prove who calls or writes, and what responders wrote."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What somebody asked to export: whom for, which tiers, and what of them not, by question, kind or name."""

    audience: RecipientClass = RecipientClass.ORGANISATION
    tiers: frozenset[Tier] = LEAST
    redact: frozenset[str] = frozenset()

    @property
    def in_order(self) -> tuple[Tier, ...]:
        """Return the tiers in their own order."""
        return tuple(tier for tier in Tier if tier in self.tiers)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What the document does not have, to be said in it: tiers that the case has, and what was taken out of others."""

    tiers: tuple[Tier, ...] = ()
    redacted: tuple[str, ...] = ()
    never: tuple[str, ...] = NEVER


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A case with nothing in it but what may go, and the names of what does not."""

    opened: OpenedCase = field(repr=False)
    scope: Scope
    left_out: LeftOut

    @property
    def consents(self) -> Mapping[str, bool]:
        """Return what was said last of who may read it."""
        return consents_of(self.opened.sessions)


def narrow(opened: OpenedCase, scope: Scope) -> Narrowed:
    """Take out of a case what is not to go; raises ExportWrong where something may not go, or is not there."""
    check_audience(opened.sessions, scope)
    redactable = set(names(opened))
    if unknown := sorted(scope.redact - redactable):
        msg = f"this case has nothing called {', '.join(unknown)} to take out"
        raise ExportWrong(msg, f"There is: {', '.join(sorted(redactable))}.")
    parts = [(number, _without(part, scope)) for number, part in opened.parts if _goes(part, scope)]
    sessions = tuple(_bare(session, scope) for session in merge_sessions(parts))
    files = opened.files if _files_go(scope) else NO_FILES
    history = History(tuple(replace(each, name="", reason="") for each in opened.history.regrades))
    kept = replace(
        opened, sessions=sessions, files=files, history=history, exchange=NO_EXCHANGE, parts=tuple(parts)
    )
    there = {Tier(part.tier.value) for _, part in opened.parts}
    missing = tuple(tier for tier in Tier if tier in there - scope.tiers)
    return Narrowed(kept, scope, LeftOut(missing, tuple(sorted(scope.redact))))


def names(opened: OpenedCase) -> Sequence[str]:
    """Return what can be taken out of a case: kinds of answers, what was written or sent beside them, questions."""
    lines = [line for session in opened.sessions for line in session.answers]
    lines = [line for line in lines if line.kind is not Kind.WORD]
    kinds = sorted({line.kind.value for line in lines})
    beside = [TEXTS] * any(session.texts for session in opened.sessions) + [FILES] * bool(opened.files.all)
    return tuple(dict.fromkeys((*kinds, *beside, *(str(line.question) for line in lines))))


def consents_of(sessions: Iterable[CaseSummary]) -> Mapping[str, bool]:
    """Return what was said of who may read it; a later session counts before an earlier one."""
    return {who: yes for session in sessions for who, yes in session.consents.items()}


def is_minor(sessions: Iterable[CaseSummary]) -> bool:
    """Say whether the case is about somebody under 18, or who may be."""
    grades = (session.assessment for session in sessions)
    return any(found.id == MINOR for grade in grades if grade for found in grade.findings)


def audiences() -> tuple[RecipientClass, ...]:
    """Return the classes that something can be exported for, as the standards name them."""
    return tuple(map(RecipientClass, standard("audience")))


def allowed(
    audience: RecipientClass, consents: Mapping[str, bool], *, minor: bool = False
) -> frozenset[Tier]:
    """Return the tiers that this class may be handed by what the person agreed to; nothing without their yes."""
    rule = standard("audience").get(audience.value, {"adults": True, "asks": "", "tiers": ()})
    if consents.get(ORGANISATION) is False:
        return frozenset(map(Tier, rule.get("refused", ())))
    if (minor and rule.get("adults")) or ("asks" in rule and not consents.get(rule["asks"], False)):
        return frozenset()
    more = (tier for tier, asks in rule.get("with", {}).items() if consents.get(asks, False))
    return frozenset(Tier(tier) for tier in (*rule["tiers"], *more))


def check_audience(sessions: Sequence[CaseSummary], scope: Scope) -> None:
    """Raise ExportWrong unless whom it is for may be handed all of it."""
    consents, minor = consents_of(sessions), is_minor(sessions)
    may, who = allowed(scope.audience, consents, minor=minor), scope.audience.value.replace("_", " ")
    if not may and minor and allowed(scope.audience, consents):
        msg = f"of somebody under 18 nothing goes to: {who}"
        raise ExportWrong(msg, "A minor's yes does not count. Ask those who protect children there.")
    if not may:
        msg = f"they did not agree that this goes to: {who}"
        raise ExportWrong(msg, "Ask them, in the chat. Nothing goes to anybody without their yes.")
    if over := sorted(tier.value for tier in scope.tiers - may):
        msg = f"{who} may not be handed {', '.join(over)}"
        raise ExportWrong(msg, f"It may be: {', '.join(tier.value for tier in Tier if tier in may)}.")


def _goes(part: CasePart, scope: Scope) -> bool:
    return Tier(part.tier.value) in scope.tiers


def _files_go(scope: Scope) -> bool:
    """Files are words: they go with that tier alone."""
    return Tier.WORDS in scope.tiers and FILES not in scope.redact


def _without(part: CasePart, scope: Scope) -> CasePart:
    """Return a part without what is to be taken out: answers, and findings that rested on nothing else."""
    gone = {
        str(line.question) for line in part.answers if {str(line.question), line.kind.value} & scope.redact
    }
    found = [
        changed(placed, finding=_rest(placed.finding, gone, scope))
        for placed in part.findings
        if not gone or not {each.question for each in placed.finding.evidence} <= gone
    ]
    texts = () if TEXTS in scope.redact else part.texts
    return changed(
        part,
        answers=tuple(
            line for line in part.answers if str(line.question) not in gone and line.kind is not Kind.WORD
        ),
        texts=texts if _files_go(scope) else tuple(changed(line, attached=None) for line in texts),
        findings=tuple(found),
    )


def _rest(finding: Finding, gone: set[str], scope: Scope) -> Finding:
    """Return a finding with the evidence that stays; a place in words that do not go says nothing."""
    worded = Tier.WORDS in scope.tiers and TEXTS not in scope.redact
    rest = (each for each in finding.evidence if each.question not in gone)
    return changed(finding, evidence=tuple(each for each in rest if worded or each.text is None))


def _bare(session: CaseSummary, scope: Scope) -> CaseSummary:
    """Take out what never goes, what a program only read out of words that stay behind, and what is not a partner's."""
    grade, rule = session.assessment, standard("audience")[scope.audience.value]
    if grade is not None and (Tier.WORDS not in scope.tiers or TEXTS in scope.redact):
        grade = changed(grade, suggestions=(), if_confirmed=None)
    if "asks" not in rule:
        return changed(session, watchword=(), assessment=grade)
    theirs = {rule["asks"], *rule.get("with", {}).values()}
    return changed(
        session,
        watchword=(),
        assessment=grade and changed(grade, unknown=(), would_change=()),
        consents={who: yes for who, yes in session.consents.items() if who in theirs},
        open=(),
    )
