"""Alerts: whom the operator wants to be paged, read from one file and checked whole, and what a page says."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec
from pydantic import Field, SecretStr, StringConstraints

from bot.catalogue import definitions
from bot.failures import SettingsError
from bot.news import URGENCIES
from bot.settings import LOOPBACK, Places, is_loopback
from flows.checks import Trouble
from flows.forms import Form, Id
from flows.problems import Code
from flows.rule import Urgency
from flows.shelf import Shelf
from protocol.audience import RecipientClass
from storage.clocks import SECOND_ORGANISATION

CLASSES = (*(str(each) for each in RecipientClass), SECOND_ORGANISATION)
_HINT = "RUNNING.md, Alerts, shows the file; `wayout alerts test` tries every destination"
_TEST = "test"
Address = Annotated[str, StringConstraints(pattern=r"^[^\s@<>]+@[^\s@<>]+$")]
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s/]+")]


class _Destination(Form):
    """What all destinations share. `least`: pages of this urgency and above go there."""

    name: Id
    class_: Annotated[str, Field(alias="class")] = str(RecipientClass.ORGANISATION)
    least: Urgency = Urgency.CRITICAL


class TelegramForm(_Destination):
    """A chat of staff; without a token file the hotline's own bot writes there."""

    kind: Literal["telegram"]
    chat: int | Annotated[str, StringConstraints(pattern=r"^@\w{3,}$")]
    token_file: Path | None = None


class EmailForm(_Destination):
    """Mailboxes, through a server that takes mail."""

    kind: Literal["email"]
    to: tuple[Address, ...] = Field(min_length=1)
    from_: Annotated[Address, Field(alias="from")]
    host: str
    port: int = Field(587, ge=1, le=65535)
    tls: Literal["starttls", "implicit", "none"] = "starttls"
    ca_file: Path | None = None
    user: str | None = None
    password_file: Path | None = None


class WebhookForm(_Destination):
    """A program of yours; the request is signed by this server's key."""

    kind: Literal["webhook"]
    url: Url


class NtfyForm(_Destination):
    """A topic of an ntfy server, or of one that takes the same."""

    kind: Literal["ntfy"]
    url: Url
    token_file: Path | None = None


Channel = TelegramForm | EmailForm | WebhookForm | NtfyForm


class AlertsForm(Form):
    """The whole file."""

    destinations: tuple[Annotated[Channel, Field(discriminator="kind")], ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Destination:
    """Where pages go; `secret` is what it is opened with, empty where nothing is needed."""

    channel: Channel
    secret: SecretStr = field(default=SecretStr(""), repr=False)

    @property
    def name(self) -> str:
        """Its name in the file, in pages and in what commands print."""
        return self.channel.name

    def takes(self, recipient_class: str, urgency: int) -> bool:
        """Whether pages of this kind go there; `urgency` is 4 critical .. 0 none."""
        return self.channel.class_ == recipient_class and urgency >= URGENCIES.index(self.channel.least)


class Alert(msgspec.Struct, frozen=True, tag_field="schema", tag="alert/1"):
    """All that a page may say; `case` is empty in a test."""

    id: str
    case: str
    urgency: Urgency
    reason: str


@dataclass(frozen=True, slots=True)
class Said:
    """The same in words."""

    title: str
    text: str


def said(alert: Alert, texts: Mapping[str, str]) -> Said:
    """What people read: an urgency, why they are called, and the case's id."""
    urgency = texts[f"urgency.{alert.urgency}"]
    reason = texts[f"alert.{alert.reason}"]
    if not alert.case:
        return Said(texts["alert.title_test"], reason)
    title = texts["alert.title"].format(urgency=urgency, case=alert.case[:8])
    return Said(title, f"{urgency}. {reason}\n{texts['alert.case'].format(case=alert.case)}")


def trial(page: str) -> Alert:
    """A page that is about no case."""
    return Alert(page, "", Urgency.CRITICAL, _TEST)


def alert_texts() -> Mapping[str, str]:
    """The words of the desk as they come with the program: an organisation's own may lack them."""
    return definitions().desk


def read_alerts(settings: Places) -> tuple[Destination, ...]:
    """The destinations in WAYOUT_ALERTS_FILE; SettingsError with every problem on a line of its own."""
    path = settings.alerts_file
    if path is None:
        return ()
    shelf = Shelf(path.parent)
    form = shelf.read(path.name, AlertsForm)
    if form is not None:
        shelf.blame(_troubles(path, form, settings))
    if form is None or shelf.problems:
        lines = [
            f"WAYOUT_ALERTS_FILE: {each.file}:{each.line}: {each.message}" for each in sorted(shelf.problems)
        ]
        raise SettingsError("\n".join(lines), _HINT)
    return tuple(Destination(each, _secret(path, each, settings)) for each in form.destinations)


def reached(destinations: Iterable[Destination], recipient_class: str, urgency: Urgency) -> Sequence[str]:
    """Who is paged for such a case."""
    return [each.name for each in destinations if each.takes(recipient_class, URGENCIES.index(urgency))]


# --- what is wrong with the file


def _troubles(path: Path, form: AlertsForm, settings: Places) -> Iterator[Trouble]:
    seen = set[str]()
    for row, each in enumerate(form.destinations):
        for key, message in _mistakes(path, each, settings):
            yield Trouble(Code.SHAPE, path.name, ("destinations", row, key), f"{each.name}: {message}")
        if each.name in seen:
            yield Trouble(
                Code.DUPLICATE_ID, path.name, ("destinations", row, "name"), f"{each.name} stands twice"
            )
        seen.add(each.name)


def _mistakes(path: Path, each: Channel, settings: Places) -> Iterator[tuple[str, str]]:
    if each.class_ not in CLASSES:
        yield "class", f"no class of recipients; there are {', '.join(dict.fromkeys(CLASSES))}"
    match each:
        case TelegramForm(token_file=None) if not settings.bot_token.get_secret_value():
            yield "kind", "give a token_file, or set WAYOUT_BOT_TOKEN"
        case EmailForm():
            yield from _mail_mistakes(path, each)
        case WebhookForm(url=url) | NtfyForm(url=url):
            if urlsplit(url).scheme != "https" and not is_loopback(url):
                yield "url", "must be https:// when it is not on this machine"
        case TelegramForm():
            pass
    for key, file in _files(each):
        if not _read(path, file):
            yield key, "cannot be read, or is empty"


def _mail_mistakes(path: Path, each: EmailForm) -> Iterator[tuple[str, str]]:
    if each.tls == "none" and each.host not in LOOPBACK:
        yield "tls", "mail leaves this machine encrypted: starttls or implicit"
    if (each.user is None) != (each.password_file is None):
        yield "user", "user and password_file go together"
    if each.ca_file is not None and not (path.parent / each.ca_file).is_file():
        yield "ca_file", "is not there"


def _files(each: Channel) -> Iterator[tuple[str, Path]]:
    for key in ("token_file", "password_file"):
        file = getattr(each, key, None)
        if file is not None:
            yield key, file


def _read(path: Path, file: Path) -> str:
    """What a file says that stands beside the alerts file, or has a whole path; empty where it says nothing."""
    try:
        return (path.parent / file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _secret(path: Path, each: Channel, settings: Places) -> SecretStr:
    files = [file for _, file in _files(each)]
    if not files and isinstance(each, TelegramForm):
        return settings.bot_token
    return SecretStr(_read(path, files[0]) if files else "")
