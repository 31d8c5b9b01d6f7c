"""What is new: which sign was told when, and what the signs since then give, so that old ones count once.

A responder may lower a case. The same signs told again are no news and leave it there; a sign that came after
raises it by what it gives itself.
"""

from collections.abc import Iterator, Mapping
from itertools import groupby

from msgspec.structs import replace

from bot.record import Record
from flows.facts import Facts
from flows.ids import FindingId
from flows.rubric import Rubric
from flows.rule import Urgency

URGENCIES = (Urgency.NONE, Urgency.LOW, Urgency.MEDIUM, Urgency.HIGH, Urgency.CRITICAL)


def count(record: Record, rubric: Rubric, facts: Facts, urgency: int) -> Record:
    """The record with these facts counted, of which all together give `urgency`.

    What is first told now will be read in the next revision. A height is the most that was ever given by what was
    told in its revision or later: nothing that a phone sends makes one lower.
    """
    coming = record.revision + 1
    told = record.told | {name: coming for name in facts.fired if name not in record.told}
    heights = dict(record.heights)
    for number, signs in _since(rubric, facts, told):
        # One more sign never lowers a grade, so what was as high as all together is not graded again.
        if heights.get(number, -1) < urgency:
            heights[number] = max(heights.get(number, 0), _by_itself(rubric, facts, signs))
    if urgency > record.urgency:
        # More than anything before, though perhaps no sign is new: they have been taken from transit to inside.
        heights[coming] = max(heights.get(coming, 0), urgency)
    return replace(record, urgency=max(record.urgency, urgency), told=told, heights=heights)


def _since(rubric: Rubric, facts: Facts, told: Mapping[FindingId, int]) -> Iterator[tuple[int, int]]:
    """Each revision in which a sign was told first, newest first, with all signs since then as a bit set."""
    signs = 0
    for number, names in groupby(sorted(facts.fired, key=told.__getitem__, reverse=True), told.__getitem__):
        signs |= rubric.grader.fired(names)
        yield number, signs


def _by_itself(rubric: Rubric, facts: Facts, signs: int) -> int:
    """What these signs give without the others. An age stands beside them: it says what a sign weighs."""
    age = rubric.grader.fired([rubric.rules.minor]) if rubric.rules.minor in facts.fired else 0
    together = _grade(rubric, facts, signs | age)
    if not age or signs & age or together > _grade(rubric, facts, age):
        return together
    return _grade(rubric, facts, signs)


def _grade(rubric: Rubric, facts: Facts, signs: int) -> int:
    return URGENCIES.index(rubric.grader.grade(signs, facts.stage, facts.answered).urgency)
