"""From an opened case to what may be left of it for those who look across cases; what was agreed decides how much."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from enum import Enum
from typing import TYPE_CHECKING

from flows.answer import Chosen, Declined, Place, Repeated
from flows.definition import Kind
from flows.ids import Stage
from flows.marks import MarkKind, marks_in
from protocol.desk import Urgency
from protocol.extract import MOST_DIGESTS, Extract, Token, TokenKind, digest_of
from protocol.message import MessageKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from flows.marks import Mark
    from flows.summary import AnswerLine, CaseSummary
    from responder.linkage import LinkageKey
    from responder.opened import OpenedCase

HOME, THERE, ROUTE = frozenset({"V2", "F2"}), frozenset({"V4", "F6", "O3"}), frozenset({"V9", "F5"})
"""What asks for the country of origin, for where somebody is, and for the way, by the numbers of the questions."""
STATISTICS, ORGANISATION, MINOR = "statistics", "organisation", "minor"
GRAVEST_FIRST = [urgency.value for urgency in Urgency]
MINUTE = 60


class Scope(Enum):
    """How much may be left of a case."""

    NOTHING = 0
    """They said no to us: nothing is compared either."""
    LINKS = 1
    """They said no to being counted: colleagues learn that cases are linked, analysts get nothing."""
    TOKENS = 2
    """They were not asked, as minors are not: analysts get month and tokens alone, to warn others by."""
    ALL = 3
    """They agreed to be counted."""


@dataclass(frozen=True, slots=True)
class Traces:
    """What is left of a case: the extract for analysts, if there may be one, and what the server compares."""

    extract: Extract | None
    digests: tuple[str, ...]


def scope_of(sessions: Sequence[CaseSummary]) -> Scope:
    """Return how much may be left; what was said last of each consent counts, and silence is never a yes."""
    said = _consents(sessions)
    if said.get(ORGANISATION) is False:
        return Scope.NOTHING
    if said.get(STATISTICS) is False:
        return Scope.LINKS
    counted = said.get(STATISTICS) is True and MINOR not in _findings(sessions, "flag")
    return Scope.ALL if counted else Scope.TOKENS


def traces_of(opened: OpenedCase, key: LinkageKey, known: Collection[str] = ()) -> Traces:
    """Return what is left of an opened case; `known` are the digits of telephone lines that are nobody's."""
    scope = scope_of(opened.sessions)
    if scope is Scope.NOTHING:
        return Traces(None, ())
    own, theirs = _marks(opened.sessions, known)
    tokens = _tokens(theirs, key)
    compared = sorted({digest_of(token) for token in (*tokens, *_tokens(own, key))})
    return Traces(_extract(opened, key, tokens, scope), tuple(compared[:MOST_DIGESTS]))


def _extract(opened: OpenedCase, key: LinkageKey, tokens: tuple[Token, ...], scope: Scope) -> Extract | None:
    name, month = key.name(opened.header.id), f"{opened.header.received_at.astimezone(UTC):%Y-%m}"
    if scope is Scope.ALL:
        return _whole(opened, name, month, tokens)
    if scope is Scope.TOKENS and tokens:
        return Extract(case=name, month=month, counted=False, tokens=tokens)
    return None


def _whole(opened: OpenedCase, name: str, month: str, tokens: tuple[Token, ...]) -> Extract:
    sessions = opened.sessions
    graded = min(sessions, key=_gravity).assessment
    newest = next((each for each in reversed(sessions) if each.answers), sessions[-1])
    way = _way(sessions, newest.stage)
    sites = tuple(Token(TokenKind.SITE, site) for site in way.sites)
    return Extract(
        case=name,
        month=month,
        counted=True,
        tokens=(*tokens, *sites),
        flow=newest.flow,
        stage=newest.stage.value,
        home=way.home,
        through=way.through,
        to=way.to,
        language=newest.language,
        urgency=opened.header.urgency.value,
        likelihood=graded.likelihood.value if graded else "insufficient",
        findings=tuple(sorted(_findings(sessions, "indicator"))),
        first_reply_minutes=_first_reply(opened),
        rubric=graded.rubric if graded else "",
    )


def _consents(sessions: Iterable[CaseSummary]) -> Mapping[str, bool]:
    return {who: given for session in sessions for who, given in session.consents.items()}


def _findings(sessions: Iterable[CaseSummary], kind: str) -> frozenset[str]:
    graded = (session.assessment for session in sessions if session.assessment)
    return frozenset(found.id for each in graded for found in each.findings if found.kind == kind)


def _gravity(session: CaseSummary) -> int:
    return GRAVEST_FIRST.index(session.assessment.urgency.value) if session.assessment else len(GRAVEST_FIRST)


def _first_reply(opened: OpenedCase) -> int | None:
    """Return the minutes until the first reply was sent off; a note for colleagues is none."""
    replies = (each.at for each in opened.exchange.messages if each.kind is MessageKind.REPLY)
    first = min(replies, default=None)
    return (
        None if first is None else max(0, int((first - opened.header.received_at).total_seconds()) // MINUTE)
    )


# --- by what a party can be known again


def _marks(
    sessions: Iterable[CaseSummary], known: Collection[str]
) -> tuple[frozenset[Mark], frozenset[Mark]]:
    """Return the contact's own numbers, which link cases and go no further, and everybody else's marks."""
    own: set[Mark] = set()
    every: set[Mark] = set()
    for session in sessions:
        for line in _standing(session):
            if not isinstance(line.answer, Chosen | Declined):
                place = own if line.kind is Kind.PHONE else every
                place |= marks_in(line.answer_text, known)
        for words in session.texts:
            every |= marks_in(words.text or "", known)
    return frozenset(own), frozenset(every - own)


def _tokens(marks: Iterable[Mark], key: LinkageKey) -> tuple[Token, ...]:
    return tuple(sorted(key.token(KINDS[mark.kind], mark.value) for mark in marks))


KINDS: Mapping[MarkKind, TokenKind] = {each: TokenKind(each.value) for each in MarkKind}


# --- the way


@dataclass(frozen=True, slots=True)
class Way:
    """Where somebody comes from, through and to, by country, and the known sites that they named."""

    home: str | None
    through: tuple[str, ...]
    to: str | None
    sites: tuple[str, ...]


def _way(sessions: Iterable[CaseSummary], stage: Stage) -> Way:
    """Read the way. Where somebody is counts as where they were taken, unless they have not left or are home again."""
    lines = [line for session in sessions for line in _standing(session)]
    home = next((place.country for place in _places(lines, HOME) if place.country), None)
    there, legs = list(_places(lines, THERE)), list(_places(lines, ROUTE))
    ends = [place.country for place in (*there, *reversed(legs)) if place.country not in {None, home}]
    to = ends[0] if ends and stage is not Stage.OFFER else None
    between = dict.fromkeys(leg.country for leg in legs if leg.country not in {None, home, to})
    sites = dict.fromkeys(place.sites[0] for place in (*there, *legs) if place.sites)
    return Way(home, tuple(country for country in between if country), to, tuple(sites))


def _places(lines: Iterable[AnswerLine], refs: Collection[str]) -> Iterator[Place]:
    for line in lines:
        if line.ref not in refs:
            continue
        match line.answer:
            case Place() as place:
                yield place
            case Repeated(items):
                yield from (item.place for item in items)
            case _:
                continue


def _standing(session: CaseSummary) -> Iterator[AnswerLine]:
    return (line for line in session.answers if not line.superseded)
