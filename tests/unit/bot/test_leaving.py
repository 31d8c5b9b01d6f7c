"""Leaving: whoever closes the chat leaves nothing on the phone, whatever fails, and nothing grows too old there."""

import random
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from telegram.error import Forbidden, NetworkError, RetryAfter

from bot.intake import Intake
from bot.place import MOST_KEPT
from bot.record import Record
from storage import outbox
from storage.case import Put
from storage.outbox import Intent
from tests.unit.bot.house import House
from tests.unit.bot.phone import Phone, PowerCut

ANA, BEN = 7, 8
QUESTION = "Choose your language."


class Chat(House):
    """A worker whose contact has a phone."""

    phone: Phone

    @classmethod
    async def open(cls, folder: Path) -> "Chat":
        """A worker on a new database, and empty phones."""
        built = await cls.build(folder)
        assert isinstance(built, Chat)
        built.phone = built.telegram = Phone(built.clock)  # type: ignore[assignment]
        await built.restart()
        return built

    async def say(self, text: str, *, chat: int = ANA) -> int:
        """They write, and whatever can be done is done."""
        number = await self.write(text, chat=chat)
        await self.settle()
        return number

    async def write(self, text: str, *, chat: int = ANA) -> int:
        """They write."""
        number = self.phone.put(chat, text)
        await self._message(number, chat, text=text)
        return number

    async def photo(self, *, chat: int = ANA) -> int:
        """They send a photo."""
        number = self.phone.put(chat, "photo")
        await self._message(number, chat, photo=[])
        await self.settle()
        return number

    async def _message(self, number: int, chat: int, **content: object) -> None:
        date = int(self.now.timestamp())
        await self.update(
            message={
                "message_id": number,
                "date": date,
                "chat": {"id": chat},
                "from": {"id": chat},
                **content,
            }
        )

    async def press(self, label: str, *, chat: int = ANA) -> None:
        """They press a button that is on the screen."""
        (number, token) = next(
            (number, token)
            for number, each in reversed(self.phone.of(chat).items())
            for text, token in each.buttons
            if text.removeprefix("✓ ") == label
        )
        await self.press_token(token, number, chat=chat)
        await self.settle()

    async def press_token(self, token: str, number: int, *, chat: int = ANA) -> None:
        """They press a button that may be gone."""
        asked = {"id": "9", "from": {"id": chat}, "data": token}
        await self.update(callback_query={**asked, "message": {"message_id": number, "chat": {"id": chat}}})

    async def wait(self, **time: float) -> None:
        """Time passes; the clock does its work once a quarter of an hour."""
        end = self.now + timedelta(**time)
        while self.now < end:
            self.now = min(self.now + timedelta(minutes=15), end)
            await self.look()

    async def look(self) -> None:
        """One sweep, and what follows."""
        for _ in range(3):
            await self.sweep()
            await self.settle()

    def texts(self, chat: int = ANA) -> list[str]:
        """What is on the screen."""
        return [each.text for each in self.phone.of(chat).values()]

    def tokens(self, chat: int = ANA) -> dict[str, str]:
        """The buttons on the screen."""
        return {text: token for each in self.phone.of(chat).values() for text, token in each.buttons}


@pytest.fixture(autouse=True)
def _telegram_s_next_word_for_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library warns of what it will give in a later version."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
async def chat(tmp_path: Path) -> AsyncIterator[Chat]:
    """A worker on an empty database."""
    built = await Chat.open(tmp_path)
    yield built
    await built.database.close()


async def talk(chat: Chat) -> None:
    """A few answers, a photo and a place, with words on the way."""
    await chat.say("/start")
    await chat.press("English")
    await chat.press("Someone may look. I agree")
    await chat.photo()
    await chat.press("I am hurt or threatened now")
    await chat.say("they locked the door")


async def test_close_leaves_an_empty_chat(chat: Chat) -> None:
    """The words of the bubble go first, then the message, and the person's photo with it."""
    await talk(chat)
    bubble = chat.held(ANA).place.bubble
    await chat.press("Close")

    assert chat.texts() == []
    edits = [n for n, (method, asked) in enumerate(chat.phone.calls) if asked.get("text") == "Notes"]
    deletes = [n for n, (_, asked) in enumerate(chat.phone.calls) if bubble in asked.get("message_ids", [])]
    assert edits[0] < deletes[0]
    assert "sendMessage" not in [method for method, _ in chat.phone.calls[edits[0] :]]


@pytest.mark.parametrize(
    "word", ["close", "Exit!", "STOP", "salir", "إغلاق", "退出", "/exit", "/stop@bot", "/salir"]
)
async def test_a_word_closes_it_whatever_is_asked(chat: Chat, word: str) -> None:
    """In every language, as a word or a command, whichever language was chosen."""
    await talk(chat)
    await chat.say(word)

    assert chat.texts() == []
    assert chat.held(ANA).record.session is None


async def test_closing_many_times_is_closing_once(chat: Chat) -> None:
    """A hand that goes on hitting, the words too: nothing comes up."""
    await talk(chat)
    tokens, bubble = chat.tokens(), chat.held(ANA).place.bubble
    known = len(chat.phone.calls)
    for _ in range(10):
        await chat.press_token(tokens["Close"], bubble)
    await chat.press_token(tokens["Back"], bubble)
    for _ in range(3):
        await chat.write("exit")
    await chat.settle(20)

    assert chat.texts() == []
    assert QUESTION not in [asked.get("text") for _, asked in chat.phone.calls[known:]]


async def test_an_older_screen_s_close_works(chat: Chat) -> None:
    """With a slow signal the finger is on a screen that has gone by."""
    await talk(chat)
    old, bubble = chat.tokens(), chat.held(ANA).place.bubble
    await chat.press("Done")
    await chat.press_token(old["Close"], bubble)
    await chat.settle()

    assert chat.texts() == []


@pytest.mark.parametrize("how", ["words", "start", "old button"])
async def test_who_comes_back_sees_the_tool_and_behind_its_word_what_a_stranger_sees(
    chat: Chat, how: str
) -> None:
    """In their language, and no way back to an answer; what they write is kept."""
    await chat.say("/start")
    await chat.press("Español")
    await chat.press(next(label for label in chat.tokens() if "acepto" in label.lower()))
    tokens, bubble = chat.tokens(), chat.held(ANA).place.bubble
    await chat.press("Cerrar")
    await chat.wait(minutes=1)
    if how == "old button":
        await chat.press_token(next(iter(tokens.values())), bubble or 0)
        await chat.settle()
    else:
        await chat.say("help me" if how == "words" else "/start")

    (shown,) = chat.texts()
    assert QUESTION not in shown
    assert "Cerrar" not in chat.tokens()
    await chat.say("green")
    (shown,) = chat.texts()
    assert shown.endswith(QUESTION)
    assert set(chat.tokens()) == {"English", "Español", "العربية", "简体中文", "Close"}


async def test_a_captor_s_crawl_after_an_exit_finds_no_answer(chat: Chat) -> None:
    """Every old button, then every button that leads on: no tick, no words, nothing to page back to."""
    await talk(chat)
    tokens, bubble = chat.tokens(), chat.held(ANA).place.bubble or 0
    await chat.press("Close")
    await chat.wait(minutes=5)
    del tokens["Close"]
    for token in tokens.values():
        await chat.press_token(token, bubble)
        await chat.settle()
    seen = list(chat.texts())
    await chat.say("green")
    await chat.press("English")
    seen += chat.texts()
    for label in ("Skip", "Back", "Skip", "Skip", "Back", "Skip", "Skip", "Back", "Back", "Back"):
        if label in chat.tokens():
            await chat.press(label)
        assert not [each for each in chat.tokens() if each.startswith("✓")]
        seen += chat.texts()

    assert not [each for each in seen if "locked the door" in each or "noted" in each]


async def test_the_clock_is_silent_after_an_exit(chat: Chat) -> None:
    """Nobody is written to for days, and in the end nothing is known of who shared nothing."""
    await chat.say("/start")
    await chat.press("English")
    await chat.press("Close")
    known = len(chat.phone.calls)
    await chat.wait(hours=100)

    assert chat.phone.calls[known:] == []
    assert chat.texts() == []


def failing(kinds: list[Exception], *, skip: int = 0) -> Callable[[str], None]:
    """Each of these once, after some calls went well."""
    left = [None] * skip + list(kinds)

    def fail(_method: str) -> None:
        trouble = left.pop(0) if left else None
        if trouble is not None:
            raise trouble

    return fail


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("skip", [0, 1, 2])
async def test_trouble_at_any_call_only_delays_it(chat: Chat, skip: int, when: str) -> None:
    """429, a lost answer, a refusal: tried again until the screen is empty."""
    await talk(chat)
    kinds: list[Exception] = [NetworkError("x"), RetryAfter(2), Forbidden("blocked"), NetworkError("y")]
    trouble = failing(kinds, skip=skip)
    if when == "before":
        chat.phone.trouble = trouble
    else:
        chat.phone.after = trouble
    await chat.press("Close")
    await chat.wait(hours=1)

    assert chat.texts() == []


async def test_a_power_cut_at_any_call_ends_with_an_empty_screen(tmp_path: Path) -> None:
    """Killed before or after each call of an exit, also between edit and deletion: the restart finishes it."""
    for cut in range(12):
        chat = await Chat.open(tmp_path / str(cut)) if (tmp_path / str(cut)).mkdir() is None else None
        assert chat is not None
        await talk(chat)
        left = [cut // 2]

        def strike(_method: str, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] == -1:
                raise PowerCut

        setattr(chat.phone, "after" if cut % 2 else "trouble", strike)
        await chat.press("Close")
        await chat.restart()
        await chat.look()

        assert chat.texts() == [], cut
        await chat.database.close()


async def test_a_power_cut_while_a_question_is_sent_leaves_no_copy_after_an_exit(chat: Chat) -> None:
    """It reached the phone and nobody lived to write that down; then they close the chat by a word."""
    await talk(chat)

    def strike(method: str) -> None:
        if method == "sendMessage":
            raise PowerCut

    chat.phone.after = strike
    await chat.say("/start")
    chat.phone.after = lambda _method: None
    await chat.write("exit")
    await chat.restart()
    await chat.look()

    assert chat.texts() == []


async def test_an_answer_that_was_lost_leaves_no_copy_after_an_exit(chat: Chat) -> None:
    """The copy is found and taken away, although no newer bubble tells how far to look."""
    chat.phone.after = failing([NetworkError("lost")])
    await chat.say("/start")
    assert len(chat.texts()) == 1
    await chat.say("stop")

    assert chat.texts() == []


async def test_an_exit_overtakes_a_question_that_waits(chat: Chat) -> None:
    """Telegram was away when they answered, and is back when they have left: the question is not put back."""
    await talk(chat)
    chat.phone.trouble = failing([NetworkError("away")] * 3)
    await chat.press("Done")
    await chat.say("exit")
    await chat.wait(hours=1)

    assert chat.texts() == []


@pytest.mark.parametrize("hours", [23, 25, 46, 49])
async def test_nothing_stays_longer_than_a_day(chat: Chat, hours: int) -> None:
    """Bubble and photo go when their time has come, by the clock alone; a new word begins below."""
    await talk(chat)
    await chat.wait(hours=hours)

    assert bool(chat.texts()) == (hours < 24)
    await chat.say("/start")
    assert len([each for each in chat.phone.of(ANA).values() if each.ours]) == 1


async def test_a_bubble_in_use_is_sent_anew_before_it_is_old(chat: Chat) -> None:
    """Only as an answer to something that they did, and the old one goes."""
    await chat.say("/start")
    await chat.press("English")
    first = chat.held(ANA).place.bubble
    await chat.wait(hours=13)
    await chat.say("/start")
    second = chat.held(ANA).place.bubble
    await chat.wait(hours=13)

    assert first != second
    assert list(chat.phone.of(ANA)) == [second]


async def test_an_outage_over_the_deadline_is_counted_and_says_nothing_any_more(chat: Chat) -> None:
    """What Telegram keeps is made neutral where it is ours, and the case says how much stayed."""
    await talk(chat)
    chat.now += timedelta(hours=49)
    await chat.restart()
    await chat.look()

    assert sorted(chat.texts()) == ["Notes", "photo"]
    assert chat.tokens() == {}


async def test_words_typed_before_a_long_outage_are_counted(chat: Chat) -> None:
    """They stay, since a bot can delete nothing older than two days."""
    number = await chat.write("help")
    chat.now += timedelta(hours=49)
    await chat.restart()
    await chat.settle()
    held = chat.held(ANA)

    assert number in chat.phone.of(ANA)
    assert held.place.stuck == 1
    chat.now += timedelta(seconds=2)
    await chat.look()
    assert chat.held(ANA).place.stuck == 0


async def test_hundreds_of_photos_go_in_batches(chat: Chat) -> None:
    """A flood makes no list without end, and all of it goes."""
    for _ in range(MOST_KEPT + 20):
        number = chat.phone.put(ANA, "photo")
        await chat._message(number, ANA, photo=[])
    await chat.settle(60)
    assert len(chat.held(ANA).place.kept) <= MOST_KEPT
    await chat.say("exit")

    assert chat.texts() == []
    assert max(len(asked.get("message_ids", [])) for _, asked in chat.phone.calls) == 100


async def test_after_two_days_of_refusals_it_is_given_up(chat: Chat) -> None:
    """Somebody who blocked the bot is not tried for ever; what stayed is counted."""
    await talk(chat)

    def blocked(_method: str) -> None:
        raise Forbidden("blocked")

    chat.phone.trouble = blocked
    await chat.press("Close")
    held = chat.held(ANA)
    assert held.place.waits
    chat.sender._give_up(held, (await _wipes(chat))[0])

    assert not held.place.waits
    assert held.place.stuck == 2


async def _wipes(chat: Chat) -> list[Intent]:
    async with chat.database.read() as tx:
        return await outbox.ready(tx, me="me", now=chat.now + timedelta(days=1), most=9)


class Unsealing:
    """An intake that cannot seal for a while."""

    def __init__(self, intake: Intake, times: int) -> None:
        self._intake = intake
        self.times = times
        self.sealed: list[Put] = []

    def seal(self, *parts: Any, **rest: Any) -> tuple[Record, Put]:
        """Fail, then seal."""
        self.times -= 1
        if self.times >= 0:
            raise ZeroDivisionError
        record, put = self._intake.seal(*parts, **rest)
        self.sealed.append(put)
        return record, put

    def __getattr__(self, name: str) -> Any:
        return getattr(self._intake, name)


@pytest.mark.parametrize("times", [1, 7])
async def test_an_exit_does_not_wait_for_what_cannot_be_sealed(chat: Chat, times: int) -> None:
    """The screen is emptied at once, and what was said goes as soon as it can."""
    await chat.say("/start")
    await chat.press("English")
    await chat.press("Someone may look. I agree")
    unsealing = Unsealing(chat.intake, times)
    chat.rounds.intake = unsealing  # type: ignore[assignment]
    await chat.press("Close")
    assert chat.texts() == []
    for _ in range(12):
        chat.rounds.rests.clear()
        chat.now += timedelta(minutes=1)
        await chat.look()

    assert unsealing.sealed
    assert chat.held(ANA).record.last is None


async def test_what_went_is_counted_once(chat: Chat) -> None:
    """Though the clock looks twice in one round, and again at the same second."""
    await talk(chat)
    await chat.press("Close")
    held = chat.held(ANA)
    for at in (chat.now, chat.now + timedelta(milliseconds=1)):
        await chat.journal.add([chat.journal.tick(held.id, held.chat, "wipe", at)])
    await chat.settle()
    await chat.wait(minutes=15)

    assert held.record.last is None
    assert (held.place.wiped, held.place.stuck, held.place.look_at) == (0, 0, 0)


async def test_someone_else_s_messages_never_go(chat: Chat) -> None:
    """Ids run through all chats: a search for copies takes only what is ours, in this chat."""
    chat.phone.after = failing([NetworkError("lost")])
    await chat.write("/start")
    theirs = chat.phone.put(BEN, "a message of Ben's")
    await chat.settle()
    await chat.say("exit")

    assert chat.texts() == []
    assert theirs in chat.phone.messages


@pytest.mark.parametrize("seed", range(10))
async def test_whatever_fails_nothing_stays_too_long(chat: Chat, seed: int) -> None:
    """Property: taps, words, photos, exits, restarts and waits under trouble of every kind, then calm for a day."""
    dice = random.Random(seed)  # noqa: S311 - a test's dice
    cut: list[bool] = []

    def trouble(_method: str) -> None:
        match dice.randrange(20):
            case 0 | 1 | 2:
                raise NetworkError("away")
            case 3:
                cut.append(True)
                raise PowerCut

    def refusal(method: str) -> None:
        if dice.randrange(20) == 0:
            raise RetryAfter(1)  # it was not carried out
        trouble(method)

    chat.phone.trouble, chat.phone.after = refusal, trouble
    for _ in range(25):
        await anything(chat, dice)
        if cut:
            cut.clear()
            await chat.restart()
    chat.phone.trouble = chat.phone.after = lambda _method: None
    await chat.restart()
    await chat.wait(minutes=30)
    policy = timedelta(hours=24, minutes=15)
    assert [each for each in chat.phone.of(ANA).values() if chat.now - each.at > policy] == []
    await chat.say("exit")
    await chat.wait(minutes=15)

    assert chat.texts() == []


async def anything(chat: Chat, dice: random.Random) -> None:
    """One thing that a person or the world may do."""
    things: list[Callable[[], Awaitable[object]]] = [
        chat.photo,
        chat.restart,
        partial(chat.say, "words"),
        partial(chat.say, "/start"),
        partial(chat.say, "exit"),
        partial(chat.wait, hours=dice.choice([0.25, 1, 5])),
    ]
    tokens = list(chat.tokens().values())
    if tokens:
        things += [partial(chat.press_token, dice.choice(tokens), 1)] * 4
    await dice.choice(things)()
    await chat.settle()


async def test_what_was_tapped_while_we_were_down_is_heard_behind_the_tool(chat: Chat) -> None:
    """The clock is heard first after a start: the tool takes the screen, and their taps count all the same."""
    await chat.say("/start")
    await chat.press("English")
    await chat.press("It is safe. I agree")
    (number,) = [name for name, each in chat.phone.of(ANA).items() if each.ours]
    hurt, done = chat.tokens()["I am hurt or threatened now"], chat.tokens()["Skip"]
    chat.now += timedelta(minutes=10)
    await chat.restart()
    await chat.look()
    for token in (hurt, done):
        await chat.press_token(token, number)
    await chat.settle()

    assert chat.held(ANA).record.case is not None
    assert chat.held(ANA).record.cover is not None
    assert "Close" not in chat.tokens()
