"""The watchword: two words for each case, by which a person can test somebody who says that they are from us.

They are drawn by chance, lie in the sealed record and in the sealed case, and are shown in that one chat alone, in the
session in which they were drawn: whoever comes back later, or after the chat was closed, may be somebody else.
"""

import secrets
from collections.abc import Mapping

from msgspec.structs import replace

from bot.library import Library
from bot.record import Record
from bot.updates import Given, Said
from bot.voice import Voice
from flows import veil
from flows.session import Session
from flows.turn import Prompt
from flows.vocabulary import COMMA, fold
from locales.catalog import isolate

COUNT = 64
"""The words in the list of each language; two that differ are drawn."""
ASKS, LIST = "check_words", "watchwords"


def draw() -> tuple[int, int]:
    """Two places in the list."""
    first = secrets.randbelow(COUNT)
    return first, (first + 1 + secrets.randbelow(COUNT - 1)) % COUNT


def is_asked(record: Record, session: Session, given: Given, library: Library) -> bool:
    """Whether it is asked for, in any language, by somebody who may see it."""
    if not isinstance(given, Said) or not may_see(record, session):
        return False
    return fold(given.text) in library.listed(ASKS)


def is_due(record: Record, session: Session, given: Given, library: Library, *, ends: bool) -> bool:
    """Whether it is shown now: when it is asked for, and once where the questions end and people will read."""
    return (ends and may_see(record, session)) or is_asked(record, session, given, library)


def may_see(record: Record, session: Session) -> bool:
    """Whether whoever sits here now may see it.

    It was drawn in this session, or stands in no case; and nothing has happened since after which another may sit here.
    """
    known = record.case is None or record.worded == session.id or not record.watchword
    # Without a case nobody has been told the words, and whoever begins anew behind the tool is like anybody else.
    hidden = veil.is_drawn(session) if record.case is not None else session.veiled_at or session.frozen
    return known and not hidden


def worded(record: Record, session: Session) -> Record:
    """The record with a watchword: drawn anew in a new session, until it stands in a case."""
    if record.watchword and not (record.case is None and record.worded != session.id):
        return record
    return replace(record, watchword=draw(), worded=session.id)


def spoken(record: Record, phrases: Mapping[str, str], voice: Voice | None = None) -> str:
    """The two words, in a language or in English; nothing where none were drawn."""
    source = COMMA.split(phrases[LIST])
    local = COMMA.split(voice.phrase(LIST)) if voice is not None else source
    # A list that is not whole could name other words than colleagues read.
    words = local if len(local) == COUNT else source
    return " ".join(words[place].strip() for place in record.watchword)


def told(record: Record, due: Prompt, voice: Voice) -> tuple[str, ...]:
    """What the person reads; in the middle of the questions something harmless stands first."""
    words = isolate(spoken(record, voice.phrases, voice))
    said = voice.phrase("watchword").replace("{words}", words)
    return (said,) if due.ending is not None else (f"{voice.phrase('go_on_or_stop')}\n\n{said}",)
