"""The way in: nothing is confirmed before it is kept, and who writes meanwhile is told."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from telegram.error import NetworkError

from bot.apology import AGAIN_AFTER, Apology
from bot.failures import SetupError
from bot.reception import read_secret
from tests.unit.bot.hotline import library

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Outbox:
    """Remembers what was sent; fails when told to."""

    def __init__(self) -> None:
        self.sent: list[dict[str, object]] = []
        self.is_away = False

    async def __call__(self, _method: str, parameters: bytes) -> msgspec.Raw:
        """One call."""
        if self.is_away:
            raise NetworkError("away")
        self.sent.append(msgspec.json.decode(parameters))
        return msgspec.Raw(b"{}")


def update(chat: int, language: str = "en", number: int = 1) -> bytes:
    """A message in a private chat."""
    person = {"id": chat, "language_code": language}
    return msgspec.json.encode(
        {
            "update_id": number,
            "message": {"message_id": 1, "chat": {"id": chat}, "from": person, "text": "help"},
        }
    )


async def test_a_full_disk_leaves_one_message_with_numbers() -> None:
    """Once for each chat, in the phone's language, again after a while."""
    outbox, now = Outbox(), NOON
    apology = Apology(outbox, library(), clock=lambda: now)
    await apology.say([update(7), update(7), update(8, "es")])
    assert [each["chat_id"] for each in outbox.sent] == [7, 8]
    assert "112" in str(outbox.sent[0]["text"])
    assert outbox.sent[0]["text"] != outbox.sent[1]["text"]

    now += AGAIN_AFTER + timedelta(seconds=1)
    await apology.say([update(7)])  # the same one again: Telegram has not been told that we have it
    assert len(outbox.sent) == 2
    await apology.say([update(7, number=2)])

    assert [each["chat_id"] for each in outbox.sent] == [7, 8, 7]


async def test_an_apology_that_cannot_be_sent_fails_nothing() -> None:
    """It is best effort."""
    outbox = Outbox()
    outbox.is_away = True

    await Apology(outbox, library(), clock=lambda: NOON).say([update(7), b'{"update_id": 2}'])


@pytest.mark.parametrize("content", ["", "short", "with a blank in it......", "é" * 20])
def test_a_webhook_without_a_real_secret_does_not_start(tmp_path: Path, content: str) -> None:
    """An empty secret would let anybody in."""
    (tmp_path / "secret").write_text(content)

    with pytest.raises(SetupError):
        read_secret(tmp_path / "secret")
    with pytest.raises(SetupError):
        read_secret(tmp_path / "none")
