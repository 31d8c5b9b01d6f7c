"""Own words: what a contact types to come back, to hide or to warn; kept as keyed hashes, never as words."""

from collections.abc import Callable, Container
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from msgspec.structs import replace

from bot.library import Library
from bot.record import Record
from bot.updates import Given, Said, Started
from flows.definition import Own
from flows.ids import PhraseId
from flows.session import Note, Session
from flows.turn import NoteKept, Turn
from flows.vocabulary import COMMA, fold

WORD_UNFIT = PhraseId("word_unfit")
Mark = Callable[[str, str], bytes]
"""From a conversation's own salt and a word to what is kept of it (Keyring.word_key)."""


class Meaning(StrEnum):
    """What a typed word asks for, whatever is on the screen."""

    OWN = "own"
    """The way back that this contact chose."""
    USUAL = "usual"
    """The way back of whoever chose none."""
    DURESS = "duress"
    HIDE = "hide"


@dataclass(frozen=True, slots=True)
class Words:
    """Recognises them. `usual`, `hide`: folded, of every language."""

    mark: Mark = field(repr=False)
    usual: frozenset[str]
    hide: frozenset[str]

    def meaning(self, record: Record, given: Given) -> Meaning | None:
        """What was typed as a word of its own; None for everything else."""
        match given:
            case Said(text) | Started(word=text):
                word = fold(text)
            case _:
                return None
        if not word:
            return None
        if record.words:
            found = self.mark(record.salt, word)
            if found == record.words.get(Own.DURESS):
                return Meaning.DURESS
            if found == record.words.get(Own.WAY_BACK):
                return Meaning.OWN
        if word in self.usual and Own.WAY_BACK not in record.words:
            return Meaning.USUAL
        return Meaning.HIDE if word in self.hide else None

    def fits(self, record: Record, text: str, taken: Container[str]) -> bool:
        """Whether a word can be somebody's own: `taken` mean something already, numbers are for the tool."""
        word = fold(text)
        free = word not in self.usual and word not in self.hide and word not in taken
        known = bool(record.salt) and self.mark(record.salt, word) in record.words.values()
        return not word.isdecimal() and free and not known

    def keep(self, record: Record, own: Own, text: str, salt: str, *, unproved: bool = False) -> Record:
        """With this word; `salt` is used where the record has none yet. `unproved`: chosen behind the veil."""
        record = record if record.salt else replace(record, salt=salt)
        record = replace(record, unproved=unproved) if own is Own.WAY_BACK else record
        return replace(record, words=record.words | {own: self.mark(record.salt, fold(text))})


def unfit(session: Session, given: Said, now: datetime) -> Turn:
    """It cannot be a word of their own, and may be something that they tell: it is kept."""
    note = Note(
        "text", given.text, int(now.timestamp()), session.waiting_for, given.message, len(session.log)
    )
    return Turn(replace(session, words=(*session.words, note), aside=WORD_UNFIT), (NoteKept("text"),))


def learn_words(library: Library, mark: Mark) -> Words:
    """The words of every language that is offered."""
    voices = library.newest.voices.values()
    usual = frozenset(fold(voice.phrase("way_back_word")) for voice in voices)
    return Words(mark, usual, frozenset(_listed(library, "hide_words")))


def _listed(library: Library, name: str) -> list[str]:
    texts = [voice.phrase(name) for voice in library.newest.voices.values()]
    return [word for text in texts for each in COMMA.split(text) if (word := fold(each))]
