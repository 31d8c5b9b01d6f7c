"""An organisation's own questionnaire: found by one setting, in its own languages."""

import re
import shutil
from pathlib import Path

from bot.catalogue import open_library
from bot.keyring import create, load
from bot.logs import Log
from bot.settings import Places, read_settings
from flows.ids import QuestionId
from flows.loading import FOLDER
from locales.catalog import FOLDER as CATALOGUES
from storage import schema
from storage.database import Database

# The page of the right bot is drawn with texts that nothing has filled (bot/handle.py).
PAGE_PLACES = {"{word}"}

OURS = "How do things stand for you today?"


def own_folder(folder: Path) -> Path:
    """A copy of the definitions in which one question is worded differently."""
    shutil.copytree(FOLDER, folder)
    text = (folder / "victim.yaml").read_text("utf-8")
    (folder / "victim.yaml").write_text(text.replace("Which line fits you best today?", OURS), "utf-8")
    return folder


async def test_place_that_a_phrase_fills_by_itself_is_left_for_it(tmp_path: Path) -> None:
    """The usual word was shown as the word that ends a promise: both had stood in a place of one name."""
    settings = read_settings(Places, {"WAYOUT_DATA_DIR": str(tmp_path)})
    create(settings.keyring)
    database = Database(settings.database)
    await schema.migrate(database)
    library = await open_library(database, load(settings.keyring).box, settings, Log())
    await database.close()

    for voice in library.newest.voices.values():
        assert "{stop}" in voice.phrase("promise_stands"), voice.language.code
        for name, source in library.newest.phrases.items():
            places = set(re.findall(r"\{\w+\}", source))
            shown = voice.phrase(name)
            assert all(each in shown for each in places - PAGE_PLACES), (voice.language.code, name)


async def test_own_questionnaire_is_asked_in_its_own_languages(tmp_path: Path) -> None:
    """Wayout's catalogues do not fit other words: only what lies beside the questionnaire is offered."""
    own = own_folder(tmp_path / "ours")
    settings = read_settings(Places, {"WAYOUT_DATA_DIR": str(tmp_path), "WAYOUT_DEFINITIONS_DIR": str(own)})
    create(settings.keyring)
    database = Database(settings.database)
    await schema.migrate(database)
    library = await open_library(database, load(settings.keyring).box, settings, Log())
    shutil.copytree(CATALOGUES / "es", own / "locales" / "es")
    later = await open_library(database, load(settings.keyring).box, settings, Log())
    await database.close()

    assert library.newest.flow.by_id[QuestionId("stage")].text == OURS
    assert [each.code for each in library.languages] == ["en"]
    assert [each.code for each in later.languages] == ["en"], "a translation of other words is no translation"
