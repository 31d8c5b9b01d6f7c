"""What the clock writes into the audit: cards that came and went, looks counted, unusual rates, a head a day."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot import auditing, opening_rate
from bot.logs import Log
from bot.recipients import RecipientsFile
from bot.watch import Watch
from protocol.signing import SigningKey
from storage import audit, pages
from storage.database import Database, Transaction

SIGN_EVERY = timedelta(days=1)


class Bookkeeping:
    """Looks after the audit once a minute or so."""

    def __init__(
        self,
        database: Database,
        recipients: RecipientsFile,
        watch: Watch,
        log: Log,
        *,
        signing_key: SigningKey,
        alarm: Callable[[Log, opening_rate.Alarm], None] = opening_rate.raise_alarm,
    ) -> None:
        """`signing_key` is the server's; `alarm` logs an unusual rate, of which those whom `watch` names are paged."""
        self._database = database
        self._recipients = recipients
        self._watch = watch
        self._log = log
        self._signing_key = signing_key
        self._alarm = alarm
        self._known: frozenset[str] | None = None

    async def look(self, now: datetime) -> None:
        """Write down what is due; several processes that do so write it once."""
        cards = frozenset(self._recipients.now.keys)
        async with self._database.write() as tx:
            if cards != self._known:
                await auditing.write_roster(tx, cards, now=now)
            await auditing.count_rest(tx, now=now)
            alarms = await opening_rate.look(tx, now=now)
            await self._page(tx, alarms, now)
            await self._sign(tx, now)
        self._known = cards
        for each in alarms:
            self._alarm(self._log, each)

    async def _page(self, tx: Transaction, alarms: Sequence[opening_rate.Alarm], now: datetime) -> None:
        """Pages are committed with the entry that they name: an alarm is told once, and a kill loses none."""
        for alarm in alarms:
            for page in self._watch.alarmed(alarm, self._recipients.now.roster, now):
                await pages.add(tx, page, now=now)

    async def _sign(self, tx: Transaction, now: datetime) -> None:
        last = await audit.last_signed(tx)
        if last is None or now - last >= SIGN_EVERY:
            head = await auditing.sign_end(tx, self._signing_key, now=now)
            self._log.say("audit.signed", count=head.number)
