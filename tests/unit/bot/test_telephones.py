"""Telephone numbers on a screen: each line runs in the direction of its language."""

import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import pytest

from bot.catalogue import definitions
from bot.telephones import Telephones
from bot.voice import Voice
from flows.directory import LineKind
from flows.turn import Prompt, Screen
from locales.catalog import load_catalogs

FRESH = int(datetime(2025, 2, 1, tzinfo=UTC).timestamp())
"""When some lines were just verified, so that nothing follows their number."""
OPENING, CLOSING = "\u2066\u2067\u2068", "\u2069"
FOUND = definitions()
CATALOGS = load_catalogs(FOUND)
PHRASES = {str(name): phrase.text for name, phrase in FOUND.phrases.items()}


def outside(line: str) -> Iterator[str]:
    """The letters of a line that are in no isolate."""
    depth = 0
    for letter in line:
        depth += (letter in OPENING) - (letter in CLOSING)
        if not depth:
            yield letter


def direction(letters: Iterable[str]) -> str | None:
    """Where a line with these letters begins: the first that has a direction decides."""
    kinds = (unicodedata.bidirectional(letter) for letter in letters)
    return next(("rtl" if kind in {"R", "AL"} else "ltr" for kind in kinds if kind in {"L", "R", "AL"}), None)


@pytest.mark.parametrize("where", ["KH", "MM", "TH", "VN", "PH", "LA", "US", "IN", None])
@pytest.mark.parametrize("language", [each.code for each in CATALOGS.languages])
def test_a_line_of_numbers_runs_as_its_language_does(language: str, where: str | None) -> None:
    """Whether a telephone looks into isolates or, as Unicode says, past them: a flag alone would begin at the left."""
    voice = Voice(CATALOGS.by_code[language].language, CATALOGS.by_code[language].text, PHRASES)
    prompt = Prompt(Screen.END, None, (), (), None, None, tuple(LineKind), where, "PH")
    shown = Telephones(FOUND.tables.directory).text(prompt, voice, FRESH) or ""
    seen = {direction(line) for line in shown.splitlines()}
    seen |= {direction(outside(line)) for line in shown.splitlines()}

    assert seen == {"rtl" if voice.language.rtl else "ltr"}
