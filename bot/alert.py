"""An alert: all that staff are told in a page, as a document for programs and as words for people."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec

from bot.catalogue import definitions
from flows.rule import Urgency
from locales.catalog import FOLDER, SOURCE, fill, language, present, read_texts

Texts = Mapping[str, str]
OPENING_RATE = "opening_rate"
"""The reason of a page that is about the audit, and no case."""
_TEST = "test"


class Alert(msgspec.Struct, frozen=True, tag_field="schema", tag="alert/1"):
    """All that a page may say. `case` is empty in a test, and in an alarm, which has an `entry` of the audit."""

    id: str
    case: str
    urgency: Urgency
    reason: str
    entry: int | msgspec.UnsetType = msgspec.UNSET


def trial(page: str) -> Alert:
    """A page that is about no case."""
    return Alert(page, "", Urgency.CRITICAL, _TEST)


@dataclass(frozen=True, slots=True)
class Said:
    """The same in words."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of pages in one language; `fill` puts values into them so that they read in its direction."""

    texts: Texts
    fill: Callable[..., str] = str.format

    def said(self, alert: Alert) -> Said:
        """What people read: an urgency, why they are called, and the case's id, or the number of an entry."""
        texts, reason = self.texts, self.texts[f"alert.{alert.reason}"]
        if alert.entry is not msgspec.UNSET:
            entry = self.fill(texts["alert.entry"], entry=alert.entry)
            return Said(texts["alert.title_alarm"], f"{reason}\n{entry}")
        if not alert.case:
            return Said(texts["alert.title_test"], reason)
        urgency = texts[f"urgency.{alert.urgency}"]
        title = self.fill(texts["alert.title"], urgency=urgency, case=alert.case[:8])
        return Said(title, f"{urgency}. {reason}\n{self.fill(texts['alert.case'], case=alert.case)}")


def wordings() -> Mapping[str, Wording]:
    """The words of pages by language, as they come with the program: an organisation's own may lack them."""
    source = definitions().desk
    return {SOURCE: Wording(source)} | {code: _translated(code, source) for code in present()}


def _translated(code: str, source: Texts) -> Wording:
    known = read_texts((FOLDER / code / "LC_MESSAGES" / "messages.po").read_bytes())
    texts = {key: known.get(f"desk.{key}", text) for key, text in source.items()}
    return Wording(texts, fill) if language(code).rtl else Wording(texts)
