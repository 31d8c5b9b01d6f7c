"""The program's settings: environment variables, checked all at once before anything starts."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Self, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.failures import SettingsError
from flows.cover_texts import Tool
from flows.loading import FOLDER
from locales.catalog import FOLDER as CATALOGUES

PREFIX = "WAYOUT_"
TOKEN_HELP = "token of the bot, from @BotFather; or WAYOUT_BOT_TOKEN_FILE with its path"  # noqa: S105 - help
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def is_loopback(url: str) -> bool:
    """Whether an address is on this machine."""
    return urlsplit(url).hostname in LOOPBACK


def _is_address(value: str) -> str:
    host, _, port = value.rpartition(":")
    if not host or not port.isdigit():
        message = "must be HOST:PORT"
        raise ValueError(message)
    return value


def _is_root(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        message = "must start with https:// (or http:// on this machine)"
        raise ValueError(message)
    if value.startswith("http://") and not is_loopback(value):
        message = "must be https:// when it is not on this machine"
        raise ValueError(message)
    return value.rstrip("/")


def _words(value: object) -> object:
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


S = TypeVar("S", bound="Places")
Address = Annotated[str, AfterValidator(_is_address)]
Root = Annotated[str, AfterValidator(_is_root)]


class Places(BaseSettings):
    """Every setting with its unit and default, for commands that need no token; `wayout run --help` prints them."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, hide_input_in_errors=True, extra="ignore"
    )

    bot_token: SecretStr = Field(SecretStr(""), description=TOKEN_HELP)
    fronts_file: Path | None = Field(
        None, description="file with further bots, also covered ones (RUNNING.md, Fronts); empty: one bot"
    )
    telegram_api_url: Root = Field("https://api.telegram.org", description="root of a Bot API server")
    data_dir: Path = Field(Path("wayout-data"), description="folder for the database, keys and recipients")
    database_url: str = Field(
        "", description="sqlite+aiosqlite:///... or postgresql+asyncpg://...; default: in the data folder"
    )
    keyring_file: Path = Field(Path(), description="server keys; default: keyring.json in the data folder")
    recipients_file: Path = Field(
        Path(), description="cards of those who may open cases; default: recipients.json in the data folder"
    )
    webhook_url: str = Field(
        "", description="public https:// address for Telegram's updates; empty: long polling"
    )
    webhook_secret_file: Path | None = Field(
        None, description="file with the secret that Telegram sends along"
    )
    server_url: str = Field(
        "",
        description="how responders reach this server (https://...), as it stands in their invites; default: http://WAYOUT_LISTEN",
    )
    listen: Address = Field("127.0.0.1:8443", description="address of the responder API, webhook and health")
    languages: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="languages to offer, separated by commas; empty: every complete one"
    )
    default_language: str = Field(
        "en", description="language before one is chosen, when Telegram's hint is not offered"
    )
    definitions_dir: Path | None = Field(
        None,
        description="folder of your own questionnaire, with its translations in locales/; empty: Wayout's",
    )
    silence_seconds: int = Field(
        1800,
        ge=1,
        description="silence after which an unfinished conversation that shows risk or holds words is forwarded",
    )
    cover: Tool = Field(Tool.UNITS, description="the small tool that hides the questions: units or phrases")
    idle_seconds: int = Field(
        90,
        ge=10,
        description="seconds after which an untouched screen becomes the small tool; half where somebody may look",
    )
    session_hours: float = Field(
        72, gt=0, description="hours after which an unfinished conversation is destroyed"
    )
    retention_days: float = Field(90, gt=0, description="days for which a closed case is kept")
    wipe_after_seconds: int = Field(
        86400,
        ge=1,
        le=47 * 3600,
        description="seconds after which a message is taken off the phone; Telegram lets a bot do that for 48 hours",
    )
    surge_per_hour: int = Field(
        200,
        ge=0,
        description="newcomers an hour from which those who begin are asked the core alone; 0: never",
    )
    duty_hours: float = Field(
        12,
        gt=0,
        description="hours without a request of any responder after which people are told that nobody is here",
    )
    alerts_file: Path | None = Field(
        None, description="file that says who is paged, and how (RUNNING.md, Alerts); empty: nobody"
    )
    lease_seconds: int = Field(3600, ge=60, description="length of a claim (600 where critical)")
    most_held: int = Field(
        8, ge=1, description="open cases that one responder may hold; critical ones are given all the same"
    )

    @model_validator(mode="before")
    @classmethod
    def _fill(cls, given: Any) -> Any:  # noqa: ANN401 - pydantic's raw input
        if isinstance(given, dict) and "languages" in given:
            return given | {"languages": _words(given["languages"])}
        return given

    @model_validator(mode="after")
    def _relate(self) -> Self:
        if bool(self.webhook_url) != bool(self.webhook_secret_file):
            message = "WAYOUT_WEBHOOK_URL and WAYOUT_WEBHOOK_SECRET_FILE go together"
            raise ValueError(message)
        if self.session_hours * 3600 <= self.silence_seconds:
            message = "WAYOUT_SESSION_HOURS must be longer than WAYOUT_SILENCE_SECONDS"
            raise ValueError(message)
        return self

    @property
    def database(self) -> str:
        """The database's address, with its default filled in."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir.resolve()}/wayout.db"

    @property
    def definitions(self) -> Path:
        """Where the questionnaire lies."""
        return self.definitions_dir or FOLDER

    @property
    def catalogues(self) -> Path:
        """Where its translations lie."""
        return self.definitions_dir / "locales" if self.definitions_dir else CATALOGUES

    @property
    def public_url(self) -> str:
        """How responders reach this server; their requests are signed for it."""
        return self.server_url or f"http://{self.listen}"

    @property
    def keyring(self) -> Path:
        """Where the server's keys lie."""
        return self.keyring_file if self.keyring_file != Path() else self.data_dir / "keyring.json"

    @property
    def recipients(self) -> Path:
        """Where the recipients file lies."""
        return self.recipients_file if self.recipients_file != Path() else self.data_dir / "recipients.json"


class Settings(Places):
    """The settings of a bot that runs: the token is a must."""

    bot_token: SecretStr = Field(description=TOKEN_HELP)


def read_settings(kind: type[S], environment: Mapping[str, str]) -> S:
    """Settings from an environment, or SettingsError with every problem on a line of its own."""
    given = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environment.items()
        if name.startswith(PREFIX) and value
    }
    try:
        _read_token_file(given)
        return kind.model_validate(given)
    except ValidationError as problems:
        lines = [
            f"{_name(each['loc'])}{each['msg'].removeprefix('Value error, ')}"
            for each in problems.errors(include_input=False)
        ]
        raise SettingsError("\n".join(lines), "`wayout run --help` lists every setting") from None
    except OSError as problem:
        raise SettingsError(
            f"WAYOUT_BOT_TOKEN_FILE: {problem.strerror}", "give the path of a readable file"
        ) from None


def _read_token_file(given: dict[str, str]) -> None:
    path = given.pop("bot_token_file", None)
    if path and "bot_token" not in given:
        given["bot_token"] = Path(path).read_text(encoding="utf-8").strip()


def _name(where: tuple[int | str, ...]) -> str:
    return f"{PREFIX}{str(where[0]).upper()}: " if where else ""


def process_environment() -> Mapping[str, str]:
    """The environment of this process; read here and nowhere else."""
    return os.environ
