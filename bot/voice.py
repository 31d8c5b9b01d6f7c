"""A voice: one language as the bot speaks it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from flows.gazetteer import Site
from flows.ids import SiteId
from flows.saying import Speech
from flows.vocabulary import Translate
from locales.catalog import Language
from locales.territories import flag, territory


@dataclass(frozen=True, slots=True)
class Voice:
    """One language: its texts and its direction."""

    language: Language
    translate: Translate = field(repr=False)
    phrases: Mapping[str, str] = field(repr=False)

    def phrase(self, name: str) -> str:
        """A phrase by its id."""
        return self.translate(f"phrase.{name}", self.phrases[name])

    def speech(self, sites: Mapping[SiteId, Site]) -> Speech:
        """How answers are said in this language."""
        return Speech(self.translate, partial(territory, language=self.language.code), sites)

    def country(self, code: str) -> str:
        """A country (ISO 3166 alpha-2) with its flag."""
        return f"{flag(code)} {territory(code, self.language.code)}"
