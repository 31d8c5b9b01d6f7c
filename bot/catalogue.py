"""Definitions and translations as the program found them, put together into what the bot can ask."""

from collections.abc import Mapping, Sequence
from functools import cache, partial
from pathlib import Path

from bot.failures import SettingsError
from bot.library import Edition, Library, compile_edition, keep, reopen
from bot.render import Voice
from bot.settings import Places
from flows.ids import FlowId
from flows.loading import FOLDER, Definitions, load
from flows.vocabulary import Translate
from locales.catalog import Catalogs, Language, fill, load_catalogs
from storage import flows
from storage.box import Box, Spot
from storage.database import Database

FLOW = FlowId("victim")


@cache
def definitions(folder: Path = FOLDER) -> Definitions:
    """The checked definitions; raises DefinitionProblems with all mistakes."""
    return load(folder)


def complete_languages(wanted: Sequence[str]) -> Sequence[Language]:
    """The languages to offer: the wanted ones, or every complete one; SettingsError for one that is not complete."""
    return _offered(load_catalogs(definitions()), wanted)


def _offered(catalogs: Catalogs, wanted: Sequence[str]) -> Sequence[Language]:
    complete = {each.code: each for each in catalogs.languages}
    unknown = [each for each in wanted if each not in complete]
    if unknown:
        message = f"WAYOUT_LANGUAGES: {', '.join(unknown)} not complete"
        raise SettingsError(message, f"complete are {', '.join(complete)}")
    return [complete[each] for each in wanted] if wanted else list(complete.values())


async def open_library(database: Database, box: Box, settings: Places, folder: Path = FOLDER) -> Library:
    """Today's flow in every offered language, kept for the sessions that begin on it, and every kept revision."""
    found = definitions(folder)
    catalogs = load_catalogs(found)
    languages = _offered(catalogs, settings.languages)
    if settings.default_language not in {each.code for each in languages}:
        message = f"WAYOUT_DEFAULT_LANGUAGE: {settings.default_language} is not offered"
        raise SettingsError(message, f"offered are {', '.join(each.code for each in languages)}")
    phrases = {str(name): phrase.text for name, phrase in found.phrases.items()}
    filled = partial(_filled, settings.retention_days)
    voices = {each.code: Voice(each, filled(catalogs.by_code[each.code].text), phrases) for each in languages}
    newest = compile_edition(found.flows[FLOW], voices, phrases)
    editions = await _editions(database, box, newest, voices, phrases)
    return Library(newest, editions, found.rubric, languages, settings.default_language, filled(_source))


def _source(_context: str, source: str) -> str:
    return source


def _filled(days: float, translate: Translate) -> Translate:
    """The same texts with WAYOUT_RETENTION_DAYS in its place."""

    @cache
    def filled(context: str, source: str) -> str:
        return fill(translate(context, source), days=format(days, "g"))

    return filled


async def _editions(
    database: Database, box: Box, newest: Edition, voices: Mapping[str, Voice], phrases: Mapping[str, str]
) -> Mapping[str, Edition]:
    today = newest.flow.revision
    async with database.write() as tx:
        await flows.keep(tx, today, box.seal(keep(newest), Spot("flows", today, "body")))
        kept = await flows.kept(tx)
    editions = {
        revision: reopen(box.open(body, Spot("flows", revision, "body")), voices, phrases)
        for revision, body in kept.items()
    }
    return {**editions, newest.flow.revision: newest}
