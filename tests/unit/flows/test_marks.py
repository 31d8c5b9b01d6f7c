"""Marks: by what a party can be known again, however it was typed."""

import pytest

from flows.marks import Mark, MarkKind, marks_in

ETHEREUM = "0x52908400098527886E0F7030069857D2E4169EE7"
BITCOIN = "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"
SEGWIT = "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4"


def only(text: str) -> Mark:
    """The one mark in a text."""
    (found,) = marks_in(text)
    return found


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("call +66 81 234 5678 now", MarkKind.NUMBER, "+66812345678"),
        ("call +66-81-234-5678", MarkKind.NUMBER, "+66812345678"),
        ("اتصل +٦٦٨١٢٣٤٥٦٧٨", MarkKind.NUMBER, "+66812345678"),
        ("see wa.me/66812345678", MarkKind.NUMBER, "+66812345678"),
        ("https://wa.me/66812345678?text=hi", MarkKind.NUMBER, "+66812345678"),
        ("write @Boss_Li.", MarkKind.HANDLE, "boss_li"),
        ("https://t.me/Boss_Li", MarkKind.HANDLE, "boss_li"),
        ("t.me/boss_li/77", MarkKind.HANDLE, "boss_li"),
        ("mail Jobs@Example.com", MarkKind.HANDLE, "jobs@example.com"),
        ("http://www.Jobs.Example/offer/7/?ref=1", MarkKind.LINK, "jobs.example/offer/7"),
        ("www.jobs.example)", MarkKind.LINK, "jobs.example"),
        ("wa.me/abc", MarkKind.LINK, "wa.me/abc"),
        ("https://t.me", MarkKind.LINK, "t.me"),
        ("pay DE89 3704 0044 0532 0130 00", MarkKind.ACCOUNT, "DE89370400440532013000"),
        ("pay DE88 3704 0044 0532 0130 00", MarkKind.ACCOUNT, "88370400440532013000"),
        ("account 123-456-789-012", MarkKind.ACCOUNT, "123456789012"),
        (f"to {ETHEREUM}", MarkKind.WALLET, ETHEREUM.lower()),
        (f"to {SEGWIT}", MarkKind.WALLET, SEGWIT.lower()),
        (f"to {BITCOIN}", MarkKind.WALLET, BITCOIN),
    ],
)
def test_the_same_party_is_written_the_same_way(text: str, kind: MarkKind, value: str) -> None:
    """Spaces, strokes, capitals, other digits and what a link carries beside it make no difference."""
    assert only(text) == Mark(kind, value)


@pytest.mark.parametrize(
    "text", ["", "help me", "two of us since 2026", "24 people, 3 days, room 1204", "a@b"]
)
def test_plain_words_hold_no_mark(text: str) -> None:
    """Nothing is guessed: a day, a room and a count link nobody."""
    assert marks_in(text) == frozenset()


def test_hotlines_link_nobody() -> None:
    """That two people were told the same number of ours is no link between them."""
    assert marks_in("I called +66 99 130 1300", known={"66991301300"}) == frozenset()


def test_all_of_them_are_found() -> None:
    """Several in one text, each once."""
    text = f"@boss +66812345678 {BITCOIN} {BITCOIN} https://jobs.example/1 account 5500110022003"

    assert sorted(mark.kind for mark in marks_in(text)) == ["account", "handle", "link", "number", "wallet"]
