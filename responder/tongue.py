"""Tongue: whether words seem to be in another language than the contact's; a doubt, never a verdict."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from babel import Locale, UnknownLocaleError
from babel.core import get_global

from flows.vocabulary import fold
from locales.catalog import SOURCE, load_catalogs, present
from responder.lexicon import own_definitions
from responder.wording import language_name

if TYPE_CHECKING:
    from responder.wording import Wording

MOST_FOREIGN = 0.5
"""Share of letters of another script."""
FEWEST, MARGIN = 3, 0.34
"""Words of a message that must be known before its language is doubted, and by how much another must fit better."""
WORD = re.compile(r"[^\W\d_]+")
LETTERS = {
    "Latn": ("LATIN",),
    "Arab": ("ARABIC",),
    "Cyrl": ("CYRILLIC",),
    "Hani": ("CJK",),
    "Hans": ("CJK",),
    "Hant": ("CJK",),
    "Jpan": ("HIRAGANA", "KATAKANA", "CJK"),
    "Kore": ("HANGUL", "CJK"),
    "Deva": ("DEVANAGARI",),
    "Ethi": ("ETHIOPIC",),
    "Thai": ("THAI",),
    "Mymr": ("MYANMAR",),
    "Khmr": ("KHMER",),
    "Laoo": ("LAO",),
    "Beng": ("BENGALI",),
    "Taml": ("TAMIL",),
    "Telu": ("TELUGU",),
    "Sinh": ("SINHALA",),
    "Hebr": ("HEBREW",),
    "Grek": ("GREEK",),
    "Geor": ("GEORGIAN",),
    "Armn": ("ARMENIAN",),
    "Gujr": ("GUJARATI",),
    "Guru": ("GURMUKHI",),
    "Mong": ("MONGOLIAN",),
}
"""How Unicode's names of a script's letters begin."""


def other_language(text: str, language: str | None, wording: Wording) -> str:
    """Return the name of the language of a text where its words seem not to be the contact's; else nothing."""
    return _by_words(text, language, wording) if language else ""


def other_script(text: str, language: str | None, wording: Wording) -> str:
    """Return the name of the script of a text where the contact's language has other letters; else nothing."""
    letters = [unicodedata.name(sign, "") for sign in text if sign.isalpha()]
    own = LETTERS.get(_script(language)) if language else None
    foreign = [name for name in letters if own and not name.startswith(own)]
    if not letters or len(foreign) / len(letters) <= MOST_FOREIGN:
        return ""
    code = next((code for code, names in LETTERS.items() if foreign[0].startswith(names)), "Zyyy")
    return str(Locale.parse(wording.language).scripts.get(code, code))


def _by_words(text: str, language: str, wording: Wording) -> str:
    said = WORD.findall(fold(text))
    share = {code: sum(word in known for word in said) for code, known in _vocabularies().items()}
    likeliest = max(share, key=lambda code: share[code])
    if likeliest == language or share[likeliest] < FEWEST:
        return ""
    own = share.get(language, 0)
    if (share[likeliest] - own) / len(said) < MARGIN:
        return ""
    return language_name(likeliest, wording.language)


@cache
def _vocabularies() -> dict[str, frozenset[str]]:
    """Return the words of our own texts, language by language; what is written without spaces has none."""
    found = own_definitions()
    catalogs = load_catalogs(found, [code for code in present() if code != SOURCE]).by_code
    return {
        code: frozenset(
            word
            for context, source in found.whole.contexts()
            for word in WORD.findall(fold(catalog.text(context, source)))
        )
        for code, catalog in catalogs.items()
    }


@cache
def _script(language: str) -> str:
    """Return the script that a language is written in, by ISO 15924; nothing where that is not known."""
    try:
        locale = Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return ""
    likely = get_global("likely_subtags").get(locale.language, "")
    return locale.script or next((part for part in likely.split("_") if part in LETTERS), "")
