"""What ids mean in the reader's language, from the definitions beside this program.

A sealed case carries its own English; the lexicon translates it, and names what was never asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from flows.contract import Terms
from flows.definition import question_context
from flows.loading import load
from flows.rule import Either, Every, Fires, Neither
from locales.catalog import SOURCE, load_catalogs, present
from responder.failures import LanguageUnknown
from responder.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from flows.ids import FindingId
    from flows.loading import Definitions
    from flows.rule import Test
    from flows.vocabulary import Translate
    from locales.catalog import Catalog


PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
LEFT_TO_RIGHT, POP = "\u2066", "\u2069"


NO_TERMS = Terms({}, 0)


def untranslated(_context: str, source: str) -> str:
    """Give the English itself."""
    return source


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Texts by id; `translate` may know them in another language."""

    translate: Translate = field(default=untranslated, repr=False)
    texts: Mapping[str, str] = field(default_factory=dict, repr=False)
    """English by catalogue context: `victim.danger`, `phrase.back`, `flag.minor`, `rule.C1` …"""
    named: Mapping[str, frozenset[FindingId]] = field(default_factory=dict)
    """The findings that each urgency rule names."""
    urgencies: Mapping[str, str] = field(default_factory=dict)
    """The urgency that each rule gives."""
    contexts: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The catalogue context of each question: `victim.danger`."""
    terms: Terms = field(default=NO_TERMS, repr=False)
    """What contacts' answers about writing back mean in time."""

    def question(self, question: str, sealed: str = "") -> str:
        """Return a question's text in the reader's language."""
        return self.text(self.contexts.get(question, question), sealed)

    def choice(self, question: str, choice: str, sealed: str) -> str:
        """Return a choice's text in the reader's language."""
        return self.text(f"{self.contexts.get(question, question)}.{choice}", sealed)

    def text(self, context: str, sealed: str = "") -> str:
        """Return the text of a context in the reader's language.

        What was sealed counts before what lies here: where the two differ, the case comes from another revision
        or another organisation, and its own English stands rather than the translation of something else. What
        was filled in before sealing, such as a number of days, is no difference: it goes into the translation.
        """
        here = self.texts.get(context, "")
        filled = _shape(here).fullmatch(sealed or here)
        if filled is None:
            return sealed
        text = self.translate(context, here) if here else ""
        values = filled.groupdict()
        return PLACEHOLDER.sub(lambda name: values.get(name[1], name[0]), text)

    def urgent(self, rule: str, urgency: str) -> frozenset[FindingId]:
        """Return the findings that make a case this urgent: the rule's own, and lone ones of equal rules."""
        beside = (
            findings
            for other, findings in self.named.items()
            if self.urgencies[other] == urgency and len(findings) == 1
        )
        return frozenset[str]().union(self.named.get(rule, frozenset()), *beside)  # type: ignore[return-value]


@cache
def _shape(source: str) -> re.Pattern[str]:
    """Return a pattern that a text fits if only its placeholders were filled, each with one value."""
    seen: set[str] = set()
    pieces: list[str] = []
    for place, piece in enumerate(PLACEHOLDER.split(source)):
        if place % 2 == 0:
            pieces.append(re.escape(piece))
        else:
            pieces.append(f"(?P={piece})" if piece in seen else f"(?P<{piece}>[^\\n]+?)")
            seen.add(piece)
    return re.compile("".join(pieces))


@cache
def own_definitions() -> Definitions:
    """Load the definitions beside this program, once."""
    return load()


def vocabulary(language: str | None, others: Sequence[str]) -> tuple[Wording, Lexicon]:
    """Return words and meanings in the asked language, else in the first of `others` that is ready.

    Raises LanguageUnknown for an asked language that has none.
    """
    found = own_definitions()
    wanted = [language] if language else [*others, SOURCE]
    catalogs = load_catalogs(found, [code for code in wanted if code != SOURCE])
    code = next((code for code in wanted if code in catalogs.by_code), None)
    if code is None:
        msg = "there is no catalogue in that language"
        raise LanguageUnknown(msg, f"There is: {', '.join((SOURCE, *present()))}.")
    catalog = catalogs.by_code[code]
    return wording_in(found, catalog), lexicon(found, catalog.text)


def wording_in(found: Definitions, catalog: Catalog) -> Wording:
    """Return the desk's words from a catalogue; what it lacks is there in English."""
    spoken = catalog.language
    texts = {key: catalog.texts.get(f"desk.{key}") for key in found.desk}
    whole = {key: texts[key] or _english(source, rtl=spoken.rtl) for key, source in found.desk.items()}
    return Wording(whole, spoken.code, spoken.rtl)


def _english(source: str, *, rtl: bool) -> str:
    """Hold an English line together inside a page that runs from right to left."""
    return f"{LEFT_TO_RIGHT}{source}{POP}" if rtl else source


def lexicon(found: Definitions, translate: Translate = untranslated) -> Lexicon:
    """Make a lexicon of these definitions."""
    rules = found.rubric.rules
    return Lexicon(
        translate,
        dict(_texts(found)),
        {rule.id: frozenset(_named(rule.when)) for rule in rules.urgency},
        {rule.id: rule.gives.value for rule in rules.urgency},
        {question.id: question_context(found.whole, question) for question in found.whole.questions},
        found.tables.relay.terms,
    )


def _texts(found: Definitions) -> Iterable[tuple[str, str]]:
    yield from found.whole.contexts()
    for phrase in found.phrases.values():
        yield f"phrase.{phrase.id}", phrase.text
    yield from ((reply.context, reply.text) for reply in found.tables.relay.replies)
    rules = found.rubric.rules
    yield from ((f"rule.{rule.id}", rule.text) for rule in rules.urgency)
    yield from ((f"rule.{rule.id}", rule.text) for rule in rules.likelihood)
    yield from ((f"flag.{flag.id}", flag.text) for flag in rules.flags)
    yield from ((f"indicator.{sign.id}", sign.text) for sign in rules.indicators)


def _named(test: Test | None) -> Iterable[FindingId]:
    """The findings that a test asks for, whatever stands around them; what it excludes is left out."""
    match test:
        case Fires(findings):
            yield from findings
        case Every(tests) | Either(tests):
            for each in tests:
                yield from _named(each)
        case Neither() | None:
            return
        case _:
            return
