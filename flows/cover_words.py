"""Cover words: what stands for which button of a cover, in every language."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from flows.cover_texts import Cover, Text, Tool, Use
from flows.spelling import level
from flows.vocabulary import COMMA, Translate

EDGES = " .:;=?!\u061f\u3002\u0964"
"""What may stand around a number or a unit without meaning anything."""
SIGNS = str.maketrans({"\u2212": "-", "\u2013": "-"})
JOINS = ("=", "->", "\u2192", ">")
"""What stands between two units in every language."""
UNIT, FAMILY, COUNT = "u.", "f.", "n."
"""How the ids of buttons begin that are a unit, a family, a number; tools and phrases have whole words."""
ANOTHER, PREVIOUS = "another", "previous"


def plain(text: str) -> str:
    """Bring typed words to the form in which they are looked for: levelled, without invisible signs."""
    seen = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    return level(seen).translate(SIGNS)


@dataclass(frozen=True)
class Glossary:
    """Words and the ids of the buttons that they stand for: in one language, and wherever languages agree."""

    own: Mapping[str, Mapping[str, str]] = field(repr=False)
    everywhere: Mapping[str, str] = field(repr=False)
    joins: tuple[str, ...] = field(repr=False)
    """What stands between a measure and the unit that it should become."""
    asks: tuple[str, ...] = field(repr=False)
    """What stands before a measure that should become another. Both have the longest first."""

    def meaning(self, words: str, language: str) -> str:
        """Give the button's id; empty for words that stand for none. A language's own words come first."""
        word = words.strip(EDGES)
        return self.own.get(language, {}).get(word) or self.everywhere.get(word, "")

    def unit(self, words: str, language: str) -> str:
        """Give the unit's id; empty for words that are no unit."""
        meant = self.meaning(words, language)
        return meant.removeprefix(UNIT) if meant.startswith(UNIT) else ""


def compile_glossary(cover: Cover, voices: Mapping[str, Translate]) -> Glossary:
    """Gather the words of all languages and of the source; symbols come before words."""
    symbols = {plain(each): UNIT + unit.id for _, unit in cover.units.values() for each in unit.symbols}
    own = {code: _spoken(cover, voice) | symbols for code, voice in voices.items()}
    source = _spoken(cover, source_text)
    shared: dict[str, set[str]] = {}
    for words in own.values():
        for word, meant in words.items():
            shared.setdefault(word, set()).add(meant)
    agreed = {word: meant.pop() for word, meant in shared.items() if len(meant) == 1}
    spoken = [source_text, *voices.values()]
    joins, asks = (_all(cover.said[f"units.{name}"], spoken) for name in ("joins", "asks"))
    return Glossary(own, agreed | source | symbols, (*JOINS, *joins), asks)


def _all(text: Text, voices: Iterable[Translate]) -> tuple[str, ...]:
    words = {word for voice in voices for word in listed(text, voice)}
    return (*sorted(words, key=lambda word: (-len(word), word)),)


def source_text(_context: str, source: str) -> str:
    """The English text of any context."""
    return source


def listed(text: Text, voice: Translate) -> Iterator[str]:
    """The words of a text in one language, as they are looked for."""
    said = voice(text.context, text.source)
    parts = COMMA.split(said) if text.use is Use.WORDS else [said]
    yield from (word for word in map(plain, parts) if word)


def named(cover: Cover) -> Iterator[tuple[str, Iterable[Text]]]:
    """Every button that can be typed, with its texts."""
    for tool in Tool:
        yield tool, (cover.said[f"{tool}.name"],)
    for name in (ANOTHER, PREVIOUS):
        yield name, (cover.said[f"phrases.{name}"],)
    for family in cover.families:
        yield FAMILY + family.id, (family.label,)
        for unit in family.units:
            yield UNIT + unit.id, (unit.label, unit.words)


def _spoken(cover: Cover, voice: Translate) -> dict[str, str]:
    """The words of one language; of two that read the same, the first."""
    words: dict[str, str] = {}
    for name, texts in named(cover):
        for text in texts:
            for word in listed(text, voice):
                words.setdefault(word.strip(EDGES), name)
    return words
