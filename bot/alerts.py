"""Alerts: whom the operator wants to be paged, and in which hours, read from one file and checked whole."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, StringConstraints

from bot.failures import SettingsError
from bot.news import URGENCIES
from bot.rota import Hours, HoursForm, Weekly, is_on_call
from bot.settings import LOOPBACK, Places, is_loopback
from flows.checks import Trouble
from flows.forms import Form, Id
from flows.problems import Code
from flows.rule import Urgency
from flows.shelf import Shelf
from locales.catalog import SOURCE, present
from protocol.audience import RecipientClass
from protocol.card import Card, card_id
from protocol.roster import Roster
from storage.clocks import SECOND_ORGANISATION

CLASSES = (*(str(each) for each in RecipientClass), SECOND_ORGANISATION)
_HINT = "RUNNING.md, Alerts, shows the file; `wayout alerts test` tries every destination"
Address = Annotated[str, StringConstraints(pattern=r"^[^\s@<>]+@[^\s@<>]+$")]
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s/]+")]


class _Destination(Form):
    """What all destinations share. `least`: pages of this urgency and above go there.

    `for` is whose it is alone: the name on an enrolled card, which a new key keeps, or that card's id.
    """

    name: Id
    class_: Annotated[str, Field(alias="class")] = str(RecipientClass.ORGANISATION)
    least: Urgency = Urgency.CRITICAL
    for_: Annotated[str | None, Field(alias="for", min_length=1)] = None
    hours: tuple[HoursForm, ...] = ()


class _Worded(_Destination):
    """One that people read, in this language."""

    language: str = SOURCE


class TelegramForm(_Worded):
    """A chat of staff; without a token file the hotline's own bot writes there."""

    kind: Literal["telegram"]
    chat: int | Annotated[str, StringConstraints(pattern=r"^@\w{3,}$")]
    token_file: Path | None = None


class EmailForm(_Worded):
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


class NtfyForm(_Worded):
    """A topic of an ntfy server, or of one that takes the same."""

    kind: Literal["ntfy"]
    url: Url
    token_file: Path | None = None


Channel = TelegramForm | EmailForm | WebhookForm | NtfyForm


class AlertsForm(Form):
    """The whole file."""

    destinations: tuple[Annotated[Channel, Field(discriminator="kind")], ...]


@dataclass(frozen=True, slots=True)
class Destination:
    """Where pages go; `secret` is what it is opened with, empty where nothing is needed.

    `place` is where the file says whose it is.
    """

    channel: Channel
    secret: SecretStr = field(default=SecretStr(""), repr=False)
    hours: Hours = ()
    place: str = ""

    @property
    def name(self) -> str:
        """Its name in the file, in pages and in what commands print."""
        return self.channel.name

    def takes(self, recipient_class: str, urgency: int) -> bool:
        """Whether pages of this kind go there; `urgency` is 4 critical .. 0 none."""
        return self.channel.class_ == recipient_class and self.is_worth(urgency)

    def is_worth(self, urgency: int) -> bool:
        """Whether pages of this urgency go there."""
        return urgency >= URGENCIES.index(self.channel.least)

    @property
    def language(self) -> str:
        """In which language it is read; a program reads codes."""
        return SOURCE if isinstance(self.channel, WebhookForm) else self.channel.language

    @property
    def is_personal(self) -> bool:
        """Whether it belongs to one person."""
        return self.channel.for_ is not None

    def belongs_to(self, card: Card) -> bool:
        """Whether it is this responder's alone."""
        return self.channel.for_ in (card.name, card_id(card))

    def is_on_call(self, now: datetime) -> bool:
        """Whether its hours hold."""
        return is_on_call(self.hours, now)


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
    return tuple(
        Destination(
            each,
            _secret(path, each, settings),
            tuple(Weekly.of(hours) for hours in each.hours),
            f"{path.name}:{shelf.line(path.name, ('destinations', row, 'for'))}",
        )
        for row, each in enumerate(form.destinations)
    )


def strangers(destinations: Iterable[Destination], roster: Roster) -> Sequence[str]:
    """What is wrong with whose they are, each with its line: people leave, and a name is soon mistyped."""
    return [line for each in destinations if each.is_personal for line in _strange(each, roster)]


def _strange(to: Destination, roster: Roster) -> Iterator[str]:
    cards = [card for card in roster.cards if to.belongs_to(card)]
    at = f"{to.place}: {to.name}"
    if not cards:
        yield f"{at}: nobody is enrolled as {to.channel.for_}; `wayout recipients list` has names and ids"
    elif to.channel.class_ not in {str(card.recipient_class) for card in cards}:
        yield f"{at}: {to.channel.for_} is enrolled as {cards[0].recipient_class}: let `class` say the same"


# --- what is wrong with the file


def _troubles(path: Path, form: AlertsForm, settings: Places) -> Iterator[Trouble]:
    if not form.destinations:
        yield Trouble(Code.SHAPE, path.name, ("destinations",), "destinations: name one at least")
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
    if not isinstance(each, WebhookForm) and each.language not in (SOURCE, *present()):
        yield "language", f"no such language; there are {', '.join((SOURCE, *present()))}"
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
