"""Numbers for money in a text, and texts that have none."""

import pytest

from flows.loading import load
from flows.payment import Payment, lines_of, payments

LINES = lines_of(load().tables.directory)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Send it to 0x52908400098527886E0F7030069857D2E4169EE7 today", Payment.WALLET),
        ("bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", Payment.WALLET),
        ("7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtV", Payment.WALLET),
        ("EQCD39VS5jcptHL8vMjEXrzGaRcCVYto7HUn4bpAOg8xqB2N", Payment.WALLET),
        ("GB82 WEST 1234 5698 7654 32", Payment.ACCOUNT),
        ("pay de89370400440532013000 please", Payment.ACCOUNT),
        ("4111 1111 1111 1111", Payment.CARD),
        ("4111-1111-1111-1111.", Payment.CARD),
        ("\u0664\u0661\u0661\u0661 1111 1111 1111", Payment.CARD),
        ("somebody.else@okbank", Payment.HANDLE),
        ("Call +95 9 123 456 789", Payment.NUMBER),
        ("Bank 123-4-56789-0", Payment.NUMBER),
    ],
)
def test_what_could_take_money_is_seen(text: str, expected: Payment) -> None:
    """By its form and its checksum, in the digits of any script."""
    assert expected in payments(text, LINES)


@pytest.mark.parametrize(
    "text",
    [
        "We read what you wrote. Thank you.",
        "Come on 26.11.2026, 14:30.",
        "In room 12, floor 3, at 02:00.",
        "Write to help@example.org",
        "The word is incomprehensibilities-and-more-of-them",
        "Call 112.",
    ],
)
def test_other_texts_are_let_through(text: str) -> None:
    """A day, an hour, a mail address, a long word."""
    assert payments(text, LINES) == frozenset()


def test_the_lines_that_we_name_ourselves_are_no_accounts() -> None:
    """Every telephone line of the directory can be sent as it is."""
    directory = load().tables.directory
    numbers = [number for line in directory.lines for number in (line.inside, line.abroad) if number]

    assert [each for each in numbers if payments(f"Call {each}.", LINES)] == []


def test_no_canned_reply_needs_a_second_look() -> None:
    """They go out at once."""
    assert [each.id for each in load().tables.relay.replies if payments(each.text, LINES)] == []
