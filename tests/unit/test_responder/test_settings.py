"""What the responder's environment may say."""

import pytest

from responder.failures import SettingsWrong
from responder.settings import Settings


def test_all_settings_are_optional() -> None:
    """An empty environment gives the folder in the home directory and nothing else."""
    settings = Settings.read({})

    assert settings.folder.name == ".wayout-responder"
    assert settings.folder.is_absolute()
    assert settings.server_url is None
    assert settings.passphrase_file is None


def test_empty_values_are_absent_values() -> None:
    """A variable that is set to nothing counts as not set."""
    assert Settings.read({"WAYOUT_SERVER_URL": ""}).server_url is None


@pytest.mark.parametrize("url", ["https://desk.example.org/", "http://127.0.0.1:8443", "http://[::1]:1"])
def test_https_or_loopback_is_taken(url: str) -> None:
    """Plain http is for this machine; a last slash does not matter."""
    assert Settings.read({"WAYOUT_SERVER_URL": url}).server_url == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "http://desk.example.org",
        "ftp://desk.example.org",
        "desk.example.org",
        "https://me:secret@desk.example.org",
        "https://desk.example.org/?a=b",
        "http://127.0.0.1.example.org",
    ],
)
def test_no_plain_http_off_loopback(url: str) -> None:
    """An address that would show requests to others is refused."""
    with pytest.raises(SettingsWrong):
        Settings.read({"WAYOUT_SERVER_URL": url})


def test_a_problem_names_the_setting_and_never_its_value() -> None:
    """What was written into a variable may be a secret."""
    with pytest.raises(SettingsWrong) as caught:
        Settings.read({"WAYOUT_SERVER_URL": "https://me:hunter2@x.example"})

    assert "WAYOUT_SERVER_URL" in str(caught.value)
    assert "hunter2" not in str(caught.value)
