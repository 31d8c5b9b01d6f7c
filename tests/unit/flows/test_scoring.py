"""Scoring a session: what is not known never lowers, order does not matter, and a child is weighed as a child."""

from itertools import permutations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.answer import Answer, Chosen, Decline, Declined
from flows.definition import Kind, Question
from flows.facts import read
from flows.grading import LIKELIHOODS, URGENCIES
from flows.ids import ChoiceId, FindingId, QuestionId, Stage
from flows.loading import load
from flows.rule import Indicator, Strength
from flows.scoring import assess
from flows.tally import DIMENSIONS

DEFINITIONS = load()
FLOW, RUBRIC = DEFINITIONS.whole, DEFINITIONS.rubric
GRADER, RULES = RUBRIC.grader, RUBRIC.rules
STRENGTHS = list(Strength)
MINOR = RULES.minor
ASKED = [q for q in FLOW.questions if q.choices and q.kind is not Kind.COUNTRY and q.part == "victim"]
one_answer = st.sampled_from(ASKED).flatmap(
    lambda question: st.tuples(
        st.just(question.id),
        st.lists(st.sampled_from(question.choices), min_size=1, max_size=3, unique_by=lambda c: c.id).map(
            lambda picked: Chosen(tuple(choice.id for choice in picked))
        ),
    )
)
answers_given = st.lists(one_answer, max_size=12, unique_by=lambda pair: pair[0])
declined_ways = st.sampled_from([Declined(how) for how in Decline])


def grade(answers: dict[QuestionId, Answer]) -> tuple[int, int]:
    """Grade these answers; the places of likelihood and urgency, of which lower is higher."""
    graded = assess(RUBRIC, read(FLOW, RUBRIC, answers))
    return LIKELIHOODS[graded.likelihood], URGENCIES[graded.urgency]


@settings(max_examples=300, deadline=None)
@given(answers_given, st.sampled_from(FLOW.questions), declined_ways)
def test_what_was_declined_never_lowers(
    told: list[tuple[QuestionId, Answer]], question: Question, how: Declined
) -> None:
    """Skipping, and not knowing, leave a grade where it was or higher: neither is ever a no."""
    answers = dict(told)
    if question.id not in answers:
        before, after = grade(answers), grade({**answers, question.id: how})

        assert after[0] <= before[0]
        assert after[1] <= before[1]


@settings(max_examples=150, deadline=None)
@given(answers_given, st.randoms(use_true_random=False))
def test_answers_grade_the_same_in_any_order(told: list[tuple[QuestionId, Answer]], random: Random) -> None:
    """Whoever goes back and forth is weighed as whoever goes straight through."""
    shuffled = list(told)
    random.shuffle(shuffled)

    assert grade(dict(shuffled)) == grade(dict(told))


@settings(max_examples=200, deadline=None)
@given(answers_given, st.sampled_from([flag.id for flag in RULES.flags]))
def test_what_only_the_program_knows_never_lowers(
    told: list[tuple[QuestionId, Answer]], flag: FindingId
) -> None:
    """A silence, or any flag beside the answers, raises a grade or leaves it."""
    answers = dict(told)
    alone, more = (assess(RUBRIC, read(FLOW, RUBRIC, answers, flags=flags)) for flags in ((), (flag,)))

    assert LIKELIHOODS[more.likelihood] <= LIKELIHOODS[alone.likelihood]
    assert URGENCIES[more.urgency] <= URGENCIES[alone.urgency]


@pytest.mark.parametrize("item", RULES.indicators, ids=lambda item: item.id)
def test_each_sign_weighs_what_it_weighs_at_that_age(item: Indicator) -> None:
    """In its own dimension, once, at the strength for adults or for children; never less for a child."""
    row = DIMENSIONS.index(item.dimension)
    for minor, strength in ((False, item.adult), (True, item.child)):
        counts = GRADER.tally(GRADER.fired([item.id, *([MINOR] if minor else [])]), Stage.INSIDE, 1.0).counts

        assert counts[row] == tuple(int(each is strength) for each in STRENGTHS)
        assert sum(map(sum, counts)) == 1
    assert STRENGTHS.index(item.child) <= STRENGTHS.index(item.adult)


@pytest.mark.parametrize("minor", [False, True])
def test_of_a_group_the_strongest_counts_once(*, minor: bool) -> None:
    """However many of it were told, and in whatever order."""
    groups: dict[tuple[str, str], list[FindingId]] = {}
    for item in RULES.indicators:
        groups.setdefault((item.dimension, item.group), []).append(item.id)
    for (dimension, _), names in groups.items():
        strongest = min(
            (RUBRIC.indicators[name].strength(minor=minor) for name in names), key=STRENGTHS.index
        )
        for order in list(permutations(names))[:6]:
            fired = GRADER.fired([*order, *([MINOR] if minor else [])])
            counts = GRADER.tally(fired, Stage.INSIDE, 1.0).counts

            assert counts[[str(each) for each in DIMENSIONS].index(dimension)] == tuple(
                int(each is strongest) for each in STRENGTHS
            )


def test_the_same_sign_from_two_answers_counts_once() -> None:
    """Told at the passport and again at the journey, it is one sign with two reasons."""
    once = {QuestionId("papers"): Chosen((ChoiceId("taken_on_way"),))}
    twice: dict[QuestionId, Answer] = {**once, QuestionId("journey"): Chosen((ChoiceId("passport"),))}
    assessed = assess(RUBRIC, read(FLOW, RUBRIC, twice))
    (found,) = assessed.findings

    assert found.id == "documents_taken_in_transit"
    assert [each.question for each in found.evidence] == ["papers", "journey"]
    assert assessed.dimensions == assess(RUBRIC, read(FLOW, RUBRIC, dict(once))).dimensions
