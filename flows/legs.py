"""Legs: a route that grows place by place, and how long it may become."""

from flows.answer import Leg, Repeated
from flows.definition import Question
from flows.session import Session, current

MOST_LEGS, MOST_LETTERS = 60, 8192
"""A route beyond this goes on as notes: the log holds it whole after every place, and would grow by its square."""


def legs(session: Session, question: Question) -> tuple[Leg, ...]:
    """Give the places of a route so far."""
    before = current(session).get(question.id)
    return before.items if isinstance(before, Repeated) else ()


def with_room(route: Repeated) -> Repeated | None:
    """Give the route, or None where it is longer than one is kept."""
    letters = sum(len(leg.place.text or "") for leg in route.items)
    return route if len(route.items) <= MOST_LEGS and letters <= MOST_LETTERS else None
