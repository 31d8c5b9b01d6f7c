"""Settings: all problems at once, and nothing of a secret told."""

from pathlib import Path

import pytest

from bot.failures import PracticeError, SettingsError
from bot.practice import refuse_local_identity
from bot.settings import Places, Settings, read_settings

TOKEN = "123456789:an-invented-token-of-nobody"


def test_every_problem_is_told_at_once() -> None:
    """An operator mends everything in one go."""
    with pytest.raises(SettingsError) as problems:
        read_settings(
            Settings, {"WAYOUT_LISTEN": "x", "WAYOUT_SILENCE_SECONDS": "-1", "WAYOUT_LEASE_SECONDS": "soon"}
        )

    told = str(problems.value)
    assert [
        name for name in ("BOT_TOKEN", "LISTEN", "SILENCE_SECONDS", "LEASE_SECONDS") if name not in told
    ] == []


def test_a_problem_never_shows_the_token() -> None:
    """The value of a setting stays out of messages."""
    with pytest.raises(SettingsError) as problem:
        read_settings(Settings, {"WAYOUT_BOT_TOKEN": TOKEN, "WAYOUT_LISTEN": TOKEN})

    assert "invented" not in str(problem.value)
    assert "invented" not in repr(read_settings(Settings, {"WAYOUT_BOT_TOKEN": TOKEN}))


def test_plain_http_is_for_this_machine_alone() -> None:
    """A token never crosses a network in clear."""
    with pytest.raises(SettingsError):
        read_settings(Places, {"WAYOUT_TELEGRAM_API_URL": "http://api.example.org"})

    assert read_settings(
        Places, {"WAYOUT_TELEGRAM_API_URL": "http://127.0.0.1:8081/"}
    ).telegram_api_url.endswith("8081")


def test_a_token_may_lie_in_a_file(tmp_path: Path) -> None:
    """Secrets come as files where the host hands them out so."""
    (tmp_path / "token").write_text(TOKEN + "\n")

    settings = read_settings(Settings, {"WAYOUT_BOT_TOKEN_FILE": str(tmp_path / "token")})

    assert settings.bot_token.get_secret_value() == TOKEN


def test_a_missing_token_file_is_told(tmp_path: Path) -> None:
    """The name of the setting, not a stack."""
    with pytest.raises(SettingsError, match="WAYOUT_BOT_TOKEN_FILE"):
        read_settings(Settings, {"WAYOUT_BOT_TOKEN_FILE": str(tmp_path / "none")})


def test_a_webhook_needs_its_secret() -> None:
    """Anybody could feed a webhook without one."""
    with pytest.raises(SettingsError, match="WEBHOOK_SECRET_FILE"):
        read_settings(Places, {"WAYOUT_WEBHOOK_URL": "https://bot.example.org"})


def test_empty_settings_are_no_settings() -> None:
    """An empty line in an environment file means the default."""
    assert read_settings(Places, {"WAYOUT_LISTEN": ""}).listen == "127.0.0.1:8443"


def test_a_real_bot_does_not_start_beside_a_private_key(tmp_path: Path) -> None:
    """Rule 8: what opens cases is never on the server."""
    (tmp_path / "identity.age").write_text("locked")
    settings = read_settings(
        Settings, {"WAYOUT_BOT_TOKEN": TOKEN, "WAYOUT_DATA_DIR": str(tmp_path / "server")}
    )

    with pytest.raises(PracticeError):
        refuse_local_identity(settings, {"WAYOUT_RESPONDER_DIR": str(tmp_path)})


def test_the_sandbox_may_be_beside_a_private_key(tmp_path: Path) -> None:
    """Trying it out on one machine is what the sandbox is for."""
    (tmp_path / "identity.age").write_text("locked")
    environment = {"WAYOUT_BOT_TOKEN": TOKEN, "WAYOUT_TELEGRAM_API_URL": "http://127.0.0.1:8081"}

    refuse_local_identity(read_settings(Settings, environment), {"WAYOUT_RESPONDER_DIR": str(tmp_path)})
