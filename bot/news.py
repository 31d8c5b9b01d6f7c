"""What is new: which sign was told when, and what the signs since then give, so that old ones count once.

A responder may lower a case. The same signs told again are no news and leave it there; a sign that came after
raises it by what it gives itself.
"""

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
    for number in {told[name] for name in facts.fired}:
        since = [name for name in facts.fired if told[name] >= number]
        heights[number] = max(heights.get(number, 0), _by_itself(rubric, facts, since))
    if urgency > record.urgency:
        # More than anything before, though perhaps no sign is new: they have been taken from transit to inside.
        heights[coming] = max(heights.get(coming, 0), urgency)
    return replace(record, urgency=max(record.urgency, urgency), told=told, heights=heights)


def _by_itself(rubric: Rubric, facts: Facts, signs: list[FindingId]) -> int:
    """What these signs give without the others. An age stands beside them: it says what a sign weighs."""
    alone, age = _grade(rubric, facts, signs), rubric.rules.minor
    if age not in facts.fired:
        return alone
    together = _grade(rubric, facts, [*signs, age])
    return together if together > _grade(rubric, facts, [age]) else alone


def _grade(rubric: Rubric, facts: Facts, signs: list[FindingId]) -> int:
    grader = rubric.grader
    return URGENCIES.index(grader.grade(grader.fired(signs), facts.stage, facts.answered).urgency)
