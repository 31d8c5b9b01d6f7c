"""The updates that wait for each bot, for a day: asked for by long polling or handed to a webhook."""

import asyncio
from collections.abc import Callable

from sandbox.records import BotId, Confirmed, Json, PersonId, Subscription, Update, UpdateId
from sandbox.refusals import OTHER_POLLER, WEBHOOK_ACTIVE, Conflict
from sandbox.world import World

KEPT_SECONDS = 24 * 3600
HELD_SECONDS = 1.0
"""How long an update waits for the one that is to overtake it; after that it comes in its place."""
PRESS_KEPT_SECONDS = 150
"""Telegram keeps the press of a button for two and a half minutes only (telegram-bot-api, Client.cpp)."""
ON_REQUEST_ONLY = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


class Mailbox:
    """One row of waiting updates per bot; at most one poller takes from each."""

    def __init__(self, world: World) -> None:
        """Begin with what the world has kept."""
        self._world = world
        self._pollers: dict[BotId, asyncio.Future[None]] = {}
        self._late: dict[BotId, list[Update]] = {}
        self._held: dict[BotId, Update] = {}
        self.to_duplicate = 0
        self.to_reorder = 0
        self.on_post: Callable[[Update], None] = lambda _: None

    def post(self, bot: BotId, person: PersonId, kind: str, body: Json) -> None:
        """Put an update of this kind in the bot's row, unless the bot does not want its kind."""
        allowed = self._world.subscription(bot).allowed
        wanted = kind in allowed if allowed else kind not in ON_REQUEST_ONLY
        if not wanted:
            return
        number = self._world.next_update_id(bot)
        update = Update(bot, number, person, self._world.clock.now(), {"update_id": number, kind: body})
        self._world.save(update)
        if self.to_reorder and bot not in self._held:
            self.to_reorder -= 1
            self._held[bot] = update
            asyncio.get_running_loop().call_later(HELD_SECONDS, self._let_go, update)
        self.on_post(update)
        self._wake(bot)

    def _let_go(self, update: Update) -> None:
        """Deliver what was held back, unless a successor is there, which brings it along."""
        is_newest = self._world.next_update_id(update.bot) == update.id + 1
        if self.is_held(update) and is_newest:
            del self._held[update.bot]
            self.on_post(update)
            self._wake(update.bot)

    def _wake(self, bot: BotId) -> None:
        poller = self._pollers.get(bot)
        if poller and not poller.done():
            poller.set_result(None)

    def oust(self, bot: BotId, reason: str) -> None:
        """End a poll that is under way with a conflict."""
        poller = self._pollers.pop(bot, None)
        if poller and not poller.done():
            poller.set_exception(Conflict(reason))

    async def poll(self, bot: BotId, offset: int, limit: int, seconds: int) -> list[Json]:
        """Return up to `limit` updates from `offset` on, waiting up to `seconds` for the first."""
        if self._world.subscription(bot).url:
            raise Conflict(WEBHOOK_ACTIVE)
        self.oust(bot, OTHER_POLLER)
        self._confirm_before(bot, offset)
        found = self._take(bot, offset, limit)
        if found or not seconds:
            return found
        poller = self._pollers[bot] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(seconds):
                while not found:
                    await poller
                    found = self._take(bot, offset, limit)
                    if not found:
                        poller = self._pollers[bot] = asyncio.get_running_loop().create_future()
        except TimeoutError:
            return []
        finally:
            if self._pollers.get(bot) is poller:
                del self._pollers[bot]
        return found

    def waiting(self, bot: BotId) -> list[Update]:
        """Return the updates that wait, oldest first; those older than a day are gone."""
        row = self._world.updates.get(bot, {})
        now = self._world.clock.now()
        self.confirm(bot, *(number for number, update in row.items() if now - update.at > _kept_for(update)))
        return list(row.values())

    def untaken(self, bot: BotId, person: PersonId) -> list[int]:
        """Return the ids of this person's messages that the bot has not fetched yet."""
        row = (update for update in self.waiting(bot) if update.person == person)
        return [update.body["message"]["message_id"] for update in row if "message" in update.body]

    def is_waiting(self, update: Update) -> bool:
        """Whether the bot has still to take this update."""
        fresh = self._world.clock.now() - update.at <= _kept_for(update)
        return fresh and update.id in self._world.updates.get(update.bot, {})

    def is_held(self, update: Update) -> bool:
        """Whether this update is to arrive after the one that follows it."""
        return self._held.get(update.bot) is update

    def release_held(self, bot: BotId) -> Update | None:
        """Return the update that was held back, if there is one."""
        return self._held.pop(bot, None)

    def use_duplicate(self) -> bool:
        """Whether an update just taken is to arrive once more; each order is used up once."""
        if not self.to_duplicate:
            return False
        self.to_duplicate -= 1
        return True

    def confirm(self, bot: BotId, *numbers: UpdateId) -> None:
        """Forget these updates: the bot has them, or does not want them."""
        if not numbers:
            return
        row = self._world.updates.get(bot, {})
        gone = [row[number] for number in numbers if number in row]
        self._world.save(Confirmed(bot, numbers))
        for update in gone:
            if sent := update.body.get("message"):
                self._world.events.tell("taken", bot, update.person, message_id=sent["message_id"])

    def drop(self, bot: BotId) -> None:
        """Forget everything that waits for this bot."""
        self.confirm(bot, *self._world.updates.get(bot, {}))

    def subscribe(self, subscription: Subscription) -> None:
        """Set where and which updates a bot wants from now on."""
        if subscription != self._world.subscription(subscription.bot):
            self._world.save(subscription)

    def _confirm_before(self, bot: BotId, offset: int) -> None:
        row = [update.id for update in self.waiting(bot)]
        if offset < 0:
            self.confirm(bot, *row[:offset])
            return
        done = [number for number in row if number < offset]
        for number in done:
            self._again(bot, self._world.updates[bot][number])
        self.confirm(bot, *done)

    def _again(self, bot: BotId, update: Update) -> None:
        held = self._held.get(bot)
        if held is not None and held.id == update.id:
            del self._held[bot]
        elif not self.use_duplicate():
            return
        self._late.setdefault(bot, []).append(update)

    def _take(self, bot: BotId, offset: int, limit: int) -> list[Json]:
        late = self._late.pop(bot, [])
        held = self._held.get(bot)
        fresh = [
            update
            for update in self.waiting(bot)
            if (offset <= 0 or update.id >= offset) and update is not held
        ]
        return [update.body for update in (late + fresh)[:limit]]


def _kept_for(update: Update) -> int:
    return PRESS_KEPT_SECONDS if "callback_query" in update.body else KEPT_SECONDS
