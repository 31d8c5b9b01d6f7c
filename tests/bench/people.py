"""The invented people: each answers its questions one by one, as the bot's screens come."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import perf_counter

from tests.bench.plan import LANGUAGE, Asked, number_of
from tests.bench.stand_in import Screen, StandIn, Update
from tests.bench.wire import keyboard_decoder

_STALL_SECONDS = 0.25


class Lost(Exception):
    """A person sees a screen that has no button for them."""


@dataclass(slots=True)
class Person:
    """One chat: the screen that was answered last, and the update that is on its way."""

    chat: int
    on: object = None
    sent: Update | None = None
    ended: bool = False
    steps: int = 0
    leaves_after: int | None = None
    """After how many screens they put the phone away for good; None for those who stay to the end."""


@dataclass(slots=True)
class Played:
    """What a crowd has lived through. Latencies in seconds."""

    steps: int = 0
    conversations: int = 0
    repeats: int = 0
    began_at: float = 0.0
    ended_at: float = 0.0
    handed: list[float] = field(default_factory=list, repr=False)
    """From when an update was handed out to the next screen."""
    made: list[float] = field(default_factory=list, repr=False)
    """From when a person acted to the next screen."""

    @property
    def seconds(self) -> float:
        """From the first message to the last screen."""
        return self.ended_at - self.began_at


@dataclass(slots=True)
class Crowd:
    """`size` people at once; whoever ends is followed by another, until `conversations` have begun.

    `gate`: None for people who answer at once (closed loop); else those who are ready wait in it for their turn.
    """

    questions: Sequence[Asked]
    size: int
    conversations: int
    new_chat: Callable[[], int]
    gate: deque[tuple[Person, Screen]] | None = None
    staggered: bool = False
    """Whether the first ones leave early, each at another question, so that not all end at the same time."""
    played: Played = field(default_factory=Played)
    people: dict[int, Person] = field(default_factory=dict, repr=False)
    done: asyncio.Event = field(default_factory=asyncio.Event)
    _telegram: StandIn | None = None

    @property
    def telegram(self) -> StandIn:
        """Where they write."""
        assert self._telegram is not None
        return self._telegram

    def begin(self, telegram: StandIn) -> None:
        """Everybody writes /start."""
        self._telegram = telegram
        telegram.seen = self.see
        self.played.began_at = perf_counter()
        for place in range(min(self.size, self.conversations)):
            self._arrive(1 + place % len(self.questions) if self.staggered else None)

    def see(self, screen: Screen) -> None:
        """A screen has come: answer it, unless it is the one that was answered already."""
        person = self.people.get(screen.chat)
        if person is None:
            return
        on = number_of(screen.text) or screen.text
        if person.on == on or person.sent is None:
            self.played.repeats += 1
            return
        person.on = on
        self._count(person, person.sent)
        if person.steps == person.leaves_after:
            self._leave(person)
        elif self.gate is None:
            self.answer(person, screen)
        else:
            person.sent = None
            self.gate.append((person, screen))

    def answer(self, person: Person, screen: Screen) -> None:
        """Tap or type what the questionnaire has in mind."""
        number = number_of(screen.text)
        if number is None:
            self._answer_other(person, screen)
            return
        asked = self.questions[number - 1]
        if asked.label is None:
            person.sent = self.telegram.say(person.chat, asked.words(mark_of(person.chat)))
        else:
            person.sent = self.telegram.press(screen, _token(screen, asked.label))

    def stuck(self) -> list[Person]:
        """Those who wait for a screen, and those who have not begun to answer."""
        return [each for each in self.people.values() if not each.ended]

    async def finished(self, seconds: float) -> bool:
        """Wait until everybody has ended, at most for so long; whether they have."""
        try:
            await asyncio.wait_for(self.done.wait(), seconds)
        except TimeoutError:
            return False
        return True

    async def at_rest(self) -> None:
        """Wait until everybody has ended or no screen has come for a moment."""
        steps = -1
        while not self.done.is_set() and steps != self.played.steps:
            steps = self.played.steps
            await self.finished(_STALL_SECONDS * 8)

    def _arrive(self, leaves_after: int | None = None) -> None:
        person = Person(self.new_chat(), leaves_after=leaves_after)
        self.people[person.chat] = person
        person.sent = self.telegram.say(person.chat, "/start")

    def _answer_other(self, person: Person, screen: Screen) -> None:
        if LANGUAGE in labels(screen):
            person.sent = self.telegram.press(screen, _token(screen, LANGUAGE))
            return
        self._leave(person)

    def _leave(self, person: Person) -> None:
        person.ended = True
        person.sent = None
        self.played.conversations += 1
        if len(self.people) < self.conversations:
            self._arrive()
        elif self.played.conversations == self.conversations:
            self.done.set()

    def _count(self, person: Person, sent: Update) -> None:
        now, played = perf_counter(), self.played
        person.steps += 1
        played.steps += 1
        played.ended_at = now
        played.handed.append(now - sent.handed_at)
        played.made.append(now - sent.made_at)


def mark_of(chat: int) -> str:
    """What stands in everything that one person types."""
    return f"m{chat}"


def labels(screen: Screen) -> list[str]:
    """What its buttons say."""
    return [each.text for row in keyboard_decoder.decode(screen.rows).inline_keyboard for each in row]


def _token(screen: Screen, label: str) -> str:
    for row in keyboard_decoder.decode(screen.rows).inline_keyboard:
        for each in row:
            if each.text == label:
                return each.callback_data
    raise Lost(label)
