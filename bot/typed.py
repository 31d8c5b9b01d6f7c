"""Typed lines: what an author types at a rehearsal, as an input of a recording or as a kind answer."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flows.recording import Give
from flows.turn import Control
from flows.vocabulary import fold, whole_number

HELP = """\
  3, or a label       tap that line
  any words           what a person would type
  /done /skip /unknown /back /resume /later
                      the buttons below the question
  /language           the languages; /language es speaks Spanish at once
  /edit 2 words       change the second text that was typed
  /photo words        send a picture; also /voice, /video, /document
  /point 16.7,98.5    send a place
  /quit or Ctrl-D     end, and keep the recording"""
BUTTONS = frozenset(Control) - {Control.LANGUAGE}
MEDIA = ("photo", "video", "voice", "audio", "document", "sticker", "contact")
POINT = re.compile(r"(-?\d+(?:\.\d+)?)\s*[, ]\s*(-?\d+(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class Offered:
    """A numbered line of the screen, and the input that a tap on it is."""

    label: str
    give: Give


@dataclass(frozen=True, slots=True)
class Odd:
    """What cannot be done, and what can."""

    message: str


class Quit:
    """The author has seen enough."""


Understood = Give | Odd | Quit


@dataclass(frozen=True, slots=True)
class Situation:
    """What is on the screen when a line is typed."""

    offered: Sequence[Offered]
    taps_alone: bool
    """The screen takes taps alone, so a number that is not there was meant as one."""
    texts: int
    """How many texts were typed so far."""
    languages: Mapping[str, str]
    """The own name of each language code."""


def understand(line: str, now: Situation) -> Understood:
    """Understand one line."""
    said = line.strip()
    if said.startswith("/"):
        word, _, rest = said[1:].partition(" ")
        return _command(word.casefold(), rest.strip(), now)
    number = whole_number(said)
    if number is not None and now.offered:
        if 1 <= number <= len(now.offered):
            return now.offered[number - 1].give
        if now.taps_alone:
            return Odd(f"There are {len(now.offered)} lines to tap, from 1 on.")
    tapped = next((each.give for each in now.offered if fold(each.label) == fold(said)), None)
    return tapped or {"type": said, "message": now.texts + 1}


def _command(word: str, rest: str, now: Situation) -> Understood:
    if word in BUTTONS:
        return {"press": word}
    if word in MEDIA:
        return {"send": word, "caption": rest} if rest else {"send": word}
    if word in {"quit", "q"}:
        return Quit()
    known = COMMANDS.get(word)
    return known(rest, now) if known else Odd(f"I do not know /{word}. You can type:\n{HELP}")


def _language(code: str, now: Situation) -> Understood:
    if not code:
        return {"press": Control.LANGUAGE.value}
    if code in now.languages:
        return {"language": code}
    return Odd(f"There is no catalogue for {code}. There are: {', '.join(now.languages)}.")


def _point(rest: str, _now: Situation) -> Understood:
    found = POINT.fullmatch(rest)
    latitude, longitude = map(float, found.groups()) if found else (999.0, 999.0)
    if abs(latitude) > 90 or abs(longitude) > 180:  # noqa: PLR2004 - degrees
        return Odd("A place is two numbers in degrees, north and east: /point 16.7,98.5")
    return {"point": [latitude, longitude]}


def _edit(rest: str, now: Situation) -> Understood:
    number, _, words = rest.partition(" ")
    which = whole_number(number)
    if which is None or not words.strip():
        return Odd("Say which typed text, and the new words: /edit 1 other words")
    if not 1 <= which <= now.texts:
        return Odd(
            f"You have typed {now.texts} text{'' if now.texts == 1 else 's'} so far; there is no number {which}."
        )
    return {"type": words.strip(), "message": which, "edited": True}


def _help(_rest: str, _now: Situation) -> Understood:
    return Odd(HELP)


COMMANDS: Mapping[str, Callable[[str, Situation], Understood]] = {
    "language": _language,
    "point": _point,
    "edit": _edit,
    "help": _help,
}
