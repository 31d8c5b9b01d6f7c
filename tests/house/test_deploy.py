"""What `deploy/` says of the programs is true, and nothing that opens a case reaches the server."""

import getpass
import os
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import click
import pytest
from ruamel.yaml import YAML

from bot.cli import main as operator
from bot.settings import Settings, read_settings
from responder.cli import main as responder

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
EXAMPLE = (DEPLOY / "wayout.env.example").read_text(encoding="utf-8")
RUNNING = (DEPLOY / "RUNNING.md").read_text(encoding="utf-8")
SETTINGS = {f"WAYOUT_{name.upper()}" for name in Settings.model_fields} | {"WAYOUT_BOT_TOKEN_FILE"}
KEPT_AWAY = {"responder", "sandbox"}


def _names(text: str) -> set[str]:
    return set(re.findall(r"\bWAYOUT_[A-Z_]+\b", text))


def _lines(*, shown_as_default: bool) -> dict[str, str]:
    mark = "#" if shown_as_default else ""
    return dict(re.findall(rf"^{mark}(WAYOUT_[A-Z_]+)=(.*)$", EXAMPLE, re.MULTILINE))


def _packages() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])


@pytest.fixture(scope="module")
def services() -> dict[str, dict[str, Any]]:
    """The services of compose.yaml, merges applied."""
    return dict(YAML(typ="safe").load(DEPLOY / "compose.yaml")["services"])


def test_the_example_has_every_setting_and_no_other() -> None:
    """A setting that an operator cannot find does not exist."""
    assert set(_lines(shown_as_default=True)) | set(_lines(shown_as_default=False)) == SETTINGS


def test_the_example_shows_true_defaults() -> None:
    """A line that begins with # says what holds without it."""
    for name, shown in _lines(shown_as_default=True).items():
        field = Settings.model_fields[name.removeprefix("WAYOUT_").lower()]
        default = "" if field.is_required() or field.default in {"", None, (), Path()} else str(field.default)
        assert shown == default, name


def test_the_page_names_every_setting() -> None:
    """RUNNING.md has them all."""
    assert _names(RUNNING) >= SETTINGS


@pytest.mark.parametrize(
    "path", sorted(path for path in DEPLOY.iterdir() if path.is_file()), ids=lambda path: path.name
)
def test_no_setting_is_invented(path: Path) -> None:
    """What a file in deploy/ sets or reads is a setting of one of the programs."""
    theirs = {"WAYOUT_RESPONDER_DIR", "WAYOUT_PASSPHRASE_FILE"}
    assert _names(path.read_text(encoding="utf-8")) <= SETTINGS | theirs


def _commands(program: str) -> set[tuple[str, ...]]:
    code = "\n".join(re.findall(r"```sh\n(.*?)```", RUNNING, re.DOTALL)) + "\n".join(
        re.findall(r"`([^`\n]+)`", RUNNING)
    )
    start = rf"(?:^|[\s/])(?:{program})(?: --rm| -T)* "
    return {
        tuple(found.split()) for found in re.findall(rf"{start}([a-z]+(?: [a-z-]+)?)", code, re.MULTILINE)
    }


def _exists(group: click.Command, words: tuple[str, ...]) -> bool:
    if not isinstance(group, click.Group):
        return True
    return words[:1] != () and words[0] in group.commands and _exists(group.commands[words[0]], words[1:])


@pytest.mark.parametrize(
    ("program", "group"),
    [("sudo wayout|`wayout|run operator", operator), ("wayout-responder", responder)],
    ids=["wayout", "wayout-responder"],
)
def test_every_command_on_the_page_exists(program: str, group: click.Group) -> None:
    """RUNNING.md tells nobody to type what is not there."""
    said = _commands(program)
    assert said
    assert [words for words in said if not _exists(group, words)] == []


def test_only_what_the_server_needs_is_in_the_image() -> None:
    """No program that holds a private key: the server is assumed seized one day."""
    allowed = re.findall(r"^!(.+?)/?$", (ROOT / ".dockerignore").read_text(encoding="utf-8"), re.MULTILINE)
    copied = re.search(
        r"^cp -R (.+) \"", (DEPLOY / "build-server.sh").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert copied is not None
    assert _packages() - KEPT_AWAY <= set(allowed)
    assert _packages() - KEPT_AWAY <= set(copied[1].split())
    assert not KEPT_AWAY & (set(allowed) | set(copied[1].split()))


def test_containers_are_confined(services: dict[str, dict[str, Any]]) -> None:
    """Each has a read-only root, no capability that it does not name, no new privileges, and limits."""
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in service["security_opt"], name
        assert {"mem_limit", "pids_limit", "cpus"} <= service.keys(), name


def test_the_database_is_reached_from_inside_alone(services: dict[str, dict[str, Any]]) -> None:
    """Only the proxy has ports; the database has no way out."""
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    assert services["database"]["networks"] == ["inside"]


def test_the_bot_cannot_change_who_opens_cases(services: dict[str, dict[str, Any]]) -> None:
    """Its keys and the recipients file are read-only to it."""
    assert all(volume.endswith(":ro") for volume in services["bot"]["volumes"])
    assert "ProtectSystem=strict" in (DEPLOY / "wayout.service").read_text(encoding="utf-8")


def _prepare(folder: Path) -> None:
    command = ["sh", str(DEPLOY / "prepare.sh"), getpass.getuser()]
    subprocess.run(command, env=os.environ | {"HOTLINE_DIR": str(folder)}, check=True, capture_output=True)


def test_prepared_files_are_for_one_pair_of_eyes(tmp_path: Path) -> None:
    """Whatever the umask: folders 700, files 600."""
    _prepare(tmp_path / "wayout")
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "wayout").rglob("*")}
    assert modes == {
        "keys": 0o700, "recipients": 0o700, "wayout.env": 0o600, "bot-token": 0o600, "webhook-secret": 0o600
    }  # fmt: skip


def test_preparing_again_keeps_what_is_there(tmp_path: Path) -> None:
    """An upgrade runs it once more."""
    _prepare(tmp_path)
    (tmp_path / "bot-token").write_text("kept", encoding="utf-8")
    before = (tmp_path / "webhook-secret").read_bytes()
    _prepare(tmp_path)
    assert (tmp_path / "bot-token").read_text(encoding="utf-8") == "kept"
    assert (tmp_path / "webhook-secret").read_bytes() == before
    assert re.fullmatch(rb"[0-9a-f]{48}", before)


def test_the_example_is_a_start(tmp_path: Path) -> None:
    """With a token in its place, the example as it stands is settings that are accepted."""
    token = tmp_path / "bot-token"
    token.write_text("123456789:an-invented-token-of-enough-length\n", encoding="utf-8")
    settings = read_settings(Settings, _lines(shown_as_default=False) | {"WAYOUT_BOT_TOKEN_FILE": str(token)})
    assert str(settings.keyring).startswith("/etc/wayout/keys/")
    assert settings.database == "sqlite+aiosqlite:////var/lib/wayout/wayout.db"


def test_the_licence_is_the_one_that_is_named() -> None:
    """pyproject.toml and LICENSE agree."""
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert text.startswith("GNU AFFERO GENERAL PUBLIC LICENSE\nVersion 3,")
    assert "END OF TERMS AND CONDITIONS" in text
    assert 'license = "AGPL-3.0-or-later"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
