"""The desk's words: every key that code or page asks for is there, in every language whole."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import responder
from locales.catalog import Catalog, language, load_catalogs
from protocol.desk import CaseState, Outcome, Urgency
from responder.lexicon import Lexicon, own_definitions, vocabulary, wording_in

FOLDER = Path(responder.__file__).parent
ASKED = re.compile(r"""(?:\bt|wording|words|part\.until\([^)]*,)\(?\s*["']([a-z_.]+)["']""")
CLOCKS = re.compile(r'part\.(?:until|since)\([a-z_.]+, "([a-z_]+)"(?:, "([a-z_]+)")?\)')
CHOSEN = {
    *(f"urgency.{each.value}" for each in Urgency),
    *(f"state.{each.value}" for each in CaseState),
    *(f"outcome.{each.value}" for each in Outcome),
    *(f"age.{each}" for each in ("seconds", "minutes", "hours", "days")),
}
"""Keys that are put together where they are asked for."""


def asked() -> set[str]:
    """Every key that stands in a program or a page."""
    files = [*FOLDER.glob("*.py"), *(FOLDER / "pages").glob("*.html")]
    texts = [file.read_text(encoding="utf-8") for file in files]
    clocks = {key for text in texts for pair in CLOCKS.findall(text) for key in pair if key}
    return {key for text in texts for key in ASKED.findall(text) if not key.endswith(".")} | clocks | CHOSEN


def test_every_key_has_words() -> None:
    """A missing one would stop a page that somebody needs."""
    assert asked() - own_definitions().desk.keys() == set()


@pytest.mark.parametrize("code", [each.code for each in load_catalogs(own_definitions()).languages])
def test_a_language_lacks_no_words(code: str) -> None:
    """What is not translated is there in English."""
    wording, _ = vocabulary(code, ())

    assert wording.language == code
    assert wording.texts.keys() == own_definitions().desk.keys()
    assert all(wording.texts.values())


def test_english_inside_arabic_holds_together() -> None:
    """A line without a translation keeps its own direction, so that its full stop stays at its end."""
    wording = wording_in(own_definitions(), Catalog(language("ar"), {"desk.lock": "قفل"}))

    assert wording.rtl
    assert wording("lock") == "قفل"
    assert wording("released") == "\u2066Given back.\u2069"


def test_what_was_sealed_is_not_translated_as_something_else() -> None:
    """Where the case's English is not the English here, its own words stand."""
    lexicon = Lexicon(lambda _context, source: f"«{source}»", {"victim.age": "How old are you?"})

    assert lexicon.text("victim.age", "How old are you?") == "«How old are you?»"
    assert lexicon.text("victim.age", "What is your age?") == "What is your age?"
    assert lexicon.text("theirs.age", "What is your age?") == "What is your age?"
    assert lexicon.text("victim.age") == "«How old are you?»"
    assert lexicon.text("nobody.knows") == ""
