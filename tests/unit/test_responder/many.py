"""Invented extracts: two hundred of a steady year, with a ring and a new destination where a test plants them."""

from __future__ import annotations

import random
from collections.abc import Sequence

from msgspec.structs import replace

from protocol.extract import Extract, Token, TokenKind

MONTHS = tuple(f"2026-{month:02}" for month in range(3, 12))
WAYS = (
    ("UG", ("AE", "TH"), "MM", "kk_park", 5),
    ("KE", ("TH",), "MM", "shwe_kokko", 3),
    ("IN", ("TH",), "LA", "golden_triangle", 3),
    ("BD", (), "KH", "", 4),
    ("PH", (), "KH", "", 3),
)
LANGUAGES = {"UG": "en", "KE": "sw", "IN": "hi", "BD": "bn", "PH": "fil"}
FINDINGS = (
    "documents_confiscated",
    "confined_on_site",
    "physical_violence",
    "forced_scam_work",
    "excessive_hours",
)
STAGES = ("inside", "inside", "inside", "transit", "escaped", "offer")


def wallet(name: str) -> Token:
    """A token that stands for some wallet."""
    return Token(TokenKind.WALLET, name.ljust(64, "0"))


def many(number: int = 200, *, seed: int = 7) -> tuple[Extract, ...]:
    """Steady months: each way has its share, and nobody shares a number with anybody."""
    chance = random.Random(seed)  # noqa: S311 - invented people, the same ones each time
    return tuple(_one(order, chance) for order in range(number))


def _one(order: int, chance: random.Random) -> Extract:
    home, through, to, site, _ = chance.choices(WAYS, weights=[way[-1] for way in WAYS])[0]
    stage = chance.choice(STAGES)
    tokens = (Token(TokenKind.NUMBER, f"{order:064x}"), *([Token(TokenKind.SITE, site)] if site else []))
    return Extract(
        case=f"{order:016x}",
        month=MONTHS[order % len(MONTHS)],
        counted=True,
        tokens=tokens,
        flow="victim",
        stage=stage,
        home=home,
        through=through,
        to=None if stage == "offer" else to,
        language=LANGUAGES[home],
        urgency=chance.choice(("critical", "high", "medium", "low")),
        likelihood="probable",
        findings=tuple(each for each in FINDINGS if chance.random() < 0.6),
        first_reply_minutes=chance.choice((None, 20, 90, 700, 3000, 9000)),
        rubric="r1",
    )


def with_ring(extracts: Sequence[Extract], cases: Sequence[int], *marks: Token) -> tuple[Extract, ...]:
    """The same, with something that these cases share."""
    ring = {extracts[case].case for case in cases}
    return tuple(
        replace(each, tokens=(*each.tokens, *marks)) if each.case in ring else each for each in extracts
    )


def taken_to(country: str, number: int, *, month: str = MONTHS[-1]) -> tuple[Extract, ...]:
    """Some more who were taken to a country."""
    first = many(1)[0]
    return tuple(
        replace(
            first, case=f"new{order:013x}", month=month, to=country, through=(), stage="inside", tokens=()
        )
        for order in range(number)
    )
