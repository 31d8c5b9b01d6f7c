"""Partners: which tiers embassies and police may read, by what was agreed to last, and of which country they are."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from msgspec.structs import replace
from pydantic import Field

from flows.answer import Chosen, Place
from flows.checks import Trouble, twice
from flows.definition import Flow
from flows.facts import Facts
from flows.forms import Form, Id
from flows.ids import FindingId, QuestionId, SiteId, Stage, Tier
from flows.passage import country
from flows.rubric import Rubric
from flows.session import Session, current, standing
from flows.sharing import agreed, refused
from flows.standing import Position, stand
from flows.summary import CasePart
from flows.veil import is_drawn

FILE = "partners.yaml"
MINOR = FindingId("minor")

Countries = Callable[[Iterable[SiteId]], Sequence[str]]
"""Gives every country (ISO 3166 alpha-2) that known places may lie in."""


class Of(StrEnum):
    """Whose body a partner is."""

    HOME = "home"
    HELD = "held"


class PartnerForm(Form):
    """One class of partners."""

    name: Literal["embassy", "home_police", "host_police"] = Field(alias="class")
    of: Of
    adults: bool = False
    proved: bool = False
    abroad: bool = False
    consents: dict[Id, tuple[Tier, ...]] = Field(min_length=1)


class PartnersForm(Form):
    """All of them."""

    partners: tuple[PartnerForm, ...]


@dataclass(frozen=True, slots=True)
class Partner:
    """One class of partners, and what each consent opens to it; partners.yaml says what the marks mean."""

    name: str
    of: Of
    consents: Mapping[str, tuple[Tier, ...]]
    adults: bool = False
    proved: bool = False
    abroad: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """These tiers may go to the partners of this country (ISO 3166 alpha-2)."""

    country: str
    tiers: tuple[Tier, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """Where the person is held: every country that it may be, and whether there is just the one that they named."""

    candidates: frozenset[str]
    certain: str | None
    free: bool = False
    """Nobody is held yet: there is an offer, and no more."""


def check_partners(form: PartnersForm) -> Iterator[Trouble]:
    """Find classes that are there twice."""
    yield from twice(FILE, ("partners",), [each.name for each in form.partners])


def build_partners(form: PartnersForm) -> tuple[Partner, ...]:
    """Compile the table."""
    return tuple(
        Partner(each.name, each.of, each.consents, each.adults, each.proved, each.abroad)
        for each in form.partners
    )


def share(
    partners: Sequence[Partner],
    flow: Flow,
    rubric: Rubric,
    session: Session,
    facts: Facts,
    *,
    countries: Countries,
) -> dict[str, Share | None]:
    """Give what each class may read; None: nothing, and what it was given before is to be taken away.

    A class is missing where nothing was said of it in this session. Nothing goes without the organisation, and never
    to a country that is guessed.
    """
    position = stand(flow, current(session))
    spoken = _spoken(flow, session)
    if session.erased or refused(flow, rubric, session):
        return {each.name: None for each in partners}
    open_to_us = agreed(flow, rubric, session, facts)
    held = where_held(flow, position, countries)
    found: dict[str, Share | None] = {}
    for partner in partners:
        barred = partner.adults and MINOR in facts.fired
        if not (barred or spoken & partner.consents.keys()):
            continue
        tiers = _tiers(partner, _given(flow, session, position, proved=partner.proved))
        land = _country(partner, country(flow, flow.home, position), held)
        fit = open_to_us and not barred and land is not None and Tier.CORE in tiers
        found[partner.name] = Share(land or "", tiers) if fit else None
    return found


def lessen(partner: Partner, part: CasePart) -> CasePart:
    """Give a part as a partner gets it: no word to know us by, no consents for others, nothing of what we ask next."""
    assessment = part.assessment and replace(part.assessment, unknown=(), would_change=())
    own = {name: yes for name, yes in part.consents.items() if name in partner.consents}
    return replace(part, assessment=assessment, consents=own, watchword=(), open=())


def where_held(flow: Flow, position: Position, countries: Countries) -> Held:
    """Tell where the person is held by every answer about it: at a border all countries count."""
    named: set[str] = set()
    candidates: set[str] = set()
    for answer in _places(flow, position):
        found = {answer.country} if answer.country else set()
        named |= found
        candidates |= found | set(countries(map(SiteId, answer.sites)))
    certain = next(iter(candidates)) if len(candidates) == 1 and named else None
    return Held(frozenset(candidates), certain, free=position.stage is Stage.OFFER)


def _places(flow: Flow, position: Position) -> Iterator[Place]:
    for name in flow.held:
        question, answer = flow.by_id.get(name), position.answers.get(name)
        if question is not None and isinstance(answer, Place) and question.due(position):
            yield answer


def _country(partner: Partner, home: str | None, held: Held) -> str | None:
    """Give whose partners may read, where that is certain; where somebody is held in the home country, none of home."""
    if partner.of is Of.HELD:
        return held.certain
    if partner.abroad and not held.free and (not held.candidates or home in held.candidates):
        return None
    return home


def _spoken(flow: Flow, session: Session) -> set[str]:
    """Name every consent of which something was ever said in this session."""
    found: set[str] = set()
    for entry in session.log:
        question = flow.by_id.get(entry.question)
        if question is not None and isinstance(entry.answer, Chosen):
            picked = (question.by_id[each] for each in entry.answer.choices if each in question.by_id)
            found.update(name for choice in picked for name in choice.consents)
    return found


def _given(flow: Flow, session: Session, position: Position, *, proved: bool) -> frozenset[str]:
    """Name the consents that stand: given to a question that is still theirs, and not taken back since."""
    beginning = session.veiled_at if proved and is_drawn(session) else len(session.log)
    stands: dict[str, bool] = {}
    for name, place in standing(session).items():
        for consent, yes in _consents(flow, name, position):
            stands[consent] = yes and place < beginning
    return frozenset(consent for consent, yes in stands.items() if yes)


def _consents(flow: Flow, name: QuestionId, position: Position) -> Iterator[tuple[str, bool]]:
    question, answer = flow.by_id.get(name), position.answers.get(name)
    if question is None or not isinstance(answer, Chosen) or not question.due(position):
        return
    for picked in answer.choices:
        if picked in question.by_id:
            yield from question.by_id[picked].consents.items()


def _tiers(partner: Partner, given: frozenset[str]) -> tuple[Tier, ...]:
    opened = {tier for consent, tiers in partner.consents.items() if consent in given for tier in tiers}
    return tuple(tier for tier in Tier if tier in opened)
