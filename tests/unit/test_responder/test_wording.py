"""The desk's words: every key that code or page asks for is there, in every language whole."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import responder
from locales.catalog import Catalog, language, load_catalogs
from protocol.desk import CaseState, Outcome, Urgency
from responder.lexicon import Lexicon, own_definitions, vocabulary, wording_in
from responder.watch import Alarm

FOLDER = Path(responder.__file__).parent
ASKED = re.compile(r"""(?:\bt|wording|words|part\.until\([^)]*,)\(?\s*["']([a-z_.]+)["']""")
CLOCKS = re.compile(r'part\.(?:until|since)\([a-z_.]+, "([a-z_]+)"(?:, "([a-z_]+)")?\)')
CHOSEN = {
    *(f"urgency.{each.value}" for each in Urgency),
    *(f"state.{each.value}" for each in CaseState),
    *(f"outcome.{each.value}" for each in Outcome),
    *(f"roster.{each.value}" for each in Alarm),
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


def test_a_text_that_was_filled_before_sealing_is_still_translated() -> None:
    """A number of days is no other question; any other difference is."""
    source = "Erased after {days} days.\n\nYes? ({days})"
    lexicon = Lexicon(
        lambda _context, _source: "Nach {days} Tagen gelöscht. {other}", {"victim.safe": source}
    )

    assert lexicon.text("victim.safe", source.format(days="90")) == "Nach 90 Tagen gelöscht. {other}"
    assert lexicon.text("victim.safe", source) == "Nach {days} Tagen gelöscht. {other}"
    assert lexicon.text("victim.safe") == "Nach {days} Tagen gelöscht. {other}"
    for foreign in (
        "Erased after 90 days.\n\nYes? (30)",
        "Kept for 90 days.\n\nYes? (90)",
        "Erased after 1\n2 days.\n\nYes? (1\n2)",
    ):
        assert lexicon.text("victim.safe", foreign) == foreign


@pytest.mark.parametrize("code", [each.code for each in load_catalogs(own_definitions()).languages])
def test_every_text_with_a_number_of_days_reads_in_every_language(code: str) -> None:
    """The contact's first screen among them: it is sealed filled, and the responder reads it translated."""
    _, meanings = vocabulary(code, ())

    for context, source in meanings.texts.items():
        shown = meanings.text(context, source.replace("{days}", "90"))
        assert shown == meanings.text(context).replace("{days}", "90")
