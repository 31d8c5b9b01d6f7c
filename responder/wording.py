"""The desk's own words: every sentence of screen, console and commands, in one language at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from babel import Locale, UnknownLocaleError
from babel.dates import format_datetime

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

AGES = (("seconds", 1, 60), ("minutes", 60, 5_400), ("hours", 3_600, 172_800))
"""Units of age: how many seconds one has, and from how many seconds on the next one is used."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The desk's words in one language; `texts` are the definitions' own for the desk, translated."""

    texts: Mapping[str, str] = field(repr=False)
    language: str = "en"
    rtl: bool = False

    def __call__(self, key: str, **values: object) -> str:
        """Return the words for `key`, placeholders filled; raise KeyError for a key that is not ours."""
        found = self.texts[key]
        return found.format(**values) if values else found

    def urgency(self, code: str) -> str:
        """Return the word for an urgency."""
        return self(f"urgency.{code}")

    def flow(self, flow: str) -> str:
        """Return who writes, by the flow's id; an organisation's own flow shows its id."""
        return self(f"flow.{flow}") if f"flow.{flow}" in self.texts else flow

    def agreement(self, given: bool | None) -> str:  # noqa: FBT001 - three answers, one value
        """Return the word for a consent; what was not said is no yes."""
        return self("not_said" if given is None else "agreed" if given else "not_agreed")

    def amended(self, count: int) -> str:
        """Return how often more was said after the first time."""
        return self("amended_one") if count == 1 else self("amended", count=count)

    def links(self, count: int) -> str:
        """Return with how many other cases one shares something."""
        return self("links_one") if count == 1 else self("links", count=count)

    def moment(self, at: datetime) -> str:
        """Return a time, which is in UTC, as its readers write it: colleagues sit in several zones."""
        return f"{format_datetime(at, 'd MMM HH:mm', locale=self.language)} UTC"

    def age(self, seconds: float) -> str:
        """Return a length of time in its largest whole unit."""
        whole = max(0, int(seconds))
        for unit, size, below in AGES:
            if whole < below:
                return self(f"age.{unit}", n=whole // size)
        return self("age.days", n=whole // 86_400)


def _locale(code: str | None) -> Locale | None:
    try:
        return Locale.parse(code) if code else None
    except (UnknownLocaleError, ValueError):
        return None


def language_name(code: str | None, shown_in: str) -> str:
    """Return a language's name as readers of `shown_in` say it; the bare code where Babel has none."""
    locale = _locale(code)
    return (locale and locale.get_display_name(shown_in)) or code or "?"


def tag(code: str | None) -> str:
    """Return a language code as browsers write it, such as zh-Hans; empty where there is none."""
    return (code or "").replace("_", "-")


def is_rtl(code: str | None) -> bool:
    """Say whether a language is written from right to left."""
    locale = _locale(code)
    return locale is not None and locale.text_direction == "rtl"
