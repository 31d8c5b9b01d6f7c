"""The doctor: what a start needs, looked at one by one, so that an operator sees all that is missing at once."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

import msgspec
from sqlalchemy.exc import SQLAlchemyError
from telegram.error import TelegramError

from bot import opening_rate
from bot.alerts import read_alerts, strangers
from bot.catalogue import complete_languages, definitions
from bot.coverage import coverage
from bot.failures import SetupError
from bot.fronts import Front, read_fronts
from bot.keyring import load
from bot.opening_rate import Alarm
from bot.people_commands import standing
from bot.presence import open_account
from bot.recipients import read_recipients
from bot.settings import Places
from bot.transport import RawRequest
from flows.problems import DefinitionProblems
from locales.catalog import is_reviewed
from storage import audit, schema, staffing, surges
from storage.database import Database, Transaction
from storage.surges import Mode


class Finding(msgspec.Struct, frozen=True):
    """One thing that was looked at."""

    name: str
    fit: bool
    detail: str


Look = Callable[[Places], Awaitable[str]]


async def examine(settings: Places, now: int) -> list[Finding]:
    """Look at everything at `now` (Unix seconds); never stops at the first fault."""
    looks: dict[str, Look] = {
        "keys": _keys,
        "recipients": _recipients,
        "database": _database,
        "duty": partial(_duty, now),
        "surge": partial(_surge, now),
        "audit": partial(_audit, now),
        "alerts": partial(_alerts, now),
        "definitions": _definitions,
        "hotlines": partial(_hotlines, now),
        "languages": _languages,
        "telegram": _telegram,
    }
    return [await _look(name, look, settings) for name, look in looks.items()]


async def _look(name: str, look: Look, settings: Places) -> Finding:
    try:
        return Finding(name, fit=True, detail=await look(settings))
    except SetupError as problem:
        return Finding(name, fit=False, detail=f"{problem}; {problem.hint}")
    except DefinitionProblems as problems:
        return Finding(
            name, fit=False, detail=f"{len(problems.problems)} problem(s); `wayout flows check` lists them"
        )
    except (SQLAlchemyError, TelegramError, OSError) as problem:
        return Finding(name, fit=False, detail=f"{type(problem).__name__}")


async def _keys(settings: Places) -> str:
    unfinished = (
        "; a rotation is not finished: `wayout keys rotate`" if load(settings.keyring).box.older else ""
    )
    return f"{settings.keyring}{unfinished}"


async def _recipients(settings: Places) -> str:
    enrolled = f"{len(read_recipients(settings.recipients).roster.cards)} enrolled"
    roll = await standing(settings)
    counted = Counter(each.standing for each in roll.people) if roll else {}
    return ", ".join((enrolled, *(f"{count} {name.replace('_', ' ')}" for name, count in counted.items())))


async def _database(settings: Places) -> str:
    database = Database(settings.database)
    name = database.url.database or ""
    if database.is_sqlite and not Path(name).exists():  # noqa: ASYNC240 - a command, nobody waits
        raise SetupError(f"{name} does not exist yet", "`wayout migrate` makes it, and `wayout run` does too")
    try:
        current = await schema.current(database)
    finally:
        await database.close()
    if current != schema.newest():
        raise SetupError(f"schema {current or 'empty'}, needed {schema.newest()}", "`wayout migrate`")
    return f"schema {current}"


Found = TypeVar("Found")


async def _ask(settings: Places, question: Callable[[Transaction], Awaitable[Found]]) -> Found | None:
    """What the database answers; None while there is none that could."""
    try:
        await _database(settings)
    except SetupError:
        return None
    database = Database(settings.database)
    try:
        async with database.read() as tx:
            return await question(tx)
    finally:
        await database.close()


async def _duty(now: int, settings: Places) -> str:
    shifts = await _ask(settings, staffing.shifts)
    if shifts is None or not settings.recipients.exists():
        return "not known yet"
    cards = read_recipients(settings.recipients).keys
    since = now - settings.duty_hours * 3600
    here = sum(card in cards and at.timestamp() >= since for card, at in shifts.items())
    return f"{here} of {len(cards)} were here in the last {settings.duty_hours:g} hours"


async def _alerts(now: int, settings: Places) -> str:
    """Whether anybody would be called; a hotline may do without, and then says so."""
    destinations = read_alerts(settings)
    if not destinations:
        return "nobody would be paged: WAYOUT_ALERTS_FILE is not set"
    unknown = settings.recipients.exists() and strangers(
        destinations, read_recipients(settings.recipients).roster
    )
    if unknown:
        hint = "they are paged only where nobody else is left; mend WAYOUT_ALERTS_FILE and start again"
        raise SetupError("; ".join(unknown), hint)
    return coverage(destinations, datetime.fromtimestamp(now, UTC))


async def _surge(now: int, settings: Places) -> str:
    async def question(tx: Transaction) -> str:
        stands, rate = await surges.find(tx), await surges.rate(tx, now=datetime.fromtimestamp(now, UTC))
        mode, is_on = (stands.mode, stands.is_on) if stands else (Mode.AUTO, False)
        return f"{mode}, {'on' if is_on else 'off'}; {rate} newcomer(s) in the last hour"

    return await _ask(settings, question) or "not known yet"


async def _audit(now: int, settings: Places) -> str:
    at = datetime.fromtimestamp(now, UTC)

    async def question(tx: Transaction) -> tuple[int, datetime | None, Sequence[Alarm]]:
        alarms = await opening_rate.raised(tx, since=at - timedelta(days=1))
        return (await audit.end(tx))[0], await audit.last_signed(tx), [alarm for _, alarm in alarms]

    found = await _ask(settings, question)
    if found is None:
        return "not known yet"
    entries, signed_at, alarms = found
    if alarms:
        cards = ", ".join(sorted({alarm.card for alarm in alarms}))
        raise SetupError(
            f"unusually many cases were opened in the last day by {cards}",
            "`wayout audit exposure CARD` lists which; ask whoever holds that key",
        )
    return f"{entries} entries; {f'signed {signed_at:%Y-%m-%d %H:%M} UTC' if signed_at else 'not signed yet'}"


async def _definitions(settings: Places) -> str:
    found = definitions(settings.definitions)
    return f"{', '.join(found.flows)}; rubric {found.rubric.revision}"


async def _hotlines(now: int, settings: Places) -> str:
    found = definitions(settings.definitions).tables.directory
    stale = [line.id for line in found.stale(now)]
    told = f"{len(found.lines)} lines, {len(stale)} to be checked again"
    return f"{told}: {', '.join(stale)}" if stale else told


async def _languages(settings: Places) -> str:
    names = [language.code for language in complete_languages(settings)]
    drafts = [name for name in names if not is_reviewed(name, settings.catalogues)]
    return ", ".join(names) + (f"; read by no native speaker yet: {', '.join(drafts)}" if drafts else "")


async def _telegram(settings: Places) -> str:
    if not settings.bot_token.get_secret_value():
        raise SetupError("no token", "set WAYOUT_BOT_TOKEN")
    main, *others = read_fronts(settings).all
    told = [await _answers(main, settings.telegram_api_url)]
    silent = []
    for number, each in enumerate(others, 1):
        name = f"{'covered ' if each.covered else ''}front {number}"
        try:
            told.append(f"{name} {await _answers(each, settings.telegram_api_url)}")
        except TelegramError as problem:
            silent.append(f"{name}: {type(problem).__name__}")
    if silent:
        raise SetupError(", ".join(silent), "look at their tokens in WAYOUT_FRONTS_FILE")
    return "; ".join(told)


async def _answers(front: Front, root: str) -> str:
    async with open_account(front, root, RawRequest()).bot as bot:
        pending = (await bot.get_webhook_info()).pending_update_count
    return f"answers, {pending} update(s) waiting there"
