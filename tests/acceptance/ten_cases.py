"""What a responder does with each of the ten cases, by keyboard; what the contact's phone shows of it afterwards."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from playwright.async_api import expect

from deploy.actor import Actor
from flows.ids import PhraseId
from tests.acceptance.cold_start import Start, mark
from tests.acceptance.keyboard import Hands

HELPED, REFERRED = "Helped", "Referred to others"
NOT_REACHED, NOT_OURS, OTHER = "No contact was possible", "Not a case for this line", "Something else"
BLUR = "image => getComputedStyle(image).filter"
CLOVER = "🍀"


@dataclass
class Shift:
    """One responder at work: what was prepared, the hands, and the marks of what they themselves typed."""

    start: Start
    hands: Hands
    typed: list[str] = field(default_factory=list)

    def words(self, beginning: str) -> str:
        """Words of the responder's own that nothing else has."""
        self.typed.append(mark())
        return f"{beginning} {self.typed[-1]}"

    async def close(self, outcome: str) -> None:
        """Close the case with what came of it; the queue says so."""
        hands = self.hands
        await hands.use("Close the case")
        await hands.tick(outcome)
        await hands.send("Close the case")
        await hands.sees("Closed.")

    async def write(self, words: str) -> None:
        """Write to the contact in words of one's own."""
        await self.hands.use("Write to them")
        await expect(self.hands.page.get_by_role("textbox", name="Your own words")).to_be_focused()
        await self.hands.type(words)
        await self.hands.send("Send to them")

    async def write_ready(self, beginning: str) -> None:
        """Write one of the ready texts."""
        await self.hands.use("Write to them")
        await self.hands.choose("Ready texts", beginning, key="Shift+Tab")
        await self.hands.send("Send to them")
        await self.hands.sees("Goes out in")

    async def note(self, beginning: str) -> None:
        """Leave a note for colleagues."""
        words = self.words(beginning)
        await self.hands.use("Note for colleagues")
        await self.hands.type(words)
        await self.hands.send("Note for colleagues")
        await self.hands.sees("Noted.")
        await self.hands.sees(words)


async def shown(actor: Actor, words: str) -> None:
    """Their phone says that a note is here and no more; by their word they come to it, and a tap shows the words."""
    label = note_label(actor)
    told = await actor.person.expect(lambda screen: label in screen.text, within=30)
    assert words not in told.text
    await actor.person.press(told.labels[0])
    screen = await actor.person.expect(lambda screen: label not in screen.text)
    if words not in screen.text:  # a chat that somebody keeps is never covered, and shows them at once
        await come_back(actor)
        await actor.person.press(label)
    await actor.person.expect(lambda screen: words in screen.text)


def note_label(actor: Actor) -> str:
    """What says that a note is here."""
    return actor.catalog.text("phrase.note_here", actor.definitions.phrases[PhraseId("note_here")].text)


async def come_back(actor: Actor) -> None:
    """Type the usual word into the tool: then the note is offered."""
    label = note_label(actor)
    await actor.person.say(actor.first_word("way_back_word"))
    await actor.person.expect(lambda screen: label in screen.labels)


async def joy(shift: Shift) -> None:
    """A child who is held: a ready text, taken back in time, then own words."""
    hands = shift.hands
    await hands.sees("15")
    await shift.write_ready("Thank you. We read what you wrote.")
    await hands.use("Do not send")
    await hands.sees("Taken back before it went out.")
    words = shift.words("Thank you for writing.")
    await hands.use("Write to them")
    await hands.press("Control+a")
    await hands.type(words)
    await hands.send("Send to them")
    await hands.sees("Goes out in")
    await shift.close(REFERRED)
    await shown(shift.start.people["Joy"], words)


async def leila(shift: Shift) -> None:
    """Hurt now, writes first: a question that waits for her, a note, then a colleague who reads her language."""
    hands = shift.hands
    await hands.sees("What you send waits until they write or tap here themselves.")
    await hands.use("Ask them a question")
    await hands.send("Ask it")
    await hands.sees("Goes out in")
    await shift.note("Ask the colleague who reads Arabic.")
    await hands.follow("Emergency release")
    await hands.on("Emergency release")
    await hands.follow("Back to the case")
    await hands.on("Hurt or threatened now.")
    words = shift.words("She writes first.")
    await hands.use("Hand it over")
    await hands.to("textbox", "Note for colleagues, if you like")
    await hands.type(words)
    await hands.send("Offer it")
    await hands.sees("Offered to Bashir. It is yours until they accept.")
    (case,) = (await shift.start.at_desk("list", colleague=True))["cases"][:1]
    taken = await shift.start.at_desk("hand-over", case["id"], "--accept", colleague=True)
    assert taken["state"] == "claimed"
    await hands.use("Back to the queue")
    await hands.sees("With other responders")


async def daniel(shift: Shift) -> None:
    """His warning word is what stands in red; nothing is written to him."""
    await expect(shift.hands.page.get_by_role("alert")).to_contain_text("They typed their warning word")
    await shift.note("Nothing is written to him for now.")
    await shift.close(OTHER)


async def xiaoyu(shift: Shift) -> None:
    """Safe hours: what is written waits for them; given back, taken again from the list, and closed."""
    hands = shift.hands
    await hands.sees("You may write from")
    await shift.write(shift.words("谢谢你告诉我们。我们已经看到了。正在想办法。请先保护好自己。有空再写。"))
    await hands.sees("Goes out in")
    await hands.send("Give it back")
    await hands.sees("Given back.")
    await hands.use("next line")
    await hands.press("Enter")
    await hands.on("May be sold or moved within 3 days.")
    await hands.sees("Waits until")
    await shift.close(HELPED)


async def rosa(shift: Shift) -> None:
    """Her son is held for money: English by mistake, then her language; and a report for an outsider."""
    hands = shift.hands
    await shift.write("We have read what you wrote and we will look for help today.")
    await hands.on("Look again before you send")
    await hands.sees("This seems to be English. They chose another language.")
    await hands.follow("Back to the case, send nothing")
    await hands.on("Money is demanded within 3 days.")
    words = shift.words("Gracias por escribir. Leemos lo que usted cuenta y buscamos ayuda.")
    await hands.use("Write to them")
    await hands.press("Control+a")
    await hands.type(words)
    await hands.send("Send to them")
    await hands.sees("Goes out in")
    await export(shift)
    await shift.close(REFERRED)
    await shown(shift.start.people["Rosa"], words)


async def export(shift: Shift) -> None:
    """A page for an outsider, sealed to oneself; then back to the case."""
    hands = shift.hands
    await hands.use("Export")
    await hands.on("Export")
    await hands.choose("As what", "Page for an outsider")
    await hands.send("Show what is in it")
    await hands.on("Export")
    await hands.sees("Money is demanded within 3 days.")
    async with hands.page.expect_download() as saved:
        await hands.send("Seal and save")
    assert (await (await saved.value).path()).read_bytes().startswith(b"age-encryption.org/v1")
    await hands.use("Back to the queue")
    await hands.on("Money is demanded within 3 days.")


async def grace(shift: Shift) -> None:
    """She chose a sign: what is written reaches her as a small picture and nothing else."""
    await shift.write_ready("Thank you for writing. You are not alone.")
    await shift.close(REFERRED)
    actor = shift.start.people["Grace"]
    screen = await actor.person.expect(lambda screen: screen.text == CLOVER, within=30)
    assert screen.labels == []


async def amara(shift: Shift) -> None:
    """She closed the chat: the case says so, and a responder gives it more urgency, with a reason."""
    hands = shift.hands
    await hands.sees("They closed the chat.")
    reason = shift.words("On the way, without papers, and gone.")
    await hands.use("Change the urgency")
    await hands.choose("New urgency", "Critical", key="Shift+Tab")
    await hands.to("textbox", "Reason")
    await hands.type(reason)
    await hands.send("Change the urgency")
    await hands.on("A responder says Critical.")
    await hands.sees(reason)
    await shift.close(NOT_REACHED)
    assert not (await shift.start.people["Amara"].person.screen()).bubbles


async def sami(shift: Shift) -> None:
    """A ready text goes out in his language."""
    actor = shift.start.people["سامي"]
    (ready,) = [each for each in actor.definitions.tables.relay.replies if each.id == "work_on_it"]
    await shift.write_ready("We are working on it.")
    await shift.close(REFERRED)
    await shown(actor, actor.catalog.text(ready.context, ready.text))


async def marco(shift: Shift) -> None:
    """A photo is blurred until it is wanted."""
    hands = shift.hands
    picture = hands.page.locator(".veiled img")
    assert "blur" in await picture.evaluate(BLUR)
    await hands.to("checkbox", "Show")
    await hands.press("Space")
    await expect(picture).to_have_css("filter", "none")
    await shift.close(HELPED)


async def noor(shift: Shift) -> None:
    """Another trouble: kept for longer, read, and closed as none of ours."""
    await shift.hands.send("Keep it longer")
    await shift.hands.sees("Yours for longer.")
    await shift.close(NOT_OURS)


@dataclass(frozen=True)
class Task:
    """One of the ten: who it is, how the queue shows it, the headline, and what is done."""

    name: str
    urgency: str
    language: str
    headline: str
    work: Callable[[Shift], Awaitable[None]]


TEN = (
    Task("Joy", "Critical", "English", "Under 18 and held.", joy),
    Task("ليلى", "Critical", "Arabic", "Hurt or threatened now.", leila),
    Task("Daniel", "Critical", "English", "Somebody makes them write or sees it.", daniel),
    Task("晓雨", "Critical", "Chinese", "May be sold or moved within 3 days.", xiaoyu),
    Task("Rosa", "Critical", "Spanish", "Money is demanded within 3 days.", rosa),
    Task("Grace", "High", "English", "Probable, and still held or on the way.", grace),
    Task("Amara", "High", "English", "Inside or on the way, watched or cut off", amara),
    Task("سامي", "High", "Arabic", "A sign that cannot wait, whatever the likelihood.", sami),
    Task("Marco", "Medium", "Spanish", "Possible, and travels within two weeks.", marco),
    Task("Noor", "Low", "English", "Too few answers to tell.", noor),
)
"""In the order of the queue: urgency, minors, the nearest deadline, and who has waited longest."""
