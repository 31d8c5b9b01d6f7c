"""Evidence: whether the questions fire what indicators and flags promise."""

from collections.abc import Iterator, Mapping, Sequence

from flows.checks import Trouble
from flows.layout import Layout
from flows.problems import Code
from flows.reachable import reached
from flows.rubric_form import FlagsForm, IndicatorForm, IndicatorsForm
from flows.worlds import fires

Fired = Mapping[str, Mapping[str, frozenset[str]]]
"""By path and finding: the refs of the questions that fire it."""


def check_evidence(
    layout: Layout, indicators: IndicatorsForm, flags: FlagsForm, *, free_text: str
) -> Iterator[Trouble]:
    """Find indicators that no question of a path fires though they claim it, and flags that nothing fires."""
    by_path = {path: _fired(layout, path) for path in layout.form.paths}
    for row, indicator in enumerate(indicators.indicators):
        yield from _indicator(row, indicator, by_path)
    yield from _strangers(indicators.indicators, by_path)
    fired = {finding for found in by_path.values() for finding in found}
    for row, flag in enumerate(flags.flags):
        if flag.id not in fired and flag.origin is None and flag.id != free_text:
            yield Trouble(Code.NEVER_FIRED, "flags.yaml", ("flags", row), f"nothing fires {flag.id}")


def _fired(layout: Layout, path: str) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for form in reached(tuple(layout.of(path))).values():
        for finding in fires(form):
            found.setdefault(finding, set()).add(form.ref)
    return {finding: frozenset(refs) for finding, refs in found.items()}


def _indicator(row: int, indicator: IndicatorForm, by_path: Fired) -> Iterator[Trouble]:
    at = ("indicators", row)
    for path, refs in indicator.asked.items():
        if path in by_path and by_path[path].get(indicator.id, frozenset()).isdisjoint(refs):
            message = f"no question {' or '.join(refs)} on the path {path} fires {indicator.id}"
            yield Trouble(Code.NO_EVIDENCE, "indicators.yaml", (*at, "asked", path), message)
    if not indicator.asked and not any(indicator.id in fired for fired in by_path.values()):
        yield Trouble(Code.NO_EVIDENCE, "indicators.yaml", at, f"nothing fires {indicator.id}")


def _strangers(indicators: Sequence[IndicatorForm], by_path: Fired) -> Iterator[Trouble]:
    """Paths that are claimed and not there, each told once."""
    told: set[str] = set()
    for row, indicator in enumerate(indicators):
        for path in indicator.asked.keys() - by_path.keys() - told:
            told.add(path)
            at = ("indicators", row, "asked", path)
            yield Trouble(
                Code.NO_EVIDENCE, "indicators.yaml", at, f"indicators claim {path}, and there is no such path"
            )
