"""Height: how long a screen is, in letters and in lines of a small phone."""

from collections.abc import Iterator, Mapping

from flows.checks import Trouble
from flows.forms import PhraseForm
from flows.layout import Laid, Layout
from flows.problems import Code

MOST_LETTERS = 4096
"""Telegram takes no longer message."""
LETTERS_A_LINE = 36
"""What a bubble holds at Telegram's usual size on a phone 360 px wide; a line is 21 px high, a button two lines."""
LINES_A_BUTTON = 2
CONTROL_ROWS = 3
"""Skip and I don't know; back and language; close."""
MOST_LINES = 37
"""A phone 640 px high shows 25 lines between Telegram's bars: what needs more than half of that again is not read."""


def check_height(layout: Layout, phrases: Mapping[str, PhraseForm | str]) -> Iterator[Trouble]:
    """Find screens that are longer than Telegram takes or a phone sensibly shows."""
    texts = {name: form if isinstance(form, str) else form.text for name, form in phrases.items()}
    for laid in layout.questions:
        yield from _screen(laid, texts)
    for name, text in texts.items():
        if lines(text) > MOST_LINES:
            message = f"{name} takes {lines(text)} lines; {MOST_LINES} is the most"
            yield Trouble(Code.SCREEN_TOO_LONG, "phrases.yaml", ("screen", name), message)


def _screen(laid: Laid, texts: Mapping[str, str]) -> Iterator[Trouble]:
    """A question below the longest of what may stand above it."""
    notes = [texts.get(note.phrase, "") for note in laid.notes]
    above = max(notes, key=lines, default="")
    shown = f"{above}\n\n{laid.form.text}" if above else laid.form.text
    buttons = CONTROL_ROWS + len(laid.form.choices) + len(laid.form.countries)
    high = lines(shown) + LINES_A_BUTTON * buttons
    for count, most, unit in ((len(shown), MOST_LETTERS, "letters"), (high, MOST_LINES, "lines")):
        if count > most:
            message = f"the screen of {laid.form.id} takes {count} {unit}; {most} is the most"
            yield Trouble(Code.SCREEN_TOO_LONG, laid.file, (*laid.at, "text"), message)


def lines(text: str) -> int:
    """Count the lines that a text takes on a small phone."""
    return sum(max(1, -(-len(line) // LETTERS_A_LINE)) for line in text.strip().splitlines())
