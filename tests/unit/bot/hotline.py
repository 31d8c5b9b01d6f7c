"""A hotline without a network: real definitions, real sealing to one responder, and an intake to talk to."""

import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.catalogue import covers, definitions, reader
from bot.forwarding import Forwarding
from bot.fronts import NO_FRONTS, Fronts
from bot.intake import Intake
from bot.library import Library, compile_edition
from bot.place import NOTHING, Place, Toll
from bot.recipients import RecipientsFile
from bot.record import Held, Record
from bot.render import Render
from bot.screen import Show
from bot.sealing import Sealer, unbox_revision
from bot.step import Step
from bot.talk import Talk
from bot.telephones import Telephones
from bot.updates import Given, Incoming, Pressed, Ticked
from bot.voice import Voice
from flows.cover_texts import Tool
from flows.summary import CasePart, decode_part
from locales.catalog import load_catalogs
from protocol.roster import Roster, add_card, encode_roster
from protocol.signing import SigningKey
from responder.keyfile import ResponderKeys, generate_keys, make_card
from responder.unseal import unseal_revision
from storage.box import DataKey
from storage.case import Put


def word_mark(salt: str, word: str) -> bytes:
    """A keyed hash as the keyring makes it, under a key that everybody knows."""
    return hmac.digest(b"k" * 32, f"{salt} {word}".encode(), "sha256")[:16]


NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def library() -> Library:
    """The real flow in every language that is complete."""
    found = definitions()
    catalogs = load_catalogs(found)
    phrases = {str(name): phrase.text for name, phrase in found.phrases.items()}
    voices = {
        each.code: Voice(each, catalogs.by_code[each.code].text, phrases) for each in catalogs.languages
    }
    newest = compile_edition(found.whole, voices, phrases)
    editions = {newest.flow.revision: newest}
    telephones = Telephones(found.tables.directory)
    return Library(
        newest,
        editions,
        found.rubric,
        catalogs.languages,
        "en",
        lambda _context, source: source,
        telephones,
        reader(found, ["en"]),
        found.tables.relay,
        covers(found, voices, Tool.UNITS),
        found.tables.partners,
    )


@dataclass
class Contact:
    """Somebody who writes, and the record that is kept of them between two turns."""

    intake: Intake
    keys: ResponderKeys
    server: SigningKey
    held: Held = field(
        default_factory=lambda: Held("c" * 32, b"k" * 16, DataKey.generate(), Record(), 0, Place(chat=7))
    )
    now: datetime = NOON
    puts: list[Put] = field(default_factory=list)
    show: Show | None = None

    @classmethod
    def new(cls, folder: Path, *, practice: bool = False, fronts: Fronts = NO_FRONTS) -> "Contact":
        """Somebody new, and a responder who is enrolled."""
        keys, server = generate_keys(), SigningKey.generate()
        card = make_card(keys, name="Rosa", now=int(NOON.timestamp()))
        (folder / "recipients.json").write_text(encode_roster(add_card(Roster(), card)))
        found = library()
        sealer = Sealer(RecipientsFile(folder / "recipients.json"), server)
        render = Render(found.languages, practice, found.telephones)
        forwarding = Forwarding(found, sealer)
        talk = Talk(
            found, render, forwarding, timedelta(minutes=30), timedelta(hours=72), timedelta(seconds=90)
        )
        intake = Intake.build(talk, word_mark, fronts)
        return cls(intake, keys, server)

    @property
    def record(self) -> Record:
        """What is remembered."""
        return self.held.record

    def give(self, given: Given, language: str | None = "en", *, toll: Toll = NOTHING) -> Step:
        """One thing, as it comes from Telegram."""
        step = self.intake.handle(self.record, Incoming(7, given, language), now=self.now, toll=toll)
        self.held.record = step.record
        self.show = step.show or self.show
        if step.forward is not None:
            self.held.record, put = self.intake.seal(self.held, step.record, step.forward, now=self.now)
            self.puts.append(put)
        return step

    def ring(self, what: str) -> Step:
        """The clock as it is set now: `expiry`, a `silence` that has lasted, an `idle` screen, a `check_in`."""
        if what == "expiry":
            return self.give(Ticked(what, self.record.expires_at))
        moments = {"idle": self.record.idle_at, "check_in": self.record.check_in_at}
        moment = moments.get(what, self.record.silence_at)
        self.now = max(self.now, datetime.fromtimestamp(moment / 1000, UTC))
        return self.give(Ticked(what, self.record.rings_at))

    def press(self, label: str, toll: Toll = NOTHING) -> Step:
        """Press the button with this label, with or without a tick."""
        assert self.show is not None
        found = [each for row in self.show.rows for each in row if each.label.removeprefix("✓ ") == label]
        assert found, [each.label for row in self.show.rows for each in row]
        return self.give(Pressed(found[0].token, "callback", 1), toll=toll)

    def labels(self) -> list[str]:
        """The buttons that are shown."""
        return [] if self.show is None else [each.label for row in self.show.rows for each in row]

    def opened(self, put: Put) -> dict[str, CasePart]:
        """The parts of a revision as the responder opens them, by tier."""
        keys = {self.server.id: self.server.verify_key}
        sealed = [unbox_revision(each, self.held.key) for each in put.revisions]
        parts = [decode_part(unseal_revision(each, [self.keys.identity], keys).body) for each in sealed]
        return {part.tier.value: part for part in parts}
