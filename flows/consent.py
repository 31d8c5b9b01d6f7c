"""Consent: what was last said about who may read a case, and which notes ask for help."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from flows.answer import Chosen
from flows.definition import Choice, Flow
from flows.ids import FindingId
from flows.session import Entry, Note, Session, standing

ORGANISATION = "organisation"
BESIDE = "cover_call"
"""What was typed into a cover and is heard as a call."""
CALLS = frozenset({"text", BESIDE, "voice", "video_note", "location", "venue", "contact"})
"""What says something by itself. A sticker or a thrown dice can be a slip of the hand."""
ASIDE = "cover"
"""What was typed into a cover: kept, and no call by itself; whoever holds the phone may be playing."""


class Said(NamedTuple):
    """The place in the log of what was said last about the organisation, and whether it was a yes."""

    place: int
    yes: bool


def said(flow: Flow, asking: FindingId, session: Session) -> Said | None:
    """Give what was said last: agreeing, refusing, or tapping that help is wanted (a choice that fires `asking`).

    The order of the log decides, never the clock. None when nothing of this was said.
    """
    stands = frozenset(standing(session).values())
    for place in range(len(session.log) - 1, -1, -1):
        choices = _choices(flow, session.log[place])
        consents = [choice.consents[ORGANISATION] for choice in choices if ORGANISATION in choice.consents]
        if consents:
            return Said(place, consents[0])
        if place in stands and any(asking in choice.fires for choice in choices):
            return Said(place, yes=True)
    return None


def spoken(flow: Flow, session: Session) -> dict[str, bool]:
    """Give what was answered last about the organisation, by its name; nothing where nothing was."""
    answered = [choice.consents for entry in session.log for choice in _choices(flow, entry)]
    return next(
        ({ORGANISATION: each[ORGANISATION]} for each in reversed(answered) if ORGANISATION in each), {}
    )


def calls(flow: Flow, asking: FindingId, session: Session) -> Sequence[bool]:
    """Tell of each note whether it counts as asking for help.

    Every one does, until the contact has refused: after that only a new message that says something. What was typed
    into a cover never does by itself.
    """
    last = said(flow, asking, session) if session.words else None
    if last is None or last.yes:
        return [note.kind != ASIDE for note in session.words]
    notes, log = _first(session.words), _first(session.log)
    return [
        note.kind != ASIDE
        and (note.after <= last.place or (_says(note) and not _edits(note, notes, log, order)))
        for order, note in enumerate(session.words)
    ]


def agrees(flow: Flow, asking: FindingId, session: Session) -> bool:
    """Tell whether the organisation may read all; while nothing was said about it, any note asks for help."""
    last = said(flow, asking, session)
    return any(calls(flow, asking, session)) if last is None else stands(flow, asking, session, last)


def stands(flow: Flow, asking: FindingId, session: Session, last: Said) -> bool:
    """Tell whether what was said last was a yes, or help was called for since."""
    return last.yes or called_since(session, calls(flow, asking, session), last.place)


def called_since(session: Session, heard: Sequence[bool], place: int) -> bool:
    """Tell whether one of the notes that were heard came after this place in the log."""
    return any(hears and note.after > place for hears, note in zip(heard, session.words, strict=True))


def _says(note: Note) -> bool:
    return note.kind in CALLS or bool(note.text)


def _first(rows: Sequence[Note | Entry]) -> Mapping[int | None, int]:
    """Give the place where each message came first."""
    return {rows[place].message: place for place in range(len(rows) - 1, -1, -1)}


def _edits(note: Note, notes: Mapping[int | None, int], log: Mapping[int | None, int], order: int) -> bool:
    """Tell whether the note is an older message in new words."""
    older = notes[note.message] < order or log.get(note.message, note.after) < note.after
    return note.message is not None and older


def _choices(flow: Flow, entry: Entry) -> Sequence[Choice]:
    question = flow.by_id.get(entry.question)
    if question is None or not isinstance(entry.answer, Chosen):
        return ()
    return [question.by_id[each] for each in entry.answer.choices if each in question.by_id]
