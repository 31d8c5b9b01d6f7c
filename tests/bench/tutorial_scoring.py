"""Scoring of the tutorial bot: the 60 indicators counted by dimension, in plain Python."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML

from tests.bench.plan import Asked


@dataclass(frozen=True)
class Indicator:
    """One indicator of the rubric."""

    id: str
    dimension: str
    group: str
    strength: str


def read_indicators(path: Path) -> Sequence[Indicator]:
    """The indicators with their strength for adults."""
    form = YAML(typ="safe", pure=True).load(path)
    return [
        Indicator(each["id"], each["dimension"], each["group"], each["strength"]["adult"])
        for each in form["indicators"]
    ]


def assess(
    indicators: Sequence[Indicator], questions: Sequence[Asked], answers: Mapping[str, str]
) -> dict[str, object]:
    """How many strong, medium and weak groups each dimension has, and which are positive."""
    fired = {
        finding
        for question in questions
        for name, _, fires in question.choices
        if answers.get(question.id) == name
        for finding in fires
    }
    counted: dict[str, dict[str, set[str]]] = {}
    for indicator in indicators:
        if indicator.id in fired:
            dimension = counted.setdefault(
                indicator.dimension, {"strong": set(), "medium": set(), "weak": set()}
            )
            dimension[indicator.strength].add(indicator.group)
    positive = [
        name for name, each in counted.items() if each["strong"] or len(each["medium"] | each["weak"]) > 1
    ]
    return {
        "dimensions": {name: sorted(map(len, each.values())) for name, each in counted.items()},
        "positive": positive,
    }
