"""Search: every script, numbers and wallets however they are spaced, and nothing but one's own cases."""

from __future__ import annotations

import pytest

from responder.failures import WordsWrong
from responder.search import Asked, Line, find_in, fold, line_of, read_query

SAID = tuple(
    line_of(Asked("asked", "asked"), text)
    for text in (
        "They hold us near the river, in Café Müller's house",
        "我们在妙瓦底的园区里",
        "أَخَذُوا جَوازَ سَفَري",
        "ကျွန်တော်တို့ကို ကေကေပန်းခြံမှာ ထားတယ်",
        "Call +66 81-234 5678 at night",
        "to 0x5290 8400 0985 2788 6E0F 7030 0698 57D2 E416 9EE7",
        "رقمه ٠٩١٢٣٤٥٦٧",
    )
)


def found(text: str) -> tuple[str, ...]:
    """The lines in which it was found."""
    return tuple(shown for _, shown in find_in(SAID, read_query(text)))


@pytest.mark.parametrize(
    ("words", "at"),
    [
        ("RIVER", 0),
        ("cafe muller", 0),
        ("hold house", 0),
        ("妙瓦底", 1),
        ("妙 瓦 底", 1),
        ("جواز", 2),
        ("ပန်းခြံ", 3),
        ("+66812345678", 4),
        ("66 81 234 5678", 4),
        ("0066812345678", 4),
        ("٦٦٨١٢٣٤٥٦٧٨", 4),
        ("0x529084000985278 86e0f7030069857d2e4169ee7", 5),
        ("091234567", 6),
    ],
)
def test_it_is_found_however_it_was_typed(words: str, at: int) -> None:
    """Without case, accents or spaces, in any script, in any digits."""
    assert found(words) == (SAID[at].shown,)


def test_every_word_has_to_be_somewhere() -> None:
    """In one line, or over several of the case."""
    assert found("river passport") == ()
    assert set(found("river night")) == {SAID[0].shown, SAID[4].shown}


@pytest.mark.parametrize("nothing", ["", "  ", "…", "+"])
def test_nothing_to_look_for_finds_nothing(nothing: str) -> None:
    """It is said, and no case is opened."""
    with pytest.raises(WordsWrong):
        read_query(nothing)


def test_a_long_line_is_cut_around_what_was_found() -> None:
    """A page of words shows where."""
    (shown,) = (
        shown
        for _, shown in find_in(
            (line_of(Asked(), "a " * 300 + "wallet " + "b " * 300),), read_query("wallet")
        )
    )

    assert "wallet" in shown
    assert len(shown) < 120
    assert shown.startswith("…")


def test_a_kept_line_shows_nothing_of_itself() -> None:
    """Neither a log nor a failure prints what somebody said."""
    kept: Line = line_of(Asked("asked", "asked"), "secret")

    assert "secret" not in repr(kept)
    assert "secret" not in repr(read_query("secret"))
    assert fold("ﬁle\u0640 ①") == "file 1"
