"""Territories: names of countries in the languages that people write, from Unicode's tables, and their flags."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from babel import Locale

from flows.gazetteer import FIRST_FLAG_SIGN, CountryNames
from flows.lexicon import key
from flows.places import CountryWords
from locales.catalog import SOURCE

CODE = re.compile("[A-Z]{2}")
NO_COUNTRIES = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"})
"""Codes of the tables that are no country's: unions, test locales, islands without a code of their own."""
BRACKETS = re.compile(r"\s*[(\uff08].*?[)\uff09]")
SHORTEST_BARE, SHORTEST_BARE_INSIDE = 4, 6
"""Letters of a name that may be typed without its accents: as a whole answer, and inside a longer text."""


def names(languages: Iterable[str], more: CountryWords | None = None) -> CountryNames:
    """Give the names of all countries in these languages and in English; a tenth of a second for two dozen.

    Of "Myanmar (Burma)" the part before the brackets is a name too. Raises babel's UnknownLocaleError.
    """
    extra = more or CountryWords()
    codes: dict[str, set[str]] = {key(name): set() for name in extra.none}
    for code, name in set(_spoken({SOURCE, *languages}, extra)):
        codes.setdefault(key(name), set()).add(code)
    plain = _plain(codes)
    alone = {key(name) for name in extra.alone} | {name for name in plain if len(name) < SHORTEST_BARE_INSIDE}
    frozen = {name: frozenset(found) for name, found in (codes | plain).items()}
    return CountryNames(frozen, frozenset(alone), frozenset(extra.words))


def _plain(codes: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Names without their accents, where that is not somebody's name already."""
    plain: dict[str, set[str]] = {}
    for name, found in codes.items():
        without = bare(name)
        if len(without) >= SHORTEST_BARE and without not in codes:
            plain.setdefault(without, set()).update(found)
    return plain


def _spoken(languages: Iterable[str], extra: CountryWords) -> Iterator[tuple[str, str]]:
    for language in languages:
        for code, name in Locale.parse(language).territories.items():
            if CODE.fullmatch(code) and code not in NO_COUNTRIES:
                yield code, name
                yield code, BRACKETS.sub("", name)
    for code, others in extra.names.items():
        yield from ((code, other) for other in others)


def bare(name: str) -> str:
    """Give a name in Latin letters without its accents, as many type it; others stay as they are."""
    if name.isascii():
        return name
    apart = unicodedata.normalize("NFD", name)
    if not all(unicodedata.name(sign, "").startswith("LATIN") for sign in apart if sign.isalpha()):
        return name
    kept = "".join(sign for sign in apart if unicodedata.category(sign) != "Mn")
    return kept.replace("\u0111", "d")


def territory(code: str, language: str) -> str:
    """Give a country's name in a language, such as `zh_Hans`; the code itself where there is no name.

    Raises babel's UnknownLocaleError.
    """
    return str(Locale.parse(language).territories.get(code, code))


def flag(code: str) -> str:
    """Give the flag of an ISO alpha-2 code as an emoji; nothing for what is no such code."""
    if not CODE.fullmatch(code):
        return ""
    return "".join(chr(FIRST_FLAG_SIGN + ord(sign) - ord("A")) for sign in code)
