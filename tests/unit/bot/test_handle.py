"""The page with the bot's right name: one file that loads nothing, in every language, and signed."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.handle import Facts, draw
from bot.keyring import create
from protocol.signing import KeyId
from tests.unit.bot.hotline import library

FACTS = Facts(("notes_1_bot",), datetime(2026, 11, 23, tzinfo=UTC), KeyId("k" * 16))
VOICES = library().newest.voices
PAGE = draw(FACTS, VOICES)


def run(folder: Path, *words: str) -> Result:
    """One command of the operator's, whose data lie in the folder."""
    return CliRunner().invoke(main, words, env={"WAYOUT_DATA_DIR": str(folder)})


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A page that was written by the command."""
    create(tmp_path / "keyring.json")
    written = tmp_path / "page.html"
    made = run(tmp_path, "handle", "page", "-o", str(written), "--handle", "@notes_1_bot")
    assert made.exit_code == 0, made.output
    return written


def test_the_page_loads_nothing_and_runs_nothing() -> None:
    """Whoever watches the network sees one page, and it works from a memory card."""
    assert set(re.findall(r'(?:src|href)="([^#][^"]*)"', PAGE)) == {"https://t.me/notes_1_bot"}
    assert "<script" not in PAGE
    assert "@import" not in PAGE
    assert "url(" not in PAGE
    assert "default-src 'none'" in PAGE


def test_the_name_stands_there_whole_and_letter_by_letter() -> None:
    """In its own direction, with digits set apart: a 1 is not an l."""
    assert '<bdi class="name">@notes_1_bot</bdi>' in PAGE
    assert "<li class=digit>1</li>" in PAGE
    assert "".join(re.findall(r"<li(?: class=digit)?>(.)</li>", PAGE)) == "notes_1_bot" * len(VOICES)


def test_every_language_has_its_part() -> None:
    """With its direction, and no place left open."""
    for voice in VOICES.values():
        code = voice.language.code.replace("_", "-")
        direction = "rtl" if voice.language.rtl else "ltr"
        assert f'<section id="{code}" lang="{code}" dir="{direction}">' in PAGE
    assert not re.search(r"\{\w*\}", re.sub(r"<style>.*?</style>", "", PAGE, flags=re.DOTALL))


def test_several_bots_have_several_names() -> None:
    """Each is shown."""
    both = draw(Facts(("notes_1_bot", "notes_2_bot"), FACTS.made_at, FACTS.key), VOICES)
    assert both.count('class="open"') == 2 * len(VOICES)


def test_a_page_that_was_written_is_verified(tmp_path: Path, page: Path) -> None:
    """By the server's own key, and by an id that somebody knows."""
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    said = run(tmp_path, "handle", "verify", str(page))
    assert said.exit_code == 0
    assert said.output.startswith("@notes_1_bot, ")
    key = said.output.split()[-1]
    assert run(tmp_path / "elsewhere", "handle", "verify", str(page), "--key", key).exit_code == 0


def test_a_page_that_was_changed_is_refused(tmp_path: Path, page: Path) -> None:
    """A look-alike name, or another's key."""
    other = tmp_path / "other.html"
    other.write_bytes(page.read_bytes().replace(b"notes_1_bot", b"notes_l_bot"))
    assert run(tmp_path, "handle", "verify", str(other)).exit_code == 1
    assert run(tmp_path, "handle", "verify", str(page), "--key", "a" * 16).exit_code == 1


@pytest.mark.parametrize("name", ["", "no-bot", "<b>bot</b>", "nötes_bot"])
def test_what_is_no_name_is_refused(tmp_path: Path, name: str) -> None:
    """Nothing is signed that Telegram could not have."""
    create(tmp_path / "keyring.json")
    made = run(tmp_path, "handle", "page", "-o", str(tmp_path / "page.html"), "--handle", name)
    assert made.exit_code == 1
    assert not (tmp_path / "page.html").exists()


def test_without_a_token_the_name_has_to_be_given(tmp_path: Path) -> None:
    """It says so."""
    create(tmp_path / "keyring.json")
    made = run(tmp_path, "handle", "page", "-o", str(tmp_path / "page.html"))
    assert made.exit_code == 1
    assert "--handle" in made.output
