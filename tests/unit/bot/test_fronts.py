"""Fronts: further bots of one deployment, and what is wrong with a file of them, all of it at once."""

from pathlib import Path

import pytest

from bot.failures import SettingsError
from bot.fronts import MAIN, Fronts, read_fronts
from bot.settings import Places, read_settings

MAIN_TOKEN, TOKEN, OTHER = "11111:main", "22222:invented", "33333:also-invented"
COVERED = """
[[front]]
token = "22222:invented"
covered = true
phrases = ["Green tea, twice", "شاي أخضر"]
tool = "units"
"""


def read(folder: Path, text: str, *, mode: int = 0o600) -> Fronts:
    """The fronts of a file with this text."""
    file = folder / "fronts.toml"
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)
    environment = {"WAYOUT_BOT_TOKEN": MAIN_TOKEN, "WAYOUT_FRONTS_FILE": str(file)}
    return read_fronts(read_settings(Places, environment))


def test_without_a_file_there_is_one_front(tmp_path: Path) -> None:
    """As before; an empty file adds none."""
    alone = read_fronts(read_settings(Places, {"WAYOUT_BOT_TOKEN": MAIN_TOKEN}))

    assert alone == read(tmp_path, "")
    assert [each.name for each in alone.all] == [MAIN]


def test_a_front_has_a_token_here_or_in_a_file_of_its_own(tmp_path: Path) -> None:
    """It is named by its account's id."""
    (tmp_path / "token").write_text(OTHER + "\n")
    fronts = read(tmp_path, f'[[front]]\ntoken = "{TOKEN}"\n[[front]]\ntoken_file = "{tmp_path}/token"\n')

    assert [each.name for each in fronts.all] == [MAIN, 22222, 33333]
    assert fronts.all[2].token.get_secret_value() == OTHER
    assert fronts.of(22222) == fronts.all[1]
    assert fronts.of(5) is None


@pytest.mark.parametrize("text", ["green tea twice", " GREEN tea, twice!", "شَاي أخضر"])
def test_a_phrase_opens_however_it_is_typed(tmp_path: Path, text: str) -> None:
    """Case, signs and vowel marks do not matter; it stands alone."""
    front = read(tmp_path, COVERED).all[1]

    assert front.opens(text)
    assert not front.opens(f"{text} please")
    assert not read(tmp_path, COVERED).main.opens(text)


BAD = """
[[front]]
token = "22222:invented"
token_file = "/nowhere"

[[front]]
token = "no token at all"

[[front]]
token_file = "/nowhere/at/all"

[[front]]
token = "11111:again"

[[front]]
token = "33333:also-invented"
covered = true
phrases = ["tea"]

[[front]]
token = "44444:also-invented"
phrases = ["green tea twice"]

[[front]]
token = "55555:also-invented"
covered = true
colour = "red"
tool = "hammer"
"""


def test_every_problem_is_told_at_once_and_no_token(tmp_path: Path) -> None:
    """First the form of the whole file, then what its tokens are."""
    with pytest.raises(SettingsError) as problems:
        read(tmp_path, BAD)
    told = str(problems.value)

    for wanted in (
        "front 1: give either token or token_file",
        "front 5: a covered front needs a tool; a phrase has at least",
        "front 6: phrases and tool are for a front that is covered",
        "front 7.colour: Extra inputs are not permitted",
        "front 7.tool: Input should be 'units' or 'phrases'",
    ):
        assert wanted in told
    assert "invented" not in told
    assert all(line.startswith("WAYOUT_FRONTS_FILE: ") for line in told.splitlines())


def test_tokens_that_cannot_be_used_are_told_together(tmp_path: Path) -> None:
    """No token, no file, the same bot twice, and a file that others read."""
    fronts = "\n".join(BAD.split("\n\n")[1:4])
    with pytest.raises(SettingsError) as problems:
        read(tmp_path, fronts, mode=0o644)
    told = str(problems.value)

    for wanted in ("front 1: this is no token", "front 2: its token_file", "WAYOUT_BOT_TOKEN", "chmod 600"):
        assert wanted in told


@pytest.mark.parametrize("text", ["[[front", "\x00"])
def test_a_file_that_is_no_toml_is_told(tmp_path: Path, text: str) -> None:
    """So is one that is not there."""
    with pytest.raises(SettingsError, match="not TOML"):
        read(tmp_path, text)
    missing = {"WAYOUT_BOT_TOKEN": MAIN_TOKEN, "WAYOUT_FRONTS_FILE": str(tmp_path / "none")}
    with pytest.raises(SettingsError, match="No such file"):
        read_fronts(read_settings(Places, missing))


def test_a_main_token_that_is_none_is_told() -> None:
    """Before anything is opened."""
    with pytest.raises(SettingsError, match="WAYOUT_BOT_TOKEN: this is no token"):
        read_fronts(read_settings(Places, {"WAYOUT_BOT_TOKEN": "none"}))
