"""Trouble on order, and the flood limits."""

import pytest

from sandbox.faults import Fault, FaultKind, Faults
from sandbox.flood import FloodLimits, Rate
from sandbox.records import BotId, PersonId
from sandbox.refusals import TooManyRequests

BOT = BotId(123456)


def test_a_fault_meets_as_many_calls_as_ordered() -> None:
    """After its last call an order is gone."""
    faults = Faults()
    faults.order(Fault(FaultKind.SERVER_ERROR, times=2))
    met = [faults.meet("sendMessage", BOT, 1) is not None for _ in range(3)]
    assert met == [True, True, False]


def test_a_fault_can_skip_and_repeat() -> None:
    """`skip` lets calls pass first, `every` meets each n-th of the rest."""
    faults = Faults()
    faults.order(Fault(FaultKind.DROP, skip=1, every=2, times=None))
    met = [faults.meet("sendMessage", BOT, 1) is not None for _ in range(5)]
    assert met == [False, False, True, False, True]


def test_a_fault_keeps_to_its_method_and_chat() -> None:
    """Other methods and other chats are left alone, and 'all methods' leaves long polling alone."""
    faults = Faults()
    faults.order(Fault(FaultKind.LOST, method="sendmessage", chat=PersonId(7)))
    faults.order(Fault(FaultKind.SLOW))
    assert faults.meet("sendMessage", BOT, 8) == Fault(FaultKind.SLOW)
    assert faults.meet("getUpdates", BOT, None) is None
    assert faults.meet("sendMessage", BOT, 7) == Fault(FaultKind.LOST, method="sendmessage", chat=PersonId(7))


def test_one_chats_flood_does_not_hold_up_another() -> None:
    """The limit of a chat is its own."""
    limits = FloodLimits(per_chat=Rate(1, 2), overall=Rate(30, 30))
    limits.pass_or_refuse(BOT, 1, now=0.0)
    limits.pass_or_refuse(BOT, 1, now=0.0)
    with pytest.raises(TooManyRequests) as refused:
        limits.pass_or_refuse(BOT, 1, now=0.5)
    assert refused.value.retry_after == 1
    limits.pass_or_refuse(BOT, 2, now=0.5)
    limits.pass_or_refuse(BOT, 1, now=1.0)


def test_thirty_a_second_over_all_chats() -> None:
    """A burst to many chats is stopped at the overall limit, and says when to come back."""
    limits = FloodLimits()
    for chat in range(30):
        limits.pass_or_refuse(BOT, chat, now=0.0)
    with pytest.raises(TooManyRequests) as refused:
        limits.pass_or_refuse(BOT, 31, now=0.0)
    assert refused.value.body() == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 1",
        "parameters": {"retry_after": 1},
    }
