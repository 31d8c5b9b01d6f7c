"""An actor: an invented person who plays a conversation on the sandbox, by the ids of questions and choices."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flows.definition import ABROAD, Flow, Kind, choice_context, question_context
from flows.ids import ChoiceId, PhraseId, QuestionId
from flows.loading import Definitions
from flows.turn import Control
from flows.vocabulary import COMMA
from locales.catalog import Catalog
from locales.territories import flag, territory
from sandbox.client import Person
from sandbox.screen import Screen

Answers = Mapping[str, str | tuple[str, ...]]
"""Question -> a choice, several choices, or typed words."""

UNLISTED = {Kind.WORD, Kind.LOCAL_TIME}
"""Kinds whose choices are not all on the screen."""


class NeverAsked(Exception):
    """The conversation came to its end, and these questions were not asked."""


@dataclass(frozen=True, slots=True)
class Actor:
    """An invented person who answers in one language, by the ids of choices."""

    person: Person
    catalog: Catalog
    definitions: Definitions

    async def start(self) -> None:
        """Write to the bot and choose the language."""
        await self.person.say("/start")
        await self._press(self.catalog.language.own_name)

    async def play(self, answers: Answers) -> None:
        """Answer these questions as they are asked, and skip the others: what tells most comes first."""
        left, skip = dict(answers), self._control(Control.SKIP)
        while left:
            screen = await self.person.screen()
            if skip not in screen.labels:
                raise NeverAsked(", ".join(left))
            due = self._due(screen, left)
            if due is None:
                await self._press(skip)
            else:
                await self.answer(due, left.pop(due))

    async def finish(self) -> None:
        """Skip whatever is still asked, to the end."""
        skip = self._control(Control.SKIP)
        while skip in (await self.person.screen()).labels:
            await self._press(skip)

    async def close(self) -> None:
        """Close the chat, as somebody does whom others come to."""
        await self.person.say(self.first_word("exit_words"))
        await self.person.expect(lambda screen: not screen.bubbles)

    async def cover(self) -> None:
        """Put the small tool in the place of the question."""
        await self.person.say(self.first_word("hide_words"))
        skip = self._control(Control.SKIP)
        await self.person.hear(lambda screen: not screen.own and skip not in screen.labels)

    async def tell_tool(self, words: str) -> None:
        """Type something into the tool."""
        await self.person.say(words)
        await self.person.hear(lambda screen: not screen.own)

    async def write(self, text: str) -> None:
        """Write something that answers no question."""
        await self._say(text)

    async def show(self, picture: bytes, caption: str) -> None:
        """Send a photo, and see that it was taken off the screen."""
        await self.person.photo(picture, caption=caption)
        await self.person.hear(lambda screen: not screen.own)

    def _due(self, screen: Screen, answers: Answers) -> str | None:
        """Which of these questions is on the screen."""
        return next((question for question in answers if self._is_asked(screen, question)), None)

    def _is_asked(self, screen: Screen, question: str) -> bool:
        asked = self._flow.by_id[QuestionId(question)]
        tapped = () if asked.kind in UNLISTED else asked.choices
        labels = {self.label(question, choice.id) for choice in tapped}
        text = asked.worded(self.catalog.text(question_context(self._flow, asked), asked.text))
        shown = {label.removeprefix("✓ ") for label in screen.labels}
        lines = [line for line in text.splitlines() if "{" not in line]  # what is filled in is not known here
        return labels <= shown and lines[-1] in screen.text

    async def answer(self, question: str, answer: str | tuple[str, ...]) -> None:
        """Answer one question: tap a choice, tick several and tap Done, or type."""
        match answer:
            case str() if answer in self._tappable(question):
                await self._press(self.label(question, answer))
            case str():
                await self._say(self._typed(question, answer))
            case _:
                await self.tick(question, answer)
                await self._press(self._control(Control.DONE))

    def _typed(self, question: str, answer: str) -> str:
        """What is typed: of a code such as UG the country's name, of an offset such as +0630 what clocks show there."""
        kind = self._flow.by_id[QuestionId(question)].kind
        if kind in ABROAD:
            return territory(answer, self.catalog.language.code)
        if kind is Kind.LOCAL_TIME:
            return f"{datetime.now(datetime.strptime(answer, '%z').tzinfo):%H:%M}"
        return answer

    async def tick(self, question: str, choices: tuple[str, ...]) -> None:
        """Tick choices and leave the question open."""
        for choice in choices:
            await self._press(self.label(question, choice))

    def label(self, question: str, choice: str) -> str:
        """What stands on the button of a choice."""
        asked = self._flow.by_id[QuestionId(question)]
        chosen = asked.by_id[ChoiceId(choice)]
        if asked.kind in ABROAD:
            return f"{flag(choice)} {territory(choice, self.catalog.language.code)}"
        return self.catalog.text(choice_context(self._flow, asked, chosen), chosen.text)

    def first_word(self, name: str) -> str:
        """The first of the words that a phrase lists."""
        listed = self.catalog.text(f"phrase.{name}", self.definitions.phrases[PhraseId(name)].text)
        return COMMA.split(listed)[0].strip()

    @property
    def _flow(self) -> Flow:
        return self.definitions.whole

    def _tappable(self, question: str) -> set[str]:
        asked = self._flow.by_id[QuestionId(question)]
        return set() if asked.kind in UNLISTED else {str(each.id) for each in asked.choices}

    def _control(self, control: Control) -> str:
        phrase = self.definitions.phrases[PhraseId(control.value)]
        return self.catalog.text(f"phrase.{control.value}", phrase.text)

    async def _press(self, label: str) -> None:
        before = await self.person.expect(lambda screen: label in screen.labels)
        shown = before.text, before.labels
        await self.person.press(label)
        await self.person.expect(lambda screen: (screen.text, screen.labels) != shown)

    async def _say(self, text: str) -> None:
        before = (await self.person.screen()).text
        await self.person.say(text)
        await self.person.hear(lambda screen: screen.text != before)
