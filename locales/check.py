"""The check of catalogues: what a translation must keep to be offered (`python -m locales.check`)."""

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Message as Entry
from babel.messages.pofile import read_po

from flows.cover_words import plain
from flows.loading import load
from flows.problems import Code, Problem
from flows.vocabulary import COMMA
from locales.header import DRAFTED, REVIEWED, read_header
from locales.messages import Message, messages
from locales.plurals import HEADERS

FOLDER = Path(__file__).parent
LONGEST_BUTTON = 64
PLACE = re.compile(r"\{\w+\}")
NUMBER = re.compile(r"\+?\d[\d -]{5,}\d")
UNITS = frozenset({"cover.unit", "cover.words"})
COUNTED = frozenset({"phrase.watchwords"})
"""Lists of which every language must have as many words: their places are what is kept."""
CONTROLS = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")


class Kind(StrEnum):
    """The kinds of faults."""

    MISSING = "missing"
    UNKNOWN = "unknown"
    FUZZY = "fuzzy"
    CHANGED = "changed"
    PLACES = "places"
    NUMBERS = "numbers"
    BIDI = "bidi"
    TOO_LONG = "too_long"
    EDGES = "edges"
    SAME_LABEL = "same_label"
    SAME_WORD = "same_word"
    HEADER = "header"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a catalogue; the context is empty where it concerns the whole."""

    kind: Kind
    context: str
    message: str


def faults(code: str, data: bytes, found: Iterable[Message]) -> Iterator[Fault]:
    """Find what is wrong with the catalogue of a language."""
    wanted = {message.context: message for message in found}
    entries = {entry.context: entry for entry in read_po(BytesIO(data), charset="utf-8") if entry.context}
    yield from _header(code, read_header(data))
    for context, message in wanted.items():
        entry = entries.get(context)
        if entry is None or not entry.string:
            yield Fault(Kind.MISSING, context, "there is no translation")
        else:
            yield from _entry(message, entry)
    for context in entries.keys() - wanted.keys():
        yield Fault(Kind.UNKNOWN, context, "no text has this context")
    yield from _same_labels(wanted, entries)
    yield from _same_words(wanted, entries)


def _header(code: str, header: Mapping[str, str]) -> Iterator[Fault]:
    for name, value in (("Language", code), ("Plural-Forms", HEADERS.get(code, ""))):
        if header.get(name) != value:
            yield Fault(Kind.HEADER, "", f"{name} must be {value!r}")
    for name in (DRAFTED, REVIEWED):
        if not header.get(name):
            yield Fault(Kind.HEADER, "", f"{name} must say who")


def _entry(message: Message, entry: Entry) -> Iterator[Fault]:
    source, text = message.source, str(entry.string)
    checks = {
        Kind.FUZZY: (entry.fuzzy, "it is marked fuzzy"),
        Kind.CHANGED: (entry.id != source, "the source has changed since"),
        Kind.PLACES: (_places(source) != _places(text), "its {places} are not the source's"),
        Kind.NUMBERS: (_numbers(source) != _numbers(text), "its phone numbers are not the source's"),
        Kind.BIDI: (CONTROLS.search(text) is not None, "it holds direction controls"),
        Kind.TOO_LONG: (message.button and len(text) > LONGEST_BUTTON, "it is too long for a button"),
        Kind.COUNT: (
            message.context in COUNTED and _count(source) != _count(text),
            "it has not as many words as the source, in its order",
        ),
        Kind.EDGES: (text != text.strip() or (message.button and "\n" in text), "spaces or lines at odds"),
    }
    for kind, (wrong, words) in checks.items():
        if wrong:
            yield Fault(kind, message.context, words)


def _count(text: str) -> int:
    """Count the words between commas of any script."""
    return len(COMMA.split(text))


def _places(text: str) -> list[str]:
    return sorted(PLACE.findall(text))


def _numbers(text: str) -> list[str]:
    return [re.sub(r"[^\d+]", "", number) for number in NUMBER.findall(text)]


def _same_labels(wanted: Mapping[str, Message], entries: Mapping[str, Entry]) -> Iterator[Fault]:
    """Two choices of one question that read the same cannot be told apart."""
    seen: dict[tuple[str, str], str] = {}
    for context, message in wanted.items():
        entry = entries.get(context)
        if not message.button or entry is None or not entry.string:
            continue
        key = (context.rpartition(".")[0], str(entry.string).casefold())
        if key in seen:
            yield Fault(Kind.SAME_LABEL, context, f"it reads as {seen[key]} does")
        seen[key] = context


def _same_words(wanted: Mapping[str, Message], entries: Mapping[str, Entry]) -> Iterator[Fault]:
    """A word that people type for two units of a cover would turn one into the other."""
    seen: dict[str, str] = {}
    for context in wanted:
        place, _, unit = context.rpartition(".")
        entry = entries.get(context)
        if place not in UNITS or entry is None or not entry.string:
            continue
        for word in map(plain, COMMA.split(str(entry.string))):
            if word and seen.setdefault(word, unit) != unit:
                yield Fault(Kind.SAME_WORD, context, f"a word of it stands at {seen[word]} too")


UNTRANSLATED = frozenset({Kind.MISSING, Kind.FUZZY, Kind.CHANGED})


def problems(folder: Path, found: Iterable[Message]) -> Iterator[Problem]:
    """Give what is wrong with every catalogue in a folder, each with its file and line."""
    wanted = tuple(found)
    for file in sorted(folder.glob("*/LC_MESSAGES/messages.po")):
        data = file.read_bytes()
        lines = {entry.context: entry.lineno for entry in read_po(BytesIO(data), charset="utf-8")}
        for fault in faults(file.parent.parent.name, data, wanted):
            code = Code.NOT_TRANSLATED if fault.kind in UNTRANSLATED else Code.BADLY_TRANSLATED
            line = lines.get(fault.context) or 1
            yield Problem(
                str(file.relative_to(folder)), line, code, f"{fault.context or 'the header'}: {fault.message}"
            )


def main(codes: list[str], folder: Path = FOLDER) -> int:
    """Check the named catalogues, or all; print what is wrong and give the exit code."""
    found = tuple(messages(load()))
    wrong = 0
    for code in codes or sorted(file.parent.parent.name for file in folder.glob("*/LC_MESSAGES/messages.po")):
        data = (folder / code / "LC_MESSAGES" / "messages.po").read_bytes()
        for fault in faults(code, data, found):
            wrong += 1
            sys.stdout.write(f"{code}: {fault.context or 'header'}: {fault.message} [{fault.kind}]\n")
    return 1 if wrong else 0


if __name__ == "__main__":  # pragma: no cover - the same, from the command line
    sys.exit(main(sys.argv[1:]))
