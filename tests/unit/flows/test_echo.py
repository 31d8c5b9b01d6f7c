"""A text that says again what somebody typed."""

import pytest

from flows.echo import echoes


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("You wrote that they took my passport away.", "They took my passport"),
        ("THEY, took: my -- Passport!", "on monday they took my passport and phone"),
        ("你说他们拿走了我的护照和手机吗", "他们拿走了我的护照和手机"),
        (
            "\u0e40\u0e02\u0e32\u0e40\u0e2d\u0e32\u0e2b\u0e19\u0e31\u0e07\u0e2a\u0e37\u0e2d\u0e40\u0e14\u0e34\u0e19\u0e17\u0e32\u0e07",
            "\u0e40\u0e02\u0e32\u0e40\u0e2d\u0e32\u0e2b\u0e19\u0e31\u0e07\u0e2a\u0e37\u0e2d\u0e40\u0e14\u0e34\u0e19\u0e17\u0e32\u0e07\u0e44\u0e1b",
        ),
    ],
)
def test_four_words_in_a_row_are_an_echo(text: str, typed: str) -> None:
    """Whatever the case and the punctuation; in scripts without spaces, as many signs."""
    assert echoes(text, ["something else", typed])


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("They took my phone", "They took my passport"),
        ("We read your words", ""),
        ("", "They took my passport"),
        ("他们拿走了护照", "他们拿走了我的护照和手机"),
        ("passport my took they", "They took my passport"),
    ],
)
def test_three_words_are_none(text: str, typed: str) -> None:
    """Nor are the same words in another order."""
    assert not echoes(text, [typed])
