"""What the bot can ask: today's flow, and every earlier revision that a session may be on, with its translations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial

import msgspec
from msgspec.structs import replace

from bot.telephones import Telephones
from bot.voice import Voice
from flows.cover import Covers
from flows.definition import Flow
from flows.gazetteer import Site
from flows.guide import GradingGuide
from flows.ids import SiteId
from flows.partners import Partner
from flows.reader import Reader
from flows.relay import Relay
from flows.rubric import Rubric
from flows.saying import Speech
from flows.turn import Control
from flows.vocabulary import COMMA, WORDED, Translate, Vocabulary, fold, learn
from locales.catalog import SOURCE, Language
from locales.territories import territory


class Kept(msgspec.Struct, frozen=True):
    """A flow with its texts, as it is kept: language -> context -> text."""

    flow: Flow
    texts: dict[str, dict[str, str]]


_decoder = msgspec.msgpack.Decoder(Kept)


@dataclass(frozen=True, slots=True)
class Edition:
    """One revision of a flow, in every language that it had."""

    flow: Flow
    voices: Mapping[str, Voice] = field(repr=False)
    vocabulary: Vocabulary = field(repr=False)
    phrases: Mapping[str, str] = field(repr=False)

    def voice(self, language: str | None, otherwise: str) -> Voice:
        """The voice for a language, or the default's."""
        return self.voices.get(language or otherwise) or self.voices[otherwise]


@dataclass(frozen=True)
class Library:
    """Editions by revision; `rubric` is today's."""

    newest: Edition
    editions: dict[str, Edition] = field(repr=False)
    rubric: Rubric = field(repr=False)
    languages: Sequence[Language]
    default_language: str
    source: Translate = field(repr=False)
    """The texts as responders read them, in English, whichever languages are offered."""
    telephones: Telephones = field(repr=False)
    reader: Reader = field(repr=False)
    relay: Relay = field(repr=False)
    """When contacts may be written to."""
    covers: Covers = field(repr=False)
    """The tools that hide the questionnaire."""
    partners: tuple[Partner, ...] = ()
    """Who beside the organisation may read what."""

    @cached_property
    def guide(self) -> GradingGuide:
        """Looks ahead with today's rubric."""
        return GradingGuide(self.rubric)

    def listed(self, name: str) -> frozenset[str]:
        """The words that a phrase lists, folded: in English, and in every language that is offered."""
        if name not in self._lists:
            source = self.newest.phrases[name]
            texts = (source, *(voice.phrase(name) for voice in self.newest.voices.values()))
            self._lists[name] = frozenset(fold(word) for text in texts for word in COMMA.split(text))
        return self._lists[name]

    @cached_property
    def _lists(self) -> dict[str, frozenset[str]]:
        return {}

    @property
    def sites(self) -> Mapping[SiteId, Site]:
        """The known places, by id."""
        return self.reader.gazetteer.by_id

    @cached_property
    def speech(self) -> Speech:
        """How answers are said to responders."""
        return Speech(self.source, partial(territory, language=SOURCE), self.sites)

    def edition(self, revision: str) -> Edition | None:
        """The edition of a revision, while it is kept."""
        return self.editions.get(revision)


def keep(edition: Edition) -> bytes:
    """An edition as bytes."""
    flow = edition.flow
    texts = {code: dict(_texts(flow, voice.translate)) for code, voice in edition.voices.items()}
    return msgspec.msgpack.encode(Kept(flow, texts))


def _texts(flow: Flow, translate: Translate) -> Sequence[tuple[str, str]]:
    return [(context, translate(context, text)) for context, text in flow.contexts()]


def compile_edition(flow: Flow, voices: Mapping[str, Voice], phrases: Mapping[str, str]) -> Edition:
    """An edition with the words that pick its choices."""
    controls = {control: phrases[control] for control in Control}
    names = {code: voice.language.own_name for code, voice in voices.items()}
    vocabulary = learn(
        flow,
        [voice.translate for voice in voices.values()],
        controls=controls,
        languages=names,
        words={control: phrases[f"{control}_words"] for control in WORDED},
    )
    return Edition(flow, voices, vocabulary, phrases)


def reopen(body: bytes, today: Edition) -> Edition:
    """A kept edition: the flow's texts as they were, in the languages of today; phrases as they are now."""
    kept = _decoder.decode(body)
    flow = _with_lines(kept.flow, today.flow)
    voices = {
        code: Voice(voice.language, _overlay(kept.texts.get(code, {}), voice.translate), voice.phrases)
        for code, voice in today.voices.items()
    }
    return compile_edition(flow, voices, today.phrases)


def _with_lines(flow: Flow, today: Flow) -> Flow:
    """A flow from before there was a directory ends with the lines of today: its last screen had numbers too."""
    if flow.endings is None or flow.endings.lines or today.endings is None:
        return flow
    endings = replace(flow.endings, lines=today.endings.lines)
    return replace(flow, endings=endings, where=today.where, home=today.home)


def _overlay(texts: Mapping[str, str], otherwise: Translate) -> Translate:
    def translate(context: str, source: str) -> str:
        return texts.get(context) or otherwise(context, source)

    return translate
