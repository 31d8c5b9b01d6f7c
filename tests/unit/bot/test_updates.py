"""Updates: whatever Telegram sends means something or is passed over, and nothing raises."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.media import File
from bot.updates import (
    MEDIA,
    Incoming,
    Left,
    Located,
    Pressed,
    Said,
    Sent,
    Started,
    Unreadable,
    number_of,
    read_update,
)

CHAT = {"id": 5, "type": "private"}


def update(**parts: object) -> bytes:
    """One update with these parts."""
    return msgspec.json.encode({"update_id": 1, **parts})


def message(**content: object) -> dict[str, object]:
    """A message in a private chat."""
    return {
        "message_id": 3,
        "date": 1,
        "chat": CHAT,
        "from": {"id": 5, "is_bot": False, "language_code": "es"},
        **content,
    }


PHOTO = File("photo", "x", "x")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (update(message=message(text="hello")), Said("hello", 3)),
        (update(edited_message=message(text="hello")), Said("hello", 3, edited=True)),
        (update(message=message(text="/start")), Started(3)),
        (update(message=message(text="/start from-a-link")), Started(3)),
        (update(message=message(text="/starting over")), Said("/starting over", 3)),
        (update(message=message(text="/stop")), Started(3, "stop")),
        (update(message=message(text="/salir@notes_bot")), Started(3, "salir")),
        (update(edited_message=message(text="/stop")), Said("/stop", 3, edited=True)),
        (update(message=message(location={"latitude": 1.5, "longitude": 2.5})), Located(1.5, 2.5, 3)),
        (
            update(message=message(photo=[{"file_id": "x"}], caption="look")),
            Sent("photo", 3, "look", File("photo", "x", "x")),
        ),
        (
            update(message=message(contact={"phone_number": "+15550100", "first_name": "Ben"})),
            Sent("contact", 3, "Ben +15550100"),
        ),
        (
            update(message=message(venue={"location": {"latitude": 1.5, "longitude": 2.5}, "title": "Gate"})),
            Sent("venue", 3, "Gate, 1.500000 2.500000"),
        ),
        (update(message=message(text="/start we are locked in")), Said("/start we are locked in", 3)),
        (update(message=message(new_thing={"a": 1})), Sent("other", 3)),
        (update(message=message(text=7)), Unreadable(3)),
        (update(message=message(text=7) | {"message_id": 2**60}), Unreadable()),
        (
            update(callback_query={"id": "9", "from": {"id": 5}, "data": "t", "message": message()}),
            Pressed("t", "9", 3),
        ),
        (update(callback_query={"id": "9", "from": {"id": 5}, "data": "t"}), Pressed("t", "9", None)),
        (update(my_chat_member={"chat": CHAT, "new_chat_member": {"status": "kicked"}}), Left(blocked=True)),
        (update(my_chat_member={"chat": CHAT, "new_chat_member": {"status": "member"}}), Left(blocked=False)),
    ],
)
def test_what_an_update_means(raw: bytes, expected: object) -> None:
    """Each kind of update, as one value."""
    incoming = read_update(raw)

    assert incoming is not None
    assert (incoming.chat, incoming.given) == (5, expected)


@pytest.mark.parametrize("kind", MEDIA)
def test_every_kind_of_media_is_named(kind: str) -> None:
    """So that the responder is told what came."""
    incoming = read_update(update(message=message(**{kind: {"file_id": "x"}})))

    assert incoming == Incoming(5, Sent(kind, 3, None, File(kind, "x", "x")), "es", 1)


def test_groups_and_channels_are_passed_over() -> None:
    """The bot speaks in private chats alone."""
    assert read_update(update(message=message(text="hello") | {"chat": {"id": -5, "type": "group"}})) is None
    assert read_update(update(channel_post=message(text="hello"))) is None


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.dictionaries(st.sampled_from(["chat", "from", "message", "id", "text", "data"]), inner)
            | st.lists(inner)
        ),
        max_leaves=12,
    )
)
def test_nothing_that_telegram_could_send_raises(anything: object) -> None:
    """A shape that we never saw is unreadable at worst."""
    raw = update(message=anything, callback_query=anything)

    assert number_of(raw) == 1
    read_update(raw)
