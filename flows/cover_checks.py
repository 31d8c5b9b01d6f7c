"""Cover checks: what the covers must hold beyond their shape."""

from collections.abc import Iterator, Mapping

from flows.checks import Place, Trouble, twice
from flows.cover_form import FILE
from flows.cover_texts import Cover, Family, Text, Use
from flows.cover_units import MOST_SHOWN
from flows.cover_words import UNIT, listed, named, plain, source_text
from flows.height import LINES_A_BUTTON, MOST_LINES, lines
from flows.problems import Code
from flows.reading import OLDEST, reading_age

LONGEST_LABEL = 34
"""Letters of an English label: a translation is longer, and stands in front of a number."""
FRAME = 7
"""Lines of an answer beside those of its units: the measure, what more can be done, and the gaps."""
CONTROLS = 2


def check_cover(cover: Cover) -> Iterator[Trouble]:
    """Find ids that are taken, texts that cannot be shown, words that mean two things, and screens too high."""
    taken = list[str]()
    yield from twice(FILE, ("units", "families"), [family.id for family in cover.families])
    for row, family in enumerate(cover.families):
        ids = [unit.id for unit in family.units]
        yield from twice(FILE, ("units", "families", row, "units"), ids, taken=taken)
        yield from _height(row, family)
        taken += ids
    places = dict(_places(cover))
    for text in cover.texts():
        yield from _text(text, places[text.context])
    yield from _same_words(cover, places)


def check_cover_reading(cover: Cover) -> Iterator[Trouble]:
    """Find texts that a child of eleven does not read with ease."""
    places = dict(_places(cover))
    for text in cover.texts():
        age = None if text.use is Use.WORDS else reading_age(text.source)
        if age is not None and age > OLDEST:
            message = f"{text.context} has a reading age of {age:.1f}; {OLDEST} is the most"
            yield Trouble(Code.HARD_TO_READ, FILE, places[text.context], message)


def _places(cover: Cover) -> Iterator[tuple[str, Place]]:
    """Where each text stands in the file, by its context."""
    for name, text in cover.said.items():
        yield text.context, name.split(".")
    for row, family in enumerate(cover.families):
        at = ("units", "families", row)
        yield family.label.context, (*at, "label")
        for column, unit in enumerate(family.units):
            yield unit.label.context, (*at, "units", column, "label")
            yield unit.words.context, (*at, "units", column, "words")
    for phrase in cover.phrases:
        yield phrase.context, ("phrases", "phrases", phrase.context.rpartition(".")[2])


def _text(text: Text, at: Place) -> Iterator[Trouble]:
    name = text.context.removeprefix("cover.")
    if not any(listed(text, source_text)):
        yield Trouble(Code.EMPTY_TEXT, FILE, at, f"{name} has no text")
    if text.use is Use.LABEL and len(text.source) > LONGEST_LABEL:
        message = f"{name} is longer than {LONGEST_LABEL} characters"
        yield Trouble(Code.LABEL_TOO_LONG, FILE, at, message)
    if text.use is Use.SCREEN and lines(text.source) > MOST_SHOWN:
        message = f"{name} takes {lines(text.source)} lines; {MOST_SHOWN} is the most"
        yield Trouble(Code.SCREEN_TOO_LONG, FILE, at, message)


def _same_words(cover: Cover, places: Mapping[str, Place]) -> Iterator[Trouble]:
    """No symbol, word or label may stand for two buttons, or twice for one."""
    seen: set[str] = set()
    for name, texts in named(cover):
        unit = cover.units[name.removeprefix(UNIT)][1] if name.startswith(UNIT) else None
        words = [(plain(symbol), unit.label) for symbol in unit.symbols] if unit else []
        words += [(word, text) for text in texts for word in listed(text, source_text)]
        for word, text in words:
            if word in seen:
                yield Trouble(Code.SAME_WORD, FILE, places[text.context], f"{word} stands here again")
            seen.add(word)


def _height(row: int, family: Family) -> Iterator[Trouble]:
    """An answer stands above a button for every unit of the family; two short ones may share a row, or not."""
    high = FRAME + MOST_SHOWN + LINES_A_BUTTON * (len(family.units) + CONTROLS)
    if high > MOST_LINES:
        message = f"the screen of {family.id} takes {high} lines; {MOST_LINES} is the most"
        yield Trouble(Code.SCREEN_TOO_LONG, FILE, ("units", "families", row), message)
