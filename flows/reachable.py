"""Reachability: which questions some answers lead to."""

from collections.abc import Mapping, Sequence

from flows.forms import QuestionForm
from flows.layout import Laid
from flows.worlds import depends, possible

Reached = Mapping[str, QuestionForm]
"""The questions that some answers lead to, by id."""


def reached(questions: Sequence[Laid]) -> Reached:
    """Give the questions that some answers lead to; those that hang on others come with them.

    Round by round: a condition is tried again only where what it looks at has come since.
    """
    found: dict[str, QuestionForm] = {}
    tried = left = {laid.form.id: laid for laid in questions}
    while True:
        more = {name: laid for name, laid in tried.items() if possible(laid.due, found)}
        if not more:
            return found
        new = {name: laid.form for name, laid in more.items()}
        found |= new
        left = {name: laid for name, laid in left.items() if name not in found}
        tried = {name: laid for name, laid in left.items() if depends(laid.due, new)}
