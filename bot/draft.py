"""A conversation as it will be once a round is committed, and what that means for the database."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from msgspec.structs import replace

from bot.attaching import Came, came, noted
from bot.forwarding import Forward
from bot.outcomes import NUDGE, WIPE, Outcomes, new_intent
from bot.place import LOOK_SECONDS, NOTHING, Mark, Place, Toll, seal_place
from bot.record import Held, Record, seal_record
from bot.screen import Remove, Show, Wipe
from bot.step import Step
from bot.updates import Given, Incoming, Pressed
from bot.wishes import Wish
from storage import attachments, cases
from storage.case import Put
from storage.conversations import Saved
from storage.database import Transaction
from storage.inbox import Arrival
from storage.messages import Told
from storage.outbox import SCREEN, Intent


@dataclass(slots=True)
class Draft:
    """A conversation as it will be once this round is committed."""

    held: Held
    record: Record = field(repr=False)
    seen: int
    show: Show | None = field(default=None, repr=False)
    remove: list[int] = field(default_factory=list, repr=False)
    callbacks: list[str] = field(default_factory=list, repr=False)
    forwards: dict[str, Forward] = field(default_factory=dict, repr=False)
    puts: list[Put] = field(default_factory=list, repr=False)
    ready: list[Put] = field(default_factory=list, repr=False)
    """Those among them that were sealed before this round."""
    stays: list[Mark] = field(default_factory=list, repr=False)
    empties: bool = False
    sweeps: bool = False
    told: Toll = NOTHING
    nudge: Show | None = field(default=None, repr=False)
    fates: list[Told] = field(default_factory=list)
    reachable: bool | None = None
    files: list[Came] = field(default_factory=list, repr=False)
    looks_again: bool = False
    erases: bool = False
    erased: bool = False
    attempts: int = 0
    wishes: list[Wish] = field(default_factory=list)
    handled: list[Arrival] = field(default_factory=list, repr=False)
    intents: list[Intent] = field(default_factory=list, repr=False)

    def take(self, arrival: Arrival, step: Step, given: Given) -> None:
        """Add one step: the newest screen and the newest state of a case win, everything else is kept."""
        self.record = step.record
        if step.empties or (step.show is not None and not step.show.edits_only):
            self.nudge = None  # they are here, or want nothing there
        self.nudge = step.nudge or self.nudge
        self.fates += step.fates
        self.reachable = self.reachable if step.reachable is None else step.reachable
        if step.empties:
            self.show = None
        if step.show is not None:
            below = self.show is not None and self.show.fresh and not step.show.edits_only
            self.show = replace(step.show, fresh=step.show.fresh or below)
        self.remove += step.remove
        self.stays += step.stays
        self.files += came(step.record, given)
        self.empties, self.sweeps = self.empties or step.empties, self.sweeps or step.sweeps
        self.erases = self.erases or step.erases
        self.told = step.told if step.told.counted else self.told
        self.seen = max(self.seen, step.seen)
        if step.callback is not None:
            self.callbacks.append(step.callback)
        if step.forward is not None:
            self.forwards[step.forward.passage.session.id] = step.forward
        if step.put is not None:
            self.puts.append(step.put)
            self.ready.append(step.put)
        if step.wish is not None:
            self.wishes.append(step.wish)
        self.handled.append(arrival)

    @property
    def is_over(self) -> bool:
        """Whether no session is left of which anything could still go."""
        before = self.held.record
        return bool(before.session or before.last) and not (self.record.session or self.record.last)

    @property
    def toll(self) -> Toll:
        """What the case is to be told of the screen: once a round."""
        toll = self.held.place.toll
        return toll._replace(wiped=0, stuck=0) if self.told.counted else toll

    def go_unsealed(self, before: Record) -> None:
        """Go on without what could not be sealed; the clock tries again for a session that is over."""
        self.record, self.puts = before, [*self.ready]
        if self.sweeps:
            self.record = replace(before, last=before.last or self.held.record.last)
            self.told, self.looks_again = NOTHING, True

    def onto(self, place: Place, now: datetime, after: int) -> Place:
        """What is on the screen once this is committed; `after` seconds there a message has to go."""
        at = int(now.timestamp())
        place = replace(place, seen=max(place.seen, self.seen), stays=self.record.keep_chat)
        if self.stays:
            place = place.noted(tuple(self.stays))
        if self.told.counted:
            place = replace(place, wiped=place.wiped - self.told.wiped, stuck=place.stuck - self.told.stuck)
        if self.empties:
            owed = self.held.unsent_since if self.held.owes_fresh or place.bubble is None else None
            return (place if owed is None else place.doubted(owed)).emptied(at)
        place = place.swept(at, after) if self.sweeps else place
        return replace(place, look_at=at + LOOK_SECONDS) if self.looks_again else place


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
    return Saved(held.id, state, held.version + 1, _instant(record.rings_at), _instant(record.expires_at))


async def put_cases(tx: Transaction, drafts: list[Draft], *, now: datetime) -> None:
    """What came and is to be fetched, the cases that may have it, and the end of what no case may have any more."""
    new = [each for draft in drafts for each in noted(draft.files, draft.held)]
    await attachments.note(tx, new, now=now)
    await cases.put(tx, [put for draft in drafts for put in draft.puts], now=now)
    await attachments.drop(tx, [draft.held.id for draft in drafts if draft.is_over])


def _instant(milliseconds: int) -> datetime | None:
    return datetime.fromtimestamp(milliseconds / 1000, UTC) if milliseconds else None


def intents_of(draft: Draft, now: datetime, after: int) -> list[Intent]:
    """What is to be done on the contact's screen, where a message may stay for `after` seconds."""
    held, serial = draft.held, draft.held.version + 1
    intents: list[Intent] = []
    if draft.empties or draft.onto(held.place, now, after).doomed != held.place.doomed:
        intents.append(new_intent(held.id, WIPE, serial, Wipe(), held.key, now=now))
    if draft.show is not None:
        # In use it does not grow old: an old bubble is sent anew below, and the old one goes.
        old = held.place.bubble is not None and now.timestamp() - held.place.bubble_at > after / 2
        fresh = draft.show.fresh or held.owes_fresh or old
        since = max(held.place.seen, draft.seen) if held.unsent_since is None else held.unsent_since
        show = replace(draft.show, fresh=fresh and not draft.show.edits_only, since=since)
        intents.append(new_intent(held.id, SCREEN, serial, show, held.key, now=now))
        held.owes_fresh, held.unsent_since = fresh, since
    if draft.nudge is not None:
        nudge = replace(draft.nudge, since=max(held.place.seen, draft.seen))
        intents.append(new_intent(held.id, NUDGE, serial, nudge, held.key, now=now))
    if draft.remove:
        removal = Remove(tuple(dict.fromkeys(draft.remove)))
        intents.append(new_intent(held.id, f"remove-{serial}", serial, removal, held.key, now=now))
    return intents


def places(
    drafts: list[Draft], outcomes: Outcomes, now: datetime, after: int
) -> list[tuple[bytes, bytes, datetime | None]]:
    """What is on each screen that has changed, and when the clock has to look at it."""
    changed = {held.id: (held, held.place) for held in outcomes.moved.values()}
    for draft in drafts:
        held = draft.held
        place = draft.onto(held.place, now, after)
        if draft.sweeps or place != held.place:
            changed[held.id] = held, place
    return [
        (held.chat, seal_place(place, held.key, held.id), _moment(place.deadline(after), now))
        for held, place in changed.values()
    ]


def _moment(deadline: int | None, now: datetime) -> datetime | None:
    """When the clock looks: always later than a look that was had, since each moment is told apart by its number."""
    return None if deadline is None else datetime.fromtimestamp(max(deadline, int(now.timestamp()) + 1), UTC)


def place_of(incoming: Incoming) -> Place:
    """Where a stranger is; a button of ours that they pressed is on our bubble."""
    bubble = incoming.given.message if isinstance(incoming.given, Pressed) else None
    return Place(chat=incoming.chat, bubble=bubble, seen=bubble or 0, bot=incoming.bot)
