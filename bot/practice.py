"""Rule 8 at the door: a real hotline does not start where a responder's private key lies."""

from collections.abc import Mapping
from pathlib import Path

from bot.failures import PracticeError
from bot.settings import Settings, is_loopback

_IDENTITY = "identity.age"


def refuse_local_identity(settings: Settings, environment: Mapping[str, str]) -> None:
    """PracticeError when this would run on real Telegram beside an identity that can open the cases."""
    if is_loopback(settings.telegram_api_url):
        return
    found = next((each for each in _places(settings, environment) if _holds_identity(each)), None)
    if found is not None:
        hint = "move it to the responder's own machine; --practice says on every screen that nobody reads it"
        raise PracticeError(f"a responder's identity lies in {found}, on the machine of a real bot", hint)


def _places(settings: Settings, environment: Mapping[str, str]) -> list[Path]:
    named = environment.get("WAYOUT_RESPONDER_DIR")
    home = environment.get("HOME")
    beside = settings.data_dir.resolve().parent / "responder"
    return [beside, *([Path(named)] if named else []), *([Path(home) / ".wayout-responder"] if home else [])]


def _holds_identity(folder: Path) -> bool:
    try:
        return (folder / _IDENTITY).exists()
    except PermissionError:
        # Not readable by this account: whatever lies there is not this bot's to use.
        return False
