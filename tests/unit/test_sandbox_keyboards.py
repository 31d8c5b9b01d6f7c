"""Which keyboards the sandbox takes."""

from typing import Any

import pytest

from sandbox import markup
from sandbox.refusals import BadRequest


def inline(**button: Any) -> dict[str, Any]:
    """Make an inline keyboard of one button."""
    return {"inline_keyboard": [[{"text": "Yes", **button}]]}


def test_callback_data_of_64_bytes_is_taken() -> None:
    """The limit is in bytes, not characters."""
    assert markup.read(inline(callback_data="é" * 32)) is not None


@pytest.mark.parametrize("data", ["é" * 33, ""])
def test_callback_data_over_64_bytes_or_empty_is_refused(data: str) -> None:
    """One byte more is too much, and none is too little."""
    with pytest.raises(BadRequest, match="BUTTON_DATA_INVALID"):
        markup.read(inline(callback_data=data))


def test_an_inline_button_needs_something_to_do() -> None:
    """A button with a text alone belongs on a reply keyboard."""
    with pytest.raises(BadRequest, match="Text buttons are unallowed in the inline keyboard"):
        markup.read(inline())


def test_more_than_a_hundred_buttons_are_refused() -> None:
    """Telegram takes a hundred under one message."""
    row = [{"text": "x", "callback_data": "x"}] * 8
    with pytest.raises(BadRequest, match="reply markup is too long"):
        markup.read({"inline_keyboard": [row] * 13})


def test_an_empty_inline_keyboard_is_none() -> None:
    """That is how a bot takes a keyboard away."""
    assert markup.read({"inline_keyboard": []}) is None


def test_reply_keys_may_be_plain_strings() -> None:
    """A string stands for a key with that text."""
    assert markup.read({"keyboard": [["Go"]]}) == {"keyboard": [[{"text": "Go"}]]}
