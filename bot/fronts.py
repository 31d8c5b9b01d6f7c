"""The fronts: every bot account of this deployment, and which of them play a tool until a phrase is typed."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError, model_validator

from bot.failures import SettingsError
from bot.settings import Places
from flows.cover_texts import Tool
from flows.vocabulary import fold

MAIN = 0
"""How the bot of WAYOUT_BOT_TOKEN is named inside; every other one by its account's id."""
GONE = -1
"""A front that the operator has taken away: nothing is sent in another one's name."""
_SHORTEST_PHRASE = 6
_FORM = "each front is a [[front]] with token or token_file, and covered, phrases, tool"


@dataclass(frozen=True, slots=True)
class Front:
    """One bot account. `covered`: everybody gets the `tool` until one of the `phrases` (folded) is typed."""

    account: int
    token: SecretStr
    name: int = MAIN
    covered: bool = False
    phrases: frozenset[str] = field(default=frozenset(), repr=False)
    tool: str = ""

    def opens(self, text: str) -> bool:
        """Whether somebody typed a phrase that leads in."""
        return self.covered and fold(text) in self.phrases


@dataclass(frozen=True, slots=True)
class Fronts:
    """The main front first."""

    all: tuple[Front, ...]

    @property
    def main(self) -> Front:
        """The bot of WAYOUT_BOT_TOKEN."""
        return self.all[0]

    def guard(self, name: int) -> str:
        """The tool that stands before everything on a front; empty where there is none."""
        front = self.of(name)
        return front.tool if front is not None and front.covered else ""

    def opens(self, name: int, text: str) -> bool:
        """Whether this is a phrase that leads in, on this front."""
        front = self.of(name)
        return front is not None and front.opens(text)

    def of(self, name: int) -> Front | None:
        """A front by its name in a place; None for one that the operator has taken away."""
        return next((each for each in self.all if each.name == name), None)


NO_FRONTS = Fronts(())
"""Where nothing is asked of Telegram, in tests and rehearsals: one front, and it is not covered."""


class _FrontForm(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, frozen=True)

    token: SecretStr | None = None
    token_file: Path | None = None
    covered: bool = False
    phrases: tuple[str, ...] = ()
    tool: Tool | None = None

    @model_validator(mode="after")
    def _relate(self) -> Self:
        problems = "; ".join(self._problems())
        if problems:
            raise ValueError(problems)
        return self

    def _problems(self) -> Iterator[str]:
        if (self.token is None) == (self.token_file is None):
            yield "give either token or token_file"
        if self.covered and not self.phrases:
            yield "a covered front needs phrases: without one nobody gets in"
        if self.covered and not self.tool:
            yield "a covered front needs a tool"
        if not self.covered and (self.phrases or self.tool):
            yield "phrases and tool are for a front that is covered"
        if any(len(fold(each).replace(" ", "")) < _SHORTEST_PHRASE for each in self.phrases):
            yield f"a phrase has at least {_SHORTEST_PHRASE} letters: a shorter one is typed by chance"


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, frozen=True)

    front: tuple[_FrontForm, ...] = ()


def read_fronts(settings: Places) -> Fronts:
    """The main front and those in WAYOUT_FRONTS_FILE; SettingsError with every problem on a line of its own."""
    main = _main(settings)
    path = settings.fronts_file
    if path is None:
        return Fronts((main,))
    forms = _forms(path)
    problems: list[str] = []
    fronts = [main]
    for number, form in enumerate(forms, 1):
        try:
            fronts.append(_front(form))
        except _Unusable as problem:
            problems.append(f"front {number}: {problem}")
    problems += _twice(fronts)
    problems += _readable(path, forms)
    _refuse(problems)
    return Fronts(tuple(fronts))


def _main(settings: Places) -> Front:
    token = settings.bot_token
    try:
        return Front(_account(token), token)
    except _Unusable as problem:
        raise SettingsError(f"WAYOUT_BOT_TOKEN: {problem}", "ask @BotFather for the bot's token") from None


class _Unusable(Exception):
    """A front cannot be used; says why, and never with what."""


def _forms(path: Path) -> Sequence[_FrontForm]:
    try:
        given: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        return _File.model_validate(given).front
    except ValidationError as refused:
        _refuse([_told(each) for each in refused.errors(include_input=False)])
    except OSError as problem:
        _refuse([problem.strerror or "cannot be read"])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        _refuse(["is not TOML"])
    return ()


def _told(error: Any) -> str:  # noqa: ANN401 - pydantic's own dictionary
    place = ".".join(str(each + 1) if isinstance(each, int) else str(each) for each in error["loc"])
    return f"{place.replace('front.', 'front ', 1)}: {error['msg'].removeprefix('Value error, ')}"


def _refuse(problems: Sequence[str]) -> None:
    if problems:
        raise SettingsError("\n".join(f"WAYOUT_FRONTS_FILE: {each}" for each in problems), _FORM)


def _front(form: _FrontForm) -> Front:
    token = form.token or _read(form.token_file or Path())
    account = _account(token)
    phrases = frozenset(fold(each) for each in form.phrases)
    return Front(account, token, account, form.covered, phrases, form.tool or "")


def _read(path: Path) -> SecretStr:
    try:
        return SecretStr(path.read_text(encoding="utf-8").strip())
    except (OSError, UnicodeDecodeError):
        message = "its token_file cannot be read"
        raise _Unusable(message) from None


def _account(token: SecretStr) -> int:
    """The account's id, which every token begins with."""
    account, _, secret = token.get_secret_value().partition(":")
    if not (account.isascii() and account.isdecimal() and secret):
        message = "this is no token"
        raise _Unusable(message)
    return int(account)


def _twice(fronts: Sequence[Front]) -> Iterator[str]:
    seen: dict[int, int] = {}
    for number, each in enumerate(fronts):
        if each.account in seen:
            other = seen[each.account]
            yield f"front {number}: the same bot as {f'front {other}' if other else 'WAYOUT_BOT_TOKEN'}"
        seen.setdefault(each.account, number)


def _readable(path: Path, forms: Sequence[_FrontForm]) -> Iterator[str]:
    if any(each.token is not None for each in forms) and path.stat().st_mode & 0o077:
        yield f"can be read by others and holds tokens; chmod 600 {path}"
