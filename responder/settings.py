"""What the responder's environment says: where the folder is, which server, how to unlock."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from responder.failures import SettingsWrong

if TYPE_CHECKING:
    from collections.abc import Mapping

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def check_server_url(url: str) -> str:
    """Return `url` without a trailing slash; raise ValueError unless https, or http on loopback."""
    parts = urlsplit(url.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        msg = "must look like https://desk.example.org"
        raise ValueError(msg)
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        msg = "must be https: plain http is allowed on this machine alone"
        raise ValueError(msg)
    if parts.username or parts.password or parts.query or parts.fragment:
        msg = "must not hold a name, a query or a fragment"
        raise ValueError(msg)
    return url.strip().rstrip("/")


ServerUrl = Annotated[str, AfterValidator(check_server_url)]
Folder = Annotated[Path, AfterValidator(lambda path: path.expanduser())]


class Settings(BaseModel):
    """The three settings of the responder's program; all are optional."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, extra="ignore")

    folder: Folder = Field(
        default=Path("~/.wayout-responder"),
        validate_default=True,
        validation_alias="WAYOUT_RESPONDER_DIR",
        description="folder of the identity, the card and the invite",
    )
    server_url: ServerUrl | None = Field(
        default=None,
        validation_alias="WAYOUT_SERVER_URL",
        description="address of the server, if it is not the invite's",
    )
    passphrase_file: Folder | None = Field(
        default=None,
        validation_alias="WAYOUT_PASSPHRASE_FILE",
        description="file whose first line unlocks the identity; for practice",
    )

    @classmethod
    def read(cls, env: Mapping[str, str]) -> Self:
        """Read the settings from an environment; raise SettingsWrong with all problems at once."""
        given = {name: value for name, value in env.items() if name.startswith("WAYOUT_") and value}
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            raise SettingsWrong(_sentence(error), "See `wayout-responder --help`.") from None


def _sentence(error: ValidationError) -> str:
    """Name each wrong setting and what is wrong, never its value."""
    problems = error.errors(include_input=False, include_url=False, include_context=False)
    return "; ".join(f"{p['loc'][0]} {p['msg'].removeprefix('Value error, ')}" for p in problems)
