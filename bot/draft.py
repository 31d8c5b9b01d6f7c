"""A conversation as it will be once a round is committed, and what that means for the database."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec

from bot.forwarding import Forward
from bot.intake import Step
from bot.outcomes import SCREEN, Outcomes, new_intent
from bot.record import Held, Place, Record, seal_place, seal_record
from bot.screen import Remove, Show
from bot.updates import Incoming, Pressed
from storage.case import Put
from storage.conversations import Saved
from storage.inbox import Arrival
from storage.outbox import Intent


@dataclass(slots=True)
class Draft:
    """A conversation as it will be once this round is committed."""

    held: Held
    record: Record = field(repr=False)
    seen: int
    show: Show | None = field(default=None, repr=False)
    remove: list[int] = field(default_factory=list, repr=False)
    callbacks: list[str] = field(default_factory=list, repr=False)
    forward: Forward | None = field(default=None, repr=False)
    put: Put | None = field(default=None, repr=False)
    is_over: bool = False
    attempts: int = 0
    handled: list[Arrival] = field(default_factory=list, repr=False)
    intents: list[Intent] = field(default_factory=list, repr=False)

    def take(self, arrival: Arrival, step: Step) -> None:
        """Add one step: the newest screen and the newest state of a case win, everything else is kept."""
        self.record, self.is_over = step.record, step.is_over
        if step.show is not None:
            fresh = step.show.fresh or (self.show is not None and self.show.fresh)
            self.show = msgspec.structs.replace(step.show, fresh=fresh)
        self.remove += step.remove
        self.seen = max(self.seen, step.seen)
        if step.callback is not None:
            self.callbacks.append(step.callback)
        self.forward = step.forward or self.forward
        self.handled.append(arrival)


@dataclass(frozen=True, slots=True)
class Computed:
    """What a round came to: conversations to write, updates that failed, and those that nothing works on."""

    drafts: list[Draft] = field(default_factory=list)
    failed: list[Arrival] = field(default_factory=list)
    shelved: list[Arrival] = field(default_factory=list)


def saved(draft: Draft) -> Saved:
    """Its next state, sealed."""
    held = draft.held
    state = seal_record(draft.record, held.key, held.id)
    record = draft.record
    return Saved(held.id, state, held.version + 1, _instant(record.silence_at), _instant(record.expires_at))


def _instant(milliseconds: int) -> datetime | None:
    return datetime.fromtimestamp(milliseconds / 1000, UTC) if milliseconds else None


def intents_of(draft: Draft, now: datetime) -> list[Intent]:
    """What is to be done on the contact's screen."""
    held, serial = draft.held, draft.held.version + 1
    intents: list[Intent] = []
    if draft.is_over:
        return []
    if draft.show is not None:
        fresh = (draft.show.fresh or held.owes_fresh) and not draft.show.quiet
        since = max(held.place.seen, draft.seen) if held.unsent_since is None else held.unsent_since
        show = msgspec.structs.replace(draft.show, fresh=fresh, since=since)
        intents.append(new_intent(held.id, SCREEN, serial, show, held.key, now=now))
        held.owes_fresh, held.unsent_since = fresh, since
    if draft.remove:
        removal = Remove(tuple(dict.fromkeys(draft.remove)))
        intents.append(new_intent(held.id, f"remove-{serial}", serial, removal, held.key, now=now))
    return intents


def places(drafts: list[Draft], outcomes: Outcomes) -> list[tuple[bytes, bytes]]:
    """Where bubbles have moved, and up to which message we have seen a chat."""
    changed = dict(outcomes.moved)
    seen = {}
    for draft in drafts:
        if draft.seen > draft.held.place.seen:
            changed[draft.held.id] = draft.held
            seen[draft.held.id] = draft.seen
    return [
        (held.chat, seal_place(_seen(held.place, seen.get(held.id, 0)), held.key, held.id))
        for held in changed.values()
    ]


def _seen(place: Place, message: int) -> Place:
    return msgspec.structs.replace(place, seen=max(place.seen, message))


def place_of(incoming: Incoming) -> Place:
    """Where a stranger is; a button of ours that they pressed is on our bubble."""
    bubble = incoming.given.message if isinstance(incoming.given, Pressed) else None
    return Place(chat=incoming.chat, bubble=bubble, seen=bubble or 0)
