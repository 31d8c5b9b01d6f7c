"""An export leaves the desk sealed, after the server has written it down, or not at all."""

from __future__ import annotations

import json
import re
import tempfile
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pyrage
import pytest
from click.testing import Result

from flows.summary import encode_part
from protocol.attachment import Content
from protocol.audience import RecipientClass, Tier
from protocol.card import CardId, card_id, encode_card
from protocol.desk import Urgency
from protocol.export import Exported, ExportFormat, SealedFor
from protocol.revision import CaseId
from responder.exports.exporting import MOST_BYTES, Order, check, press
from responder.exports.scope import Scope
from responder.exports.sealing import ToCard, ToNobody, new_passphrase, sealed_to
from responder.failures import ExportWrong
from responder.identity import generate_identity
from responder.keyfile import generate_keys, make_card
from responder.lexicon import vocabulary
from responder.passphrase import Passphrase
from responder.unseal import unseal
from responder.vault import Vault
from tests.unit.test_responder.enrolled import PASSPHRASE, Enrolled
from tests.unit.test_responder.invented import ALMAZ, DAWIT, opened
from tests.unit.test_responder.test_cli import DONE, FAILED, MISUSED, run
from tests.unit.test_responder.test_export_flat import CHECKED
from tests.unit.test_responder.test_export_report import passes
from tests.unit.test_responder.told import header

VICTIM, FAMILY = CaseId("dangerdanger"), CaseId("familyfamily")
PHOTO = b"\xff\xd8\xff a picture"
NO_REASON = ("--plain", "--for", "organisation", "--yes")
PLAIN = (*NO_REASON, "--reason", "No age here.")


@pytest.fixture
def at_work(enrolled: Enrolled) -> Enrolled:
    """A victim's case with a photo, and a family's report."""
    for case, answers, flow in ((VICTIM, DAWIT, "victim"), (FAMILY, ALMAZ, "family")):
        told = opened(
            answers, "the river is behind us", files=(("photo", "gate.jpg"),) if case == VICTIM else ()
        )
        head = msgspec.structs.replace(header(case, Urgency.CRITICAL, language="en"), flow=flow)
        enrolled.desk.put(head, {Tier(part.tier.value): encode_part(part) for _, part in told.parts})
    enrolled.desk.file(VICTIM, f"{0:032x}", Content("photo", "gate.jpg", "image/jpeg", PHOTO))
    return enrolled


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for temporary files of its own."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    yield folder
    monkeypatch.setattr(tempfile, "tempdir", None)


async def made(at_work: Enrolled, tmp_path: Path, *words: str, case: str = VICTIM) -> tuple[Result, bytes]:
    """Export, and the file that came of it."""
    output = tmp_path / "made"
    result = await run(at_work, "export", case, *words, "-o", str(output))
    return result, output.read_bytes() if output.exists() else b""


async def test_an_export_is_sealed_to_oneself_and_noted_before(at_work: Enrolled, tmp_path: Path) -> None:
    """Nobody named: one's own card. What the server is told has no words in it."""
    result, sealed = await made(at_work, tmp_path, "--format", "json")

    assert result.exit_code == DONE, result.stderr
    assert sealed.startswith(b"age-encryption.org/v1")
    (noted,) = at_work.desk.exported
    assert noted == Exported(
        format=ExportFormat.JSON,
        tiers=(Tier.CORE,),
        audience=RecipientClass.ORGANISATION,
        sealed_for=SealedFor.CARD,
        card=card_id(at_work.card),
    )
    async with Vault(at_work.settings) as vault:
        identity = (await vault.unlock(PASSPHRASE)).identity
    document = json.loads(unseal(sealed, [identity]))
    CHECKED.validate(document)
    assert document["export"]["left_out"]["tiers"] == ["identity", "location", "forced_acts", "words"]
    assert "KK Park" not in json.dumps(document)
    assert "left out: identity, location, forced_acts, words" in result.stderr
    assert at_work.card.name in result.stderr


async def test_nothing_leaves_that_the_server_does_not_note(at_work: Enrolled, tmp_path: Path) -> None:
    """Refused, not understood, or not reached: no file."""
    at_work.desk.notes_no_export = True
    refused, nothing = await made(at_work, tmp_path, "--format", "json")
    at_work.desk.notes_no_export, at_work.desk.broken = False, True
    garbled, none = await made(at_work, tmp_path, "--format", "json")

    assert (refused.exit_code, garbled.exit_code) == (FAILED, FAILED)
    assert (nothing, none) == (b"", b"")
    assert "error:" in refused.stderr


FORMATS = [
    (VICTIM, "json", None, b"{"),
    (VICTIM, "csv", None, b"\xef\xbb\xbf"),
    (VICTIM, "htcds", None, b"{"),
    (VICTIM, "htcds", "csv", b"\xef\xbb\xbf"),
    (VICTIM, "page", None, b"<!doctype html>"),
    (VICTIM, "pdf", None, b"%PDF-"),
    (FAMILY, "pfif", None, b"<?xml"),
    (FAMILY, "primero", None, b"{"),
    (FAMILY, "yellow", None, b"<!doctype html>"),
    (FAMILY, "yellow", "pdf", b"%PDF-"),
    (FAMILY, "yellow", "json", b"{"),
]


@pytest.mark.parametrize(("case", "kind", "form", "begins"), FORMATS)
async def test_every_format_is_written_and_nothing_else_is(
    at_work: Enrolled, tmp_path: Path, temporary: Path, case: str, kind: str, form: str | None, begins: bytes
) -> None:
    """Plain, with a reason; the only new file is the one that was named, and only its owner can read it."""
    words = ("--format", kind, "--tiers", "all", *PLAIN, *(("--as", form) if form else ()))
    before = set(at_work.home.folder.rglob("*")) | {at_work.home.folder / "passphrase"}
    result, content = await made(at_work, tmp_path, *words, case=case)

    assert result.exit_code == DONE, result.stderr
    assert content.lstrip().startswith(begins)
    assert list(temporary.rglob("*")) == []
    assert set(at_work.home.folder.rglob("*")) == before
    assert (tmp_path / "made").stat().st_mode & 0o077 == 0
    assert [each.sealed_for for each in at_work.desk.exported] == [SealedFor.PLAIN]


async def test_a_plain_export_needs_a_reason_and_a_yes(at_work: Enrolled, tmp_path: Path) -> None:
    """The reason becomes a sealed note for colleagues; the server sees that it is plain, and no word of why."""
    no_reason, _ = await made(at_work, tmp_path, "--format", "json", *NO_REASON)
    no_yes, _ = await made(
        at_work, tmp_path, "--format", "json", *(word for word in PLAIN if word != "--yes")
    )
    assert (no_reason.exit_code, no_yes.exit_code) == (FAILED, FAILED)
    assert at_work.desk.asked == []

    done, _ = await made(at_work, tmp_path, "--format", "json", *PLAIN)
    shown = await run(at_work, "open", VICTIM)

    assert done.exit_code == DONE
    assert "No age here." in shown.stdout
    assert at_work.desk.cases[VICTIM].texts == [None]
    posts = [each for each in at_work.desk.asked if each.startswith("POST") and not each.endswith("claim")]
    assert [each.rpartition("/")[2] for each in posts] == ["messages", "exported"]


async def test_the_standard_age_opens_what_is_for_outsiders(at_work: Enrolled, tmp_path: Path) -> None:
    """A recipient of theirs, or the passphrase that is shown once; whom it is for has to be said."""
    theirs = pyrage.x25519.Identity.generate()
    unsaid, _ = await made(at_work, tmp_path, "--format", "page", "--to", str(theirs.to_public()))
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    police = ("--format", "page", "--for", "home_police", "--tiers", "identity,location")
    keyed, sealed = await made(at_work, tmp_path / "a", *police, "--to", str(theirs.to_public()))
    worded, locked = await made(at_work, tmp_path / "b", *police, "--passphrase")
    passphrase = worded.stderr.partition("passphrase: ")[2].partition("\n")[0]

    assert unsaid.exit_code == FAILED
    assert "--for" in unsaid.stderr
    assert keyed.exit_code == worded.exit_code == DONE
    for page in (pyrage.decrypt(sealed, [theirs]), pyrage.passphrase.decrypt(locked, passphrase)):
        assert b"For The police of the home country alone" in page
        assert b"KK Park" in page
        assert b"Write to people to get money" not in page
        assert b"the river is behind us" not in page
    assert [each.sealed_for for each in at_work.desk.exported] == [SealedFor.RECIPIENT, SealedFor.PASSPHRASE]


async def test_originals_come_with_the_words_and_are_proved(at_work: Enrolled, tmp_path: Path) -> None:
    """In the page, byte for byte; the expert's command passes on what is saved from it."""
    _, page = await made(at_work, tmp_path, "--format", "page", "--tiers", "all", *PLAIN)
    saved = tmp_path / "saved"
    saved.mkdir()
    for name, data in re.findall(r'download="([^"]+)" href="data:[^,]+,([^"]*)"', page.decode()):
        (saved / name).write_bytes(b64decode(data))
    manifest: dict[str, Any] = json.loads((saved / "manifest.json").read_bytes())

    assert passes(saved)
    assert (saved / "1.jpg").read_bytes() == PHOTO
    assert [each["name"] for each in manifest["files"]] == ["case.json", "1.jpg"]
    assert manifest["exporter"] == card_id(at_work.card)
    assert manifest["key"] == at_work.card.verify_key
    assert manifest["files"][1]["received_at"]
    assert at_work.desk.exported[0].files == 1
    CHECKED.validate(json.loads((saved / "case.json").read_bytes()))


async def test_a_card_is_handed_what_its_class_may_have(at_work: Enrolled, tmp_path: Path) -> None:
    """The class stands on the card: nobody has to say it, and nobody can say another."""
    keys = generate_keys(hybrid=False)
    card = make_card(
        keys, name="Embassy", now=1_767_225_600, recipient_class=RecipientClass.EMBASSY, country="ET"
    )
    file = tmp_path / "card.json"
    file.write_text(encode_card(card), encoding="utf-8")
    to = ("--format", "json", "--to", str(file))
    done, sealed = await made(at_work, tmp_path, *to, "--tiers", "identity")
    (tmp_path / "a").mkdir()
    too_much, nothing = await made(at_work, tmp_path / "a", *to, "--tiers", "words")
    another, none = await made(at_work, tmp_path / "a", *to, "--for", "organisation")

    assert done.exit_code == DONE, done.stderr
    assert json.loads(unseal(sealed, [keys.identity]))["export"]["audience"] == "embassy"
    assert (too_much.exit_code, another.exit_code) == (FAILED, FAILED)
    assert (nothing, none) == (b"", b"")
    assert len(at_work.desk.exported) == 1


@pytest.mark.parametrize(
    ("case", "kind", "hint"),
    [(FAMILY, "htcds", "pfif, primero, yellow"), (VICTIM, "pfif", "htcds"), (VICTIM, "yellow", "htcds")],
)
async def test_a_format_that_makes_no_sense_says_which_do(
    at_work: Enrolled, tmp_path: Path, case: str, kind: str, hint: str
) -> None:
    """A report of a family is no victim's case, and the other way round."""
    result, content = await made(at_work, tmp_path, "--format", kind, case=case)

    assert result.exit_code == FAILED
    assert hint in result.stderr.partition("hint:")[2]
    assert content == b""
    assert at_work.desk.exported == []


@pytest.mark.parametrize(
    "words",
    [
        ("--as", "xml"),
        ("--tiers", "core,name"),
        ("--redact", "nose"),
        ("--to", "/nowhere"),
        ("--to", "age1nonsense"),
        ("--for", "embassy", "--tiers", "words"),
    ],
)
async def test_what_cannot_be_is_refused_with_a_hint(
    at_work: Enrolled, tmp_path: Path, words: tuple[str, ...]
) -> None:
    """And nothing is noted."""
    result, content = await made(at_work, tmp_path, "--format", "json", *words)

    assert result.exit_code == FAILED
    assert "hint:" in result.stderr
    assert content == b""
    assert at_work.desk.exported == []


async def test_a_file_that_is_there_stays(at_work: Enrolled, tmp_path: Path) -> None:
    """It is looked at before anything is noted; two ways of sealing at once are misuse."""
    (tmp_path / "made").write_bytes(b"mine")
    result, content = await made(at_work, tmp_path, "--format", "json")
    both = await run(at_work, "export", VICTIM, "--format", "json", "--passphrase", *PLAIN)

    assert (result.exit_code, both.exit_code) == (FAILED, MISUSED)
    assert content == b"mine"
    assert at_work.desk.exported == []


async def test_a_look_exports_nothing(at_work: Enrolled) -> None:
    """What would be in it, for people and for programs; nothing is noted, since nothing leaves."""
    shown = await run(
        at_work, "export", VICTIM, "--format", "json", "--tiers", "all", "--redact", "phone", "--show"
    )
    printed = await run(at_work, "export", VICTIM, "--format", "json", "--show", "--json")

    assert "place (place): KK Park" in shown.stdout
    assert "other_phone" not in shown.stdout
    assert "files: 1 (photo)" in shown.stdout
    assert "left out: phone, watchword" in shown.stdout
    document = json.loads(printed.stdout)
    assert document["schema"] == "export-preview/1"
    assert {each["question"] for each in document["answers"]} >= {"danger", "papers"}
    assert document["texts"] == []
    assert at_work.desk.exported == []


async def test_too_many_bytes_are_not_taken_along(at_work: Enrolled) -> None:
    """A page of hundreds of megabytes opens nowhere: it is said what to do."""
    async with Vault(at_work.settings) as vault:
        desk = await vault.unlock(PASSPHRASE)
        case = await desk.open(VICTIM)
        large = tuple(replace(each, size=MOST_BYTES + 1) for each in case.files.all)
        case = replace(case, files=replace(case.files, all=large))
        scope = Scope(tiers=frozenset(Tier))
        order = Order(ExportFormat.PAGE, scope, ToCard(at_work.card))
        with pytest.raises(ExportWrong, match="40 MB"):
            await press(desk, *vocabulary("en", ())).export(case, order)
    assert at_work.desk.exported == []


async def test_the_core_is_in_every_export(at_work: Enrolled) -> None:
    """A name without what happened to it is a list of people."""
    async with Vault(at_work.settings) as vault:
        case = await (await vault.unlock(PASSPHRASE)).open(VICTIM)
    scope = Scope(tiers=frozenset({Tier.IDENTITY}))
    with pytest.raises(ExportWrong, match="core"):
        check(case, Order(ExportFormat.JSON, scope, ToCard(at_work.card)))


def test_a_passphrase_can_be_read_aloud() -> None:
    """Long enough, without letters that are taken for others, and never the same."""
    made = {new_passphrase() for _ in range(50)}

    assert len(made) == 50
    assert all(len(each) == 29 and not set(each) & set("01ilo") for each in made)


def test_what_is_sealed_to_is_a_card_or_a_key() -> None:
    """Nothing else, and a plain one needs words that can be seen."""
    identity = generate_identity()
    seal = sealed_to(f" {identity.recipient}\n")

    assert unseal(seal.close(b"case"), [identity]) == b"case"
    assert seal.fingerprint == str(identity.recipient)
    for wrong in ("", "{}", "AGE-SECRET-KEY-1", '{"schema": "card/1"}'):
        with pytest.raises(ExportWrong):
            sealed_to(wrong)
    with pytest.raises(ExportWrong, match="reason"):
        ToNobody(" \n")
    assert Passphrase("x") != Passphrase("y")


@pytest.mark.parametrize(
    "body",
    [
        {"tiers": ["identity"]},
        {"tiers": ["core", "core"]},
        {"card": None},
        {"sealed_for": "plain"},
        {"files": -1},
        {"format": "word"},
        {"words": "canary"},
    ],
)
def test_what_the_server_is_told_has_one_shape(body: dict[str, object]) -> None:
    """No other field, no card where there is none, no tier twice."""
    good: dict[str, object] = {
        "format": "json",
        "tiers": ["core"],
        "audience": "embassy",
        "sealed_for": "card",
        "card": CardId("c" * 16),
    }
    msgspec.json.decode(msgspec.json.encode(good), type=Exported)

    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(msgspec.json.encode(good | body), type=Exported)
