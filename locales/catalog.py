"""Catalogues: the texts of the languages that may be offered, and how values stand inside them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.pofile import read_po

from flows.loading import Definitions
from locales.check import faults
from locales.header import NOBODY, REVIEWED, read_header
from locales.messages import messages

FOLDER = Path(__file__).parent
SOURCE = "en"
OWN_NAMES = {"zh_Hans": "简体中文", "zh_Hant": "繁體中文", "pt": "Português"}
FIRST_STRONG, POP = "\u2068", "\u2069"
BIDI = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Language:
    """A language by its code, as its speakers name it, and whether it is written from the right."""

    code: str
    own_name: str
    rtl: bool


@dataclass(frozen=True, slots=True, repr=False)
class Catalog:
    """The texts of one language."""

    language: Language
    texts: Mapping[str, str]

    def text(self, context: str, source: str) -> str:
        """Give the text for a context; the English source where there is none."""
        return self.texts.get(context, source)

    def has(self, contexts: Iterable[str]) -> bool:
        """Tell whether a whole screen can be shown, so that languages are never mixed on one."""
        return self.language.code == SOURCE or all(context in self.texts for context in contexts)


@dataclass(frozen=True, slots=True, repr=False)
class Catalogs:
    """The languages that may be offered, in the order asked for; English is always among them."""

    by_code: Mapping[str, Catalog]

    @property
    def languages(self) -> tuple[Language, ...]:
        """The languages to choose from."""
        return tuple(catalog.language for catalog in self.by_code.values())

    def speaking(self, code: str | None, contexts: Iterable[str] = ()) -> Catalog:
        """Give the catalogue for a screen with these contexts: the language's own if whole, else English."""
        catalog = self.by_code.get(code or SOURCE, self.by_code[SOURCE])
        return catalog if catalog.has(contexts) else self.by_code[SOURCE]


def load_catalogs(
    definitions: Definitions, languages: Iterable[str] | None = None, folder: Path = FOLDER
) -> Catalogs:
    """Read the catalogues; None reads all that exist.

    A language is offered only when every text for contacts is there and sound; a text that is not sound is
    left out, and the responder sees English in its place.
    """
    found = tuple(messages(definitions))
    wanted = tuple(languages) if languages is not None else (SOURCE, *present(folder))
    ready = {SOURCE: Catalog(language(SOURCE), {})}
    for code in wanted:
        file = folder / code / "LC_MESSAGES" / "messages.po"
        if code == SOURCE or not file.exists():
            continue
        data = file.read_bytes()
        unsound = {fault.context for fault in faults(code, data, found)}
        texts = {context: text for context, text in read_texts(data).items() if context not in unsound}
        if all(message.context in texts for message in found if message.for_contact):
            ready[code] = Catalog(language(code), texts)
    order = (*dict.fromkeys((*wanted, SOURCE)),)
    return Catalogs({code: ready[code] for code in order if code in ready})


def present(folder: Path = FOLDER) -> tuple[str, ...]:
    """Name the languages that have a catalogue, by code."""
    return tuple(sorted(file.parent.parent.name for file in folder.glob("*/LC_MESSAGES/messages.po")))


def read_texts(data: bytes) -> dict[str, str]:
    """Read the translated texts by context; empty and fuzzy ones are left out."""
    entries = read_po(BytesIO(data), charset="utf-8")
    return {
        entry.context: entry.string
        for entry in entries
        if entry.context and isinstance(entry.string, str) and entry.string and not entry.fuzzy
    }


def language(code: str) -> Language:
    """Give a language by its code, such as `zh_Hans`; raises babel's UnknownLocaleError."""
    locale = Locale.parse(code)
    name = OWN_NAMES.get(code) or locale.get_language_name(code) or code
    return Language(code, name[0].upper() + name[1:], locale.text_direction == "rtl")


def isolate(value: str) -> str:
    """Wrap a value so that its direction does not disturb the text around it."""
    return f"{FIRST_STRONG}{strip_bidi(value)}{POP}"


def strip_bidi(typed: str) -> str:
    """Take out what people could type to turn the direction of a screen around."""
    return BIDI.sub("", typed)


def fill(text: str, **values: object) -> str:
    """Put values, isolated, into the places of a text; a place without a value stays as it is."""
    return re.sub(r"\{(\w+)\}", lambda match: _value(match, values), text)


def _value(match: re.Match[str], values: Mapping[str, object]) -> str:
    return isolate(str(values[match[1]])) if match[1] in values else match[0]


def is_reviewed(code: str, folder: Path = FOLDER) -> bool:
    """Tell whether a person who speaks the language has read the catalogue, as its header says."""
    if code == SOURCE:
        return True
    header = read_header((folder / code / "LC_MESSAGES" / "messages.po").read_bytes())
    return header.get(REVIEWED, NOBODY) != NOBODY
