"""Reachability: which questions some answers lead to."""

from collections.abc import Iterator, Sequence

from flows.forms import QuestionForm
from flows.layout import Laid
from flows.worlds import possible


def reached(questions: Sequence[Laid]) -> dict[str, QuestionForm]:
    """Give the questions that some answers lead to, by id; those that hang on others come with them."""
    found: dict[str, QuestionForm] = {}
    while True:
        more = {
            laid.form.id: laid.form
            for laid in questions
            if laid.form.id not in found and possible(laid.due, found)
        }
        if not more:
            return found
        found |= more


def unreachable(questions: Sequence[Laid]) -> Iterator[Laid]:
    """Give the questions whose condition no answers can meet, also because they hang on such questions."""
    found = reached(questions)
    return (laid for laid in questions if laid.form.id not in found)
