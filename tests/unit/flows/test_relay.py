"""The table of the relay: what can be wrong with it, and that ours is right."""

import pytest

from flows.forms import Form
from flows.loading import load
from flows.problems import Code
from flows.reading import OLDEST, reading_age
from flows.relay import RelayForm, build_relay, check_relay, check_replies

GOOD = {
    "theirs_minutes": 10,
    "late_minutes": 60,
    "unread_days": 7,
    "read_seconds": 90,
    "hours": {"hours_00_06": (0, 6)},
    "replies": ({"id": "a", "text": "Yes."},),
}


def form(**changes: object) -> RelayForm:
    """A table with something changed."""
    return RelayForm.model_validate(GOOD | changes)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"replies": ({"id": "a", "text": " "},)}, Code.EMPTY_TEXT),
        ({"replies": ({"id": "a", "text": "Yes."}, {"id": "a", "text": "No."})}, Code.DUPLICATE_ID),
        ({"hours": {"hours_06_00": (6, 0)}}, Code.UNREADABLE_HOURS),
    ],
)
def test_mistakes_are_told(changes: dict[str, object], code: Code) -> None:
    """Each by its code."""
    assert [trouble.code for trouble in check_relay(form(**changes))] == [code]


def test_a_reply_that_is_hard_to_read_is_told() -> None:
    """A person who is afraid, and eleven years old, reads it."""
    hard = "Organisational representatives are institutionally collaborating internationally regarding documentation."
    table = build_relay(form(replies=({"id": "a", "text": hard}, {"id": "b", "text": "Yes."})))

    assert [trouble.code for trouble in check_replies(table)] == [Code.HARD_TO_READ]
    assert isinstance(form(), Form)


def test_our_replies_are_short_and_easy() -> None:
    """Reading age, no promise, and beginnings that are harmless on a locked screen."""
    replies = load().tables.relay.replies

    assert len(replies) >= 8
    assert all((reading_age(each.text) or 0) <= OLDEST for each in replies)
    banners = " ".join(each.text[:40].casefold() for each in replies)
    assert not any(word in banners for word in ("police", "help", "victim", "rescue", "danger"))
