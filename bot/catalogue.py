"""Definitions and translations as the program found them, put together into what the bot can ask."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import cache, partial
from pathlib import Path

import msgspec

from bot.failures import SettingsError
from bot.library import Library, compile_edition, keep, reopen
from bot.logs import Log
from bot.settings import Places
from bot.telephones import Telephones
from bot.voice import Voice
from flows.cover import Covers, compile_covers
from flows.cover_texts import Tool
from flows.gazetteer import Gazetteer
from flows.loading import FOLDER, Definitions, load
from flows.reader import Reader
from flows.vocabulary import Translate
from locales.catalog import Catalogs, Language, fill, load_catalogs
from locales.numerals import decimal_mark
from locales.territories import names
from storage import flows
from storage.box import Box, BoxError, Spot
from storage.database import Database


@cache
def definitions(folder: Path = FOLDER) -> Definitions:
    """The checked definitions; raises DefinitionProblems with all mistakes."""
    return load(folder)


def complete_languages(settings: Places) -> Sequence[Language]:
    """The languages to offer: the wanted ones, or every complete one; SettingsError for one that is not complete."""
    return _offered(_catalogs(settings), settings.languages)


def offered_voices(settings: Places) -> Mapping[str, Voice]:
    """The voices of the languages to offer, the default first."""
    catalogs = _catalogs(settings)
    phrases = {str(name): phrase.text for name, phrase in definitions(settings.definitions).phrases.items()}
    offered = sorted(
        _offered(catalogs, settings.languages), key=lambda each: each.code != settings.default_language
    )
    return {each.code: Voice(each, catalogs.by_code[each.code].text, phrases) for each in offered}


def _catalogs(settings: Places) -> Catalogs:
    return load_catalogs(definitions(settings.definitions), folder=settings.catalogues)


def _offered(catalogs: Catalogs, wanted: Sequence[str]) -> Sequence[Language]:
    complete = {each.code: each for each in catalogs.languages}
    unknown = [each for each in wanted if each not in complete]
    if unknown:
        message = f"WAYOUT_LANGUAGES: {', '.join(unknown)} not complete"
        raise SettingsError(message, f"complete are {', '.join(complete)}")
    return [complete[each] for each in wanted] if wanted else list(complete.values())


async def open_library(database: Database, box: Box, settings: Places, log: Log) -> Library:
    """Today's flow in every offered language, kept for the sessions that begin on it, and every kept revision."""
    found = definitions(settings.definitions)
    catalogs = _catalogs(settings)
    languages = _offered(catalogs, settings.languages)
    if settings.default_language not in {each.code for each in languages}:
        message = f"WAYOUT_DEFAULT_LANGUAGE: {settings.default_language} is not offered"
        raise SettingsError(message, f"offered are {', '.join(each.code for each in languages)}")
    phrases = {str(name): phrase.text for name, phrase in found.phrases.items()}
    filled = partial(_filled, settings.retention_days, phrases["way_back_word"])
    voices = {each.code: Voice(each, filled(catalogs.by_code[each.code].text), phrases) for each in languages}
    newest = compile_edition(found.whole, voices, phrases)
    today = newest.flow.revision
    async with database.write() as tx:
        await flows.keep(tx, today, box.seal(keep(newest), _spot(today)))
    editions = {today: newest}
    library = Library(
        newest,
        editions,
        found.rubric,
        languages,
        settings.default_language,
        filled(_source),
        Telephones(found.tables.directory),
        reader(found, [each.code for each in languages]),
        found.tables.relay,
        covers(found, voices, settings.cover),
        found.tables.partners,
    )
    await asyncio.to_thread(library.reader.gazetteer.prepare)
    await relearn(database, box, library, log)
    return library


def covers(found: Definitions, voices: Mapping[str, Voice], first: Tool) -> Covers:
    """The tools that hide the questionnaire, in these languages; `first` is the one that is seen first."""
    spoken = {code: voice.translate for code, voice in voices.items()}
    marks = {code: decimal_mark(code) for code in voices}
    return compile_covers(found.tables.cover, spoken, marks=marks, first=first)


def reader(found: Definitions, languages: Sequence[str]) -> Reader:
    """What reads typed answers, with the names of countries in these languages."""
    tables = found.tables
    gazetteer = Gazetteer(tables.sites, partial(names, languages, tables.countries))
    return Reader(gazetteer, tables.currencies, tables.times, tables.calls)


async def relearn(database: Database, box: Box, library: Library, log: Log) -> None:
    """Add every kept revision that is not known yet; one that cannot be opened is left for a process that can."""
    async with database.read() as tx:
        kept = await flows.kept(tx)
    for revision, body in kept.items():
        if revision not in library.editions:
            try:
                library.editions[revision] = reopen(box.open(body, _spot(revision)), library.newest)
            except (BoxError, msgspec.DecodeError) as problem:
                log.bug("edition.unopened", problem, revision=revision)


def _spot(revision: str) -> Spot:
    return Spot("flows", revision, "body")


def _source(_context: str, source: str) -> str:
    return source


def _filled(days: float, word: str, translate: Translate) -> Translate:
    """The same texts with WAYOUT_RETENTION_DAYS in its place, and the usual way back in this language."""
    here = translate("phrase.way_back_word", word)

    @cache
    def filled(context: str, source: str) -> str:
        return fill(translate(context, source), days=format(days, "g"), word=here)

    return filled
