"""Worlds: the answers that could be given, in which conditions are tried out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, combinations, product
from math import prod

from flows.answer import Answer, Chosen
from flows.condition import Answered, Chose, Condition, Fired, Leaf, Settled, StageIn, check, leaves
from flows.definition import Kind
from flows.forms import QuestionForm
from flows.ids import ChoiceId, FindingId, QuestionId, Stage

MOST = 20_000
"""So many worlds are tried; where there are more, everything is held to be possible."""
OTHERWISE = Chosen(())
"""An answer that is none of the choices which are looked at."""


@dataclass(frozen=True, slots=True)
class World:
    """One way that things could stand."""

    answers: Mapping[QuestionId, Answer] = field(default_factory=dict)
    fired: frozenset[FindingId] = frozenset()
    stage: Stage = Stage.UNKNOWN
    settled: bool = False


Told = tuple[Answer | None, frozenset[FindingId]]
"""An answer, and the findings that it fires by itself."""

Asked = Mapping[str, QuestionForm]
"""The questions that may be asked, by id."""


def fires(form: QuestionForm) -> frozenset[str]:
    """Give every finding that an answer to the question can fire."""
    timed = (*form.clock.fires, *form.clock.otherwise) if form.clock else ()
    return frozenset((*(name for choice in form.choices for name in choice.fires), *timed, *form.at_site))


def possible(condition: Condition | None, asked: Asked) -> bool:
    """Tell whether some answers to these questions make the condition hold."""
    if condition is None:
        return True
    holds, tried = check(condition), worlds([condition], asked)
    return tried is None or any(map(holds, tried))


def depends(condition: Condition | None, more: Asked) -> bool:
    """Tell whether a condition can come out otherwise once these questions may be asked too."""
    if condition is None:
        return False
    told = any(choice.stage for form in more.values() for choice in form.choices)
    fired = frozenset(chain.from_iterable(map(fires, more.values())))
    return any(_looks(leaf, more, fired, told=told) for leaf in leaves(condition))


def _looks(leaf: Leaf, more: Asked, fired: frozenset[str], *, told: bool) -> bool:
    match leaf:
        case Chose() | Answered():
            return leaf.question in more
        case Fired():
            return not fired.isdisjoint(leaf.findings)
        case StageIn():
            return told
        case _:
            return True


def worlds(conditions: Iterable[Condition | None], asked: Asked) -> Iterator[World] | None:
    """Give every world that these conditions can tell apart; None where those are too many."""
    looked_at = [leaf for condition in conditions for leaf in leaves(condition)]
    names = _names(looked_at)
    answers = [_answers(asked.get(name), picked) for name, picked in names.items()]
    extras = [*_extras(looked_at, asked)]
    if prod(map(len, [*answers, extras])) > MOST:
        return None
    told = [
        [(answer, _fired(asked, name, answer)) for answer in each]
        for name, each in zip(names, answers, strict=True)
    ]
    return _all(tuple(names), told, extras)


def _names(looked_at: Sequence[Leaf]) -> Mapping[QuestionId, Sequence[ChoiceId]]:
    """The questions that are looked at, and the choices of each."""
    names: dict[QuestionId, dict[ChoiceId, None]] = {}
    for leaf in looked_at:
        if isinstance(leaf, Chose):
            names.setdefault(leaf.question, {}).update(dict.fromkeys(leaf.choices))
        elif isinstance(leaf, Answered):
            names.setdefault(leaf.question, {})
    return {name: tuple(picked) for name, picked in names.items()}


def _answers(form: QuestionForm | None, picked: Sequence[ChoiceId]) -> Sequence[Answer | None]:
    """What may be said to one question; not to answer and to decline are the same to a condition."""
    if form is None:
        return [None]
    alone = {choice.id: choice.alone for choice in form.choices}
    known = [choice for choice in picked if choice in alone]
    several = len(known) if form.kind is Kind.MULTI else min(1, len(known))
    sets = chain.from_iterable(combinations(known, size) for size in range(1, several + 1))
    told = [Chosen(each) for each in sets if len(each) == 1 or not any(alone[choice] for choice in each)]
    return [None, *told, *([OTHERWISE] if len(known) < len(alone) or not alone else [])]


def _extras(looked_at: Sequence[Leaf], asked: Asked) -> Iterator[World]:
    """What stands beside the answers that are looked at: findings and a stage from others."""
    told = {choice.stage for form in asked.values() for choice in form.choices if choice.stage}
    fired = frozenset(chain.from_iterable(map(fires, asked.values())))
    findings = {
        name for leaf in looked_at if isinstance(leaf, Fired) for name in leaf.findings if name in fired
    }
    stages = {Stage.UNKNOWN, *(told if any(isinstance(leaf, StageIn) for leaf in looked_at) else ())}
    settled = {False, any(isinstance(leaf, Settled) for leaf in looked_at)}
    for present in product((False, True), repeat=len(findings)):
        here = frozenset(name for name, there in zip(sorted(findings), present, strict=True) if there)
        yield from (World({}, here, stage, each) for stage in sorted(stages) for each in sorted(settled))


def _fired(asked: Asked, name: QuestionId, answer: Answer | None) -> frozenset[FindingId]:
    """The findings that this answer fires by itself."""
    if not isinstance(answer, Chosen):
        return frozenset()
    chosen = (choice for choice in asked[name].choices if choice.id in answer.choices)
    return frozenset(FindingId(finding) for choice in chosen for finding in choice.fires)


def _all(
    names: Sequence[QuestionId], told: Iterable[Sequence[Told]], extras: Sequence[World]
) -> Iterator[World]:
    for given in product(*told):
        answers = {name: answer for name, (answer, _) in zip(names, given, strict=True) if answer is not None}
        fired = frozenset().union(*(each for _, each in given))
        yield from (World(answers, extra.fired | fired, extra.stage, extra.settled) for extra in extras)
