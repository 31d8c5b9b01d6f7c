"""Covered fronts: a tool and nothing else, whatever is given, until a phrase is typed; and what is said is heard."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from bot.fronts import Front, Fronts
from bot.number import new_number
from flows.cover import CoverState, Given, Opened, Scene, Tapped, Typed
from flows.session import Session, decode_session
from storage.tables import cases
from tests.unit.bot.house import BOT, House
from tests.unit.bot.phone import Phone

FRONT, ANA = 4242, 7
PHRASE = "Green tea, twice"
TOKEN = SecretStr("1:x")
HELP = "help me, they beat us and we cannot leave"


class Covered(House):
    """A worker with a covered front, and a phone that knows it alone."""

    fronts = Fronts(
        (Front(BOT, TOKEN), Front(FRONT, TOKEN, FRONT, True, frozenset({"green tea twice"}), "units"))
    )
    phone: Phone

    @classmethod
    async def open(cls, folder: Path) -> "Covered":
        """An empty database and an empty phone."""
        built = await cls.build(folder)
        assert isinstance(built, Covered)
        built.phone = built.other = Phone(built.clock)  # type: ignore[assignment]
        await built.restart()
        return built

    async def say(self, text: str) -> None:
        """They write."""
        await self.give(text=text)

    async def give(self, **content: Any) -> None:
        """They send something."""
        number = self.phone.put(ANA, "")
        message = {"message_id": number, "chat": {"id": ANA}, "from": {"id": ANA, "language_code": "en"}}
        await self.update(bot=FRONT, message={**message, **content})
        await self.settle()

    async def tap(self, label: str) -> None:
        """They press a button of the newest screen; one that is not there does nothing."""
        number, shown = self.bubble()
        token = dict(shown.buttons).get(label, "nothing")
        message = {"message_id": number, "chat": {"id": ANA}}
        asked = {"id": "9", "from": {"id": ANA, "language_code": "en"}, "data": token}
        await self.update(bot=FRONT, callback_query={**asked, "message": message})
        await self.settle()

    def bubble(self) -> tuple[int, Any]:
        """The bot's only message."""
        ((number, shown),) = [(each, said) for each, said in self.phone.of(ANA).items() if said.ours]
        return number, shown

    def screen(self) -> tuple[str, list[str]]:
        """What it says, and its buttons in order."""
        _, shown = self.bubble()
        return shown.text, sorted(label for label, _ in shown.buttons)

    @property
    def session(self) -> Session | None:
        """What is kept of what they said."""
        held = self.holdings.of_chat(self.keyring.chat_key(FRONT, ANA))
        assert held is not None
        return None if held.record.session is None else decode_session(held.record.session)


@pytest.fixture
async def front(tmp_path: Path) -> AsyncIterator[Covered]:
    """A worker on an empty database."""
    built = await Covered.open(tmp_path)
    yield built
    await built.database.close()


class Pure:
    """The tool alone, as anybody could run it."""

    def __init__(self, front: Covered) -> None:
        self._library = front.intake.library
        self._now = int(front.now.timestamp())
        self.scene: Scene = self._play(CoverState("units"), Opened())

    def _play(self, state: CoverState, given: Given) -> Scene:
        return self._library.covers.play(state, given, now=self._now, language="en")

    def give(self, given: Given) -> tuple[str, list[str]]:
        """Its screen after one more input."""
        self.scene = self._play(self.scene.state, given)
        translate = self._library.newest.voices["en"].translate
        labels = sorted(each.told(translate) for each in self.scene.knobs)
        return self.scene.told(translate, lambda number: f"\u2068{number}\u2069"), labels

    def tapped(self, label: str) -> Given:
        """A button by its label."""
        translate = self._library.newest.voices["en"].translate
        found = [each.id for each in self.scene.knobs if each.told(translate) == label]
        return Tapped(found[0]) if found else Opened()


FIFTY = (
    *(
        "/start",
        "hello",
        "12 km",
        "[Weight]",
        "[Grams]",
        "70",
        "lb",
        "5 ft in cm",
        "exit",
        "close",
        "stop",
        "/exit",
    ),
    *(
        "paper",
        "hide",
        "code",
        "1234 5678 9012",
        "English",
        "Español",
        "yes",
        "no",
        "done",
        "skip",
        "back",
        "go on",
    ),
    *(
        "language",
        HELP,
        "I want to die",
        "police",
        "green tea",
        "tea, twice please",
        "photo",
        "[Phrase of the day]",
    ),
    *("[Another]", "[Nothing]", "exit", "what is this", "are you a hotline", "wayout", "/help", "/settings"),
    *(
        "100 f in c",
        "[Units]",
        "[Length]",
        "3",
        "\U0001f642",
        "9" * 40,
        "قريب",
        "退出",
        "salir",
        "way out",
        "1",
        "photo",
    ),
)


async def test_fifty_inputs_equal_a_pure_tool_s(front: Covered) -> None:
    """Every word of ours among them, and a call for help: the same words and buttons on every screen."""
    pure = Pure(front)
    assert len(FIFTY) >= 50
    for text in FIFTY:
        if text.startswith("["):
            given = pure.tapped(text[1:-1])
            await front.tap(text[1:-1])
        elif text == "photo":
            given = Opened()
            await front.give(photo=[])
        else:
            given = Opened() if text.startswith("/") else Typed(text)
            await front.say(text)
        expected = pure.give(given)

        assert front.screen() == expected, text


async def test_a_phrase_opens_it_and_the_known_word_does_not(front: Covered) -> None:
    """Then the questionnaire is there, in one bubble, and its words work."""
    await front.say("green")
    assert "English" not in front.screen()[1]
    await front.say("green TEA twice!")
    assert "English" in front.screen()[1]
    await front.tap("English")
    await front.say("exit")

    assert front.phone.of(ANA) == {}


async def test_after_a_close_it_is_the_tool_again(front: Covered) -> None:
    """Until the phrase is typed once more; the known word is nothing here."""
    await front.say(PHRASE)
    await front.tap("English")
    await front.say("exit")
    for text in ("/start", "green", "12 km"):
        await front.say(text)
        assert "Length" in front.screen()[1] or "Kilometres" in front.screen()[1]
    await front.say(PHRASE)

    assert "English" in front.screen()[1]


async def test_what_is_typed_is_kept_and_a_call_for_help_goes_at_once(front: Covered) -> None:
    """With nothing on the screen that would tell."""
    await front.say("my friend told me")
    async with front.database.read() as tx:
        assert list(await tx.execute(select(cases))) == []
    await front.say(HELP)
    async with front.database.read() as tx:
        found = list(await tx.execute(select(cases)))

    assert len(found) == 1
    assert front.session is not None
    assert [note.text for note in front.session.words] == ["my friend told me", HELP]


async def test_a_number_opens_it_too(front: Covered) -> None:
    """A wrong one is nothing; a right one, of somebody on the main front, brings their question here."""
    await front.say(new_number().shown)
    assert "English" not in front.screen()[1]
    await front.receive(8, "/start")
    await front.settle()
    other = front.held(8)
    front.returns.make(other)
    await front.settle()
    digits: list[str] = []
    for _method, asked in front.telegram.calls:
        digits += [part for part in asked.get("text", "").split("\n") if part.startswith("\u2068")]
    await front.say(digits[-1])
    await front.settle(12)

    held = front.holdings.of_chat(front.keyring.chat_key(FRONT, ANA))
    assert held is not None
    assert (held.id, held.place.bot, held.record.guard) == (other.id, FRONT, "units")
    assert "English" in front.screen()[1]


async def test_nothing_is_sent_in_the_name_of_another_front(front: Covered) -> None:
    """Not even when the front is taken away: its people are silent, and the main bot does not know them."""
    await front.say("hello")
    front.fronts = Fronts(front.fronts.all[:1])
    before = len(front.telegram.calls)
    await front.restart()
    held = front.holdings.of_chat(front.keyring.chat_key(FRONT, ANA))
    assert held is None
    for _ in range(3):
        await front.sweep()
        await front.settle()

    assert len(front.telegram.calls) == before
