"""Messages: whom their words are sealed for, what is refused before it is sent, and how it all reads."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result

from flows.turn import TextInput
from protocol.card import Card, card_id
from protocol.desk import Relay, Urgency
from protocol.errors import CardUnknown, UnknownKey
from protocol.message import LONGEST_MESSAGE, MessageKind, MessageState, When
from protocol.revision import CaseId
from protocol.roster import add_card, remove_card, sign_roster
from protocol.signing import SigningKey
from responder.cli import main
from responder.desk import Desk
from responder.failures import Echoed, Refused, WordsWrong
from responder.keyfile import ResponderKeys, generate_keys, make_card
from responder.lexicon import vocabulary
from responder.messages import refuse_echo, write_message
from responder.printing import print_case
from responder.reader import read_case
from responder.reading import Reading
from responder.ready import ready_ids, ready_texts
from responder.vault import Vault
from tests.unit.test_responder.enrolled import PASSPHRASE, Enrolled
from tests.unit.test_responder.fake_desk import FakeDesk, Kept
from tests.unit.test_responder.told import DANGER, header, parts, tell

CASE = CaseId("dangerdanger")
THEN = 1_772_366_400
WALLET = "0x52908400098527886E0F7030069857D2E4169EE7"


@dataclass(frozen=True)
class Shift:
    """Amina at her desk with a case, and Bashir, a colleague who may read what she seals."""

    desk: Desk
    server: FakeDesk
    card: Card
    bashir: ResponderKeys
    bashirs: Card

    @property
    def kept(self) -> Kept:
        """The case as the server has it, to be tampered with."""
        return self.server.cases[CASE]

    def as_bashir(self, *, holds: bool = True) -> Desk:
        """The colleague, who has taken the case over, or not."""
        client = replace(self.desk.client, card=card_id(self.bashirs), key=self.bashir.signing_key)
        if holds:
            self.kept.header = msgspec.structs.replace(self.kept.header, claimed_by=client.card)
        return Desk(client, self.bashir.identity, self.desk.server_keys)

    async def reading(self) -> Reading:
        """The case as Amina reads it."""
        return read_case(await self.desk.read(CASE), *vocabulary("en", ()))


@pytest.fixture
async def shift(enrolled: Enrolled) -> AsyncIterator[Shift]:
    """The case is open on Amina's desk."""
    keys = generate_keys(hybrid=False)
    card = make_card(keys, name="Bashir", now=THEN)
    server = enrolled.desk
    server.roster = add_card(server.roster, card)
    there = msgspec.structs.replace(header(CASE, Urgency.CRITICAL), relay=Relay.OPEN)
    server.put(there, parts(tell(DANGER)))
    async with Vault(enrolled.settings) as vault:
        desk = await vault.unlock(PASSPHRASE)
        await desk.open(CASE)
        yield Shift(desk, server, enrolled.card, keys, card)


async def test_a_reply_goes_out_and_a_colleague_reads_what_was_sent(shift: Shift) -> None:
    """The server is given the text to hand over, and keeps a copy that only responders open."""
    await shift.desk.reply(CASE, "Thank you.\r\n")
    await shift.desk.note(CASE, "Called the embassy.")
    (reply, note) = (await shift.as_bashir().read(CASE)).exchange.messages

    assert shift.kept.texts == ["Thank you.", None]
    assert (reply.name, reply.card, reply.words) == ("Amina", card_id(shift.card), "Thank you.")
    assert (reply.kind, reply.state) == (MessageKind.REPLY, MessageState.QUEUED)
    assert (note.kind, note.state, note.words) == (MessageKind.NOTE, MessageState.KEPT, "Called the embassy.")
    assert b"embassy" not in msgspec.json.encode(shift.kept.messages)


@pytest.mark.parametrize("words", ["", " \n", "\u200f", "x" * (LONGEST_MESSAGE + 1)])
async def test_a_message_has_words_and_not_too_many(shift: Shift, words: str) -> None:
    """Nothing leaves the machine otherwise."""
    with pytest.raises(WordsWrong):
        await shift.desk.reply(CASE, words)
    with pytest.raises(WordsWrong):
        await shift.desk.note(CASE, words)

    assert shift.kept.messages == []


async def test_a_reply_that_repeats_their_words_is_refused(shift: Shift) -> None:
    """Four in a row, of a note or of a typed answer; colleagues may quote them."""
    theirs = "أرجوكم ساعدوني الآن من هنا"
    sessions = (tell((*DANGER[:2], *(TextInput(theirs, message=5),))),)
    case = CaseId("echoecho")
    shift.server.put(header(case, Urgency.LOW), parts(sessions[0]))
    await shift.desk.open(case)

    with pytest.raises(Echoed) as refused:
        await shift.desk.reply(case, f"You wrote: {theirs}")
    assert theirs not in f"{refused.value} {refused.value.hint}"
    await shift.desk.reply(case, "أرجوكم ساعدوني الآن")
    await shift.desk.note(case, theirs)

    assert shift.server.cases[case].texts == ["أرجوكم ساعدوني الآن", None]
    refuse_echo("KK Park is a place", ())


async def test_nothing_is_sealed_to_cards_that_another_signed(shift: Shift) -> None:
    """The invite pinned the server's key; and who could not read their own words seals none."""
    known = await shift.desk.client.messages(CASE)
    shift.server.signs_roster = SigningKey.generate()
    with pytest.raises(UnknownKey):
        await shift.desk.reply(CASE, "Thank you.")
    assert shift.kept.messages == []

    roster = sign_roster(remove_card(known.roster, card_id(shift.card)), shift.server.key)
    with pytest.raises(CardUnknown):
        write_message(
            CASE,
            MessageKind.NOTE,
            "mine",
            msgspec.structs.replace(known, roster=roster),
            card=card_id(shift.card),
            key=shift.desk.client.key,
            server_keys=shift.desk.server_keys,
            now=THEN,
        )


async def test_a_message_that_fails_its_check_is_shown_as_that(shift: Shift) -> None:
    """Another case's, another's signature, a changed label, and a server whose roster is not the pinned one's."""
    await shift.desk.reply(CASE, "Thank you.")
    (good,) = shift.kept.messages
    spoiled: tuple[tuple[dict[str, Any], str], ...] = (
        ({"case": CaseId("another")}, "WrongCase"),
        ({"number": 4}, "BadSignature"),
        ({"card": card_id(shift.bashirs)}, "BadSignature"),
    )
    for changes, name in spoiled:
        shift.kept.messages[0] = msgspec.structs.replace(
            good, message=msgspec.structs.replace(good.message, **changes)
        )
        (told,) = (await shift.desk.read(CASE)).exchange.messages
        assert (told.failure, told.words) == (name, None)
    (letter,) = (await shift.reading()).letters
    assert "BadSignature" in letter.note
    assert (letter.state, letter.words.text) == ("", "")

    shift.kept.messages[0] = good
    shift.server.signs_roster = SigningKey.generate()
    (told,) = (await shift.desk.read(CASE)).exchange.messages
    assert told.failure == "UnknownKey"


async def test_words_from_before_one_was_enrolled_are_said_to_be_there(shift: Shift) -> None:
    """Who and when, without the words."""
    shift.server.roster = remove_card(shift.server.roster, card_id(shift.bashirs))
    await shift.desk.reply(CASE, "Thank you.")
    shift.server.roster = add_card(shift.server.roster, shift.bashirs)
    desk = shift.as_bashir()

    (told,) = (await desk.messages(CASE)).messages
    assert (told.name, told.words, told.failure) == ("Amina", None, "")


async def test_a_case_is_shown_without_its_messages_where_the_server_knows_none(shift: Shift) -> None:
    """An older server; the responder is told that something is missing."""
    shift.server.old = True
    reading = await shift.reading()

    assert reading.letters == ()
    assert [text.text for text in reading.contract] == [
        "The messages of this case could not be fetched (Garbled)."
    ]


async def test_their_hours_are_shown_on_both_clocks(shift: Shift) -> None:
    """By the contact's clock and by UTC, as everything at this desk, and when the next reply reaches them."""
    shift.server.when, shift.server.since = When.FROM, datetime(2026, 11, 26, 17, 30, tzinfo=UTC)
    shift.server.terms = {"reply": "certain_hours", "hours_00_06": "safe", "clock": "+0630"}
    await shift.desk.reply(CASE, "Thank you.")
    reading = await shift.reading()

    assert [text.text for text in reading.contract] == [
        "You may write from 26 Nov 17:30 UTC. What you send before waits until then.",
        "00:00-06:00 their time is 17:30-23:30 UTC.",
    ]
    assert [letter.state for letter in reading.letters] == ["Waits until 26 Nov 17:30 UTC"]

    shift.server.when, shift.server.since = When.ONCE_THEY_WRITE, None
    shift.server.terms = {"reply": "certain_hours", "hours_00_06": "safe", "clock": "unknown"}
    shift.kept.header = msgspec.structs.replace(shift.kept.header, relay=Relay.CLOSED)
    reading = await shift.reading()
    assert [text.text.partition(".")[0] for text in reading.contract] == [
        "They blocked the bot",
        "What you send waits until they write or tap here themselves",
        "00:00-06:00 their time",
    ]
    assert reading.letters[0].state == "Waits until they write"

    shift.server.when = When.NOW
    reading = await shift.reading()
    assert "You may write now." in [text.text for text in reading.contract]
    assert reading.letters[0].state == "On its way"


async def test_what_became_of_each_message_is_said(shift: Shift) -> None:
    """Every state has its words, and the document for programs has the bare ones."""
    await shift.desk.reply(CASE, "Thank you.")
    seen = set()
    for state in MessageState:
        shift.kept.messages[0] = msgspec.structs.replace(shift.kept.messages[0], state=state)
        (letter,) = (await shift.reading()).letters
        seen.add(letter.state)
        assert letter.may_withdraw is (state in {"queued", "blocked", "needs_second_look"})
        assert letter.needs_second_look is (state == "needs_second_look")
    assert len(seen) == len(MessageState)

    printed = msgspec.json.decode(print_case(await shift.desk.read(CASE)))
    assert [(each["text"], each["state"]) for each in printed["messages"]] == [("Thank you.", "frozen")]
    assert printed["contract"]["when"] == "once_they_write"


async def test_a_number_for_money_goes_out_after_a_colleagues_look(shift: Shift) -> None:
    """Its author cannot let it go; a colleague sees it without holding the case."""
    await shift.desk.reply(CASE, f"Send it to {WALLET}.")
    with pytest.raises(Refused) as alone:
        await shift.desk.confirm(CASE, 0)
    assert alone.value.code == "needs_second_look"

    bashir = shift.as_bashir(holds=False)
    (held,) = (await bashir.messages(CASE)).messages
    assert held.words == f"Send it to {WALLET}."
    (gone,) = (await bashir.confirm(CASE, 0)).messages
    assert gone.state is MessageState.QUEUED


async def test_a_number_for_money_that_came_in_has_a_warning(shift: Shift) -> None:
    """It is there at once, with what to beware of beside it."""
    note = TextInput(f"they say pay {WALLET}", message=5)
    case = CaseId("moneymoney")
    shift.server.put(header(case, Urgency.LOW), parts(tell((*DANGER[:2], note))))
    reading = read_case(await shift.desk.open(case), *vocabulary("en", ()))

    assert [bool(words.remark) for words in reading.words] == [True]
    assert "Check before anybody pays" in reading.words[0].remark.text


async def run(enrolled: Enrolled, *words: str, given: str = "") -> Result:
    """Run one command as Amina, off the loop that serves the desk; `given` is on stdin."""
    return await asyncio.to_thread(CliRunner().invoke, main, list(words), given, env=enrolled.environment)


async def test_the_commands_write_and_tell(shift: Shift, enrolled: Enrolled) -> None:
    """From the argument, from stdin, a ready text, a note; and taken back."""
    for words, given in (
        (("reply", CASE, "One."), ""),
        (("reply", CASE), "Two.\n"),
        (("reply", CASE, "--canned", "we_read"), ""),
        (("note", CASE, "For us."), ""),
    ):
        result = await run(enrolled, *words, given=given)
        assert result.exit_code == 0, result.output
    assert shift.kept.texts == ["One.", "Two.", ready_texts("ar", *vocabulary("en", ()))[0].sent, None]
    assert "Waits until they write" in result.stdout

    back = await run(enrolled, "reply", CASE, "--withdraw", "1", "--json")
    printed = msgspec.json.decode(back.stdout)
    assert [each["state"] for each in printed["messages"]] == ["queued", "withdrawn", "queued", "kept"]
    shown = await run(enrolled, "reply", CASE, "--show")
    assert "For us." in shown.stdout
    unknown = await run(enrolled, "reply", CASE, "--canned", "no_such")
    assert unknown.exit_code == 1
    assert "we_read" in unknown.stderr
    empty = await run(enrolled, "reply", CASE)
    assert "a message needs words" in empty.stderr
    await shift.desk.reply(CASE, f"To {WALLET}")
    alone = await run(enrolled, "reply", CASE, "--confirm", "4")
    assert "cannot confirm it alone" in alone.stderr
    texts = await run(enrolled, "reply", CASE, "--texts")
    assert [line.partition(":")[0] for line in texts.stdout.splitlines()] == list(ready_ids())


def test_a_ready_text_without_a_translation_is_sent_in_english() -> None:
    """Said in the value, so that nobody thinks otherwise."""
    texts = ready_texts("xx", *vocabulary("en", ()))

    assert {each.language for each in texts} == {"en"}
    assert [each.sent for each in texts] == [each.shown.text for each in texts]
