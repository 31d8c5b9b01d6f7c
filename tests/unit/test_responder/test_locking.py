"""When the desk locks by itself, and what a wrong passphrase costs."""

from __future__ import annotations

import pytest

from responder.locking import Idle, Tries


class Clock:
    """A clock to turn."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """Unix seconds."""
        return self.now


def test_a_desk_that_nobody_touches_is_over() -> None:
    """Not a second before; a touch begins anew."""
    clock = Clock()
    idle = Idle(clock, after=600)
    idle.touch()
    clock.now += 599
    assert not idle.is_over
    idle.touch()
    clock.now += 599
    assert not idle.is_over
    clock.now += 1
    assert idle.is_over


def test_a_clock_that_was_set_back_does_not_keep_it_open() -> None:
    """Whoever turns the clock of a stolen laptop wins no time."""
    clock = Clock()
    idle = Idle(clock)
    idle.touch()
    clock.now -= 1

    assert idle.is_over


@pytest.mark.parametrize(("wrong", "wait"), [(0, 0), (2, 0), (3, 2), (4, 4), (6, 16), (40, 300)])
def test_each_wrong_passphrase_costs_more(wrong: int, wait: float) -> None:
    """Three are free: people mistype; then twice as long each time, to five minutes."""
    clock = Clock()
    tries = Tries(clock)
    for _ in range(wrong):
        tries.fail()
    assert tries.wait == wait
    clock.now += wait

    assert tries.wait == 0


def test_the_right_passphrase_begins_anew() -> None:
    """Nobody pays for the typing of yesterday."""
    tries = Tries(Clock())
    for _ in range(9):
        tries.fail()
    tries.succeed()

    assert tries.wait == 0
