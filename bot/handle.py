"""The handle page: under which name the bot is found, on one signed page for everybody, and its check."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import jinja2
from babel.dates import format_date

from bot.catalogue import offered_voices
from bot.failures import SetupError
from bot.keyring import load
from bot.settings import Places
from bot.voice import Voice
from flows.vocabulary import COMMA
from locales.catalog import strip_bidi
from protocol.page import Page, page_key, sign_page, verify_page
from protocol.signing import KeyId, SigningKey

_HANDLE = re.compile(r"[A-Za-z]\w{3,31}", re.ASCII)
_PLACE = re.compile(r"(\{\w+\})")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the page says: the bots' names without the @, when it was made, and by which key it is signed."""

    handles: Sequence[str]
    made_at: datetime
    key: KeyId


def draw(facts: Facts, voices: Mapping[str, Voice]) -> str:
    """The page in these languages, in their order: one file that loads nothing and runs nothing."""
    templates = jinja2.Environment(
        loader=jinja2.PackageLoader("bot", "pages"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return templates.get_template("handle.html").render(
        facts=facts, languages=[_Spoken(facts, voice) for voice in voices.values()]
    )


class _Spoken:
    """The page's words in one language."""

    def __init__(self, facts: Facts, voice: Voice) -> None:
        self._voice = voice
        language = voice.language
        self.code = language.code.replace("_", "-")
        self.name = language.own_name
        self.direction = "rtl" if language.rtl else "ltr"
        self._values = {
            "{date}": strip_bidi(format_date(facts.made_at, "long", locale=language.code)),
            "{key}": facts.key,
            "{word}": COMMA.split(voice.phrase("check_words"))[0],
        }

    def say(self, phrase: str) -> list[tuple[str, bool]]:
        """A phrase in pieces; true for a value, which stands apart, whatever its direction is."""
        pieces = _PLACE.split(self._voice.phrase(phrase))
        return [(self._values.get(piece, piece), piece in self._values) for piece in pieces if piece]


def page(settings: Places, named: Sequence[str], now: datetime) -> tuple[bytes, KeyId]:
    """The signed page in every language that is offered, and the key's id; SetupError for a name that is none."""
    handles = tuple(each.removeprefix("@") for each in named)
    if not all(_HANDLE.fullmatch(each) for each in handles):
        raise SetupError("this is no name of a bot in Telegram", "letters, digits and _, such as notes_bot")
    signing_key = SigningKey(load(settings.keyring).signing)
    drawn = draw(Facts(handles, now, signing_key.id), offered_voices(settings)).encode()
    return sign_page(drawn, handles=handles, now=now, signing_key=signing_key), signing_key.id


def check_page(data: bytes, settings: Places, key: str) -> tuple[Page, KeyId]:
    """What a page says and whose it is; SetupError when it is not by `key`, or else not by this server's.

    Raises what the protocol refuses.
    """
    page = verify_page(data)
    found = page_key(page).id
    known = key or SigningKey(load(settings.keyring).signing).id
    if found != known:
        raise SetupError(f"it is signed by {found}, not by {known}", "do not trust it: whose key is that?")
    return page, found
