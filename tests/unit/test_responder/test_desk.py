"""Opening a case: what is checked before it is believed, and what is passed over."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import msgspec
import pytest

from protocol.audience import RecipientClass, Tier
from protocol.card import card_recipient
from protocol.desk import CaseState, Outcome, Urgency
from protocol.revision import CaseId, SealedRevision, seal_revision
from protocol.signing import SigningKey
from responder.desk import Desk
from responder.failures import CaseUnreadable, NothingWaiting, Refused
from responder.identity import generate_identity
from responder.vault import Vault
from tests.unit.test_responder.enrolled import PASSPHRASE, Enrolled
from tests.unit.test_responder.fake_desk import FakeDesk
from tests.unit.test_responder.told import DANGER, ONLY_HELP, header, parts, tell

CASE = CaseId("dangerdanger")
OTHER = CaseId("quietquiet")


@dataclass(frozen=True)
class Sitting:
    """Amina at her desk, and the server behind it."""

    desk: Desk
    server: FakeDesk
    enrolled: Enrolled

    def revisions(self, case: CaseId = CASE) -> list[SealedRevision]:
        """What the server keeps of a case, to be tampered with."""
        return self.server.cases[case].revisions


@pytest.fixture
async def sitting(enrolled: Enrolled) -> AsyncIterator[Sitting]:
    """An unlocked desk with one critical case and one that only says help."""
    enrolled.desk.put(header(CASE, Urgency.CRITICAL), parts(tell(DANGER)))
    enrolled.desk.put(header(OTHER, Urgency.MEDIUM), parts(tell(ONLY_HELP, session="s2")))
    async with Vault(enrolled.settings) as vault:
        yield Sitting(await vault.unlock(PASSPHRASE), enrolled.desk, enrolled)


async def test_next_opens_the_most_urgent_case(sitting: Sitting) -> None:
    """It is claimed first, and every tier is put together."""
    opened = await sitting.desk.next()

    assert opened.header.id == CASE
    assert opened.header.state is CaseState.CLAIMED
    assert {tier.value for tier in opened.sessions[0].tiers} == {"core", "identity", "location", "words"}
    assert opened.sessions[0].texts[0].text == "أرجوكم ساعدوني"
    assert opened.unread == ()


async def test_an_empty_queue_is_said(sitting: Sitting) -> None:
    """Nothing waits once both cases are taken."""
    await sitting.desk.next()
    await sitting.desk.next()

    with pytest.raises(NothingWaiting):
        await sitting.desk.next()


async def test_an_open_case_opens_again_without_a_second_claim(sitting: Sitting) -> None:
    """Reading twice asks for the sealed parts twice and claims once."""
    await sitting.desk.open(CASE)
    await sitting.desk.open(CASE)

    assert sitting.server.asked.count(f"POST /v1/cases/{CASE}/claim") == 1


async def test_a_colleagues_case_stays_closed(sitting: Sitting) -> None:
    """The server gives sealed parts to the holder of the claim alone."""
    kept = sitting.server.cases[CASE]
    kept.header = msgspec.structs.replace(kept.header, state=CaseState.CLAIMED, claimed_by="somebodyelse")

    with pytest.raises(Refused) as caught:
        await sitting.desk.open(CASE)

    assert caught.value.code == "not_holder"


async def test_release_renew_and_close_reach_the_server(sitting: Sitting) -> None:
    """Each verb is one request."""
    await sitting.desk.open(CASE)
    await sitting.desk.renew(CASE)
    await sitting.desk.release(CASE)
    await sitting.desk.open(CASE)
    closed = await sitting.desk.close(CASE, Outcome.NO_CONTACT)

    assert closed.state is CaseState.CLOSED
    assert sitting.server.outcomes == {CASE: Outcome.NO_CONTACT}


async def test_a_later_revision_stands_instead_of_the_earlier(sitting: Sitting) -> None:
    """Of each session and tier the highest revision counts, in whatever order they come."""
    sitting.server.put(header(CASE, Urgency.CRITICAL), parts(tell(DANGER[:5])), revision=0)

    opened = await sitting.desk.open(CASE)

    assert len(opened.sessions) == 1
    assert len(opened.sessions[0].answers) > len(tell(DANGER[:5]).log)


async def test_sessions_stand_side_by_side(sitting: Sitting) -> None:
    """Somebody who came back is one case with two sessions, the older first."""
    later = parts(tell(ONLY_HELP, session="s9", began=1_772_500_000))
    sitting.server.put(header(CASE, Urgency.CRITICAL), later, revision=2)

    opened = await sitting.desk.open(CASE)

    assert [session.session for session in opened.sessions] == ["s1", "s9"]


async def test_a_part_that_was_changed_is_not_shown(sitting: Sitting) -> None:
    """The rest of the case is, with a note: a life may hang on it."""
    first = sitting.revisions()[0]
    sitting.revisions()[0] = msgspec.structs.replace(first, sealed=first.sealed[:-1] + b"\x00")

    opened = await sitting.desk.open(CASE)

    assert [(part.tier, part.reason) for part in opened.unread] == [(first.tier, "BadSignature")]
    assert first.tier.value not in {tier.value for tier in opened.sessions[0].tiers}


async def test_a_part_of_another_case_is_not_shown(sitting: Sitting) -> None:
    """A server that mixes cases up is caught, though every signature is good."""
    sitting.revisions().append(sitting.revisions(OTHER)[0])

    opened = await sitting.desk.open(CASE)

    assert [part.reason for part in opened.unread] == ["WrongCase"]
    assert [session.session for session in opened.sessions] == ["s1"]


async def test_a_part_under_another_key_is_not_shown(sitting: Sitting) -> None:
    """The invite pinned the server's key: another one cannot plant a case."""
    _plant(sitting, signing_key=SigningKey.generate())

    opened = await sitting.desk.open(CASE)

    assert [part.reason for part in opened.unread] == ["UnknownKey"]


async def test_a_part_in_the_wrong_tier_is_not_shown(sitting: Sitting) -> None:
    """What is inside must be what it was sealed as, or consent by tier means nothing."""
    _plant(sitting, tier=Tier.IDENTITY)

    opened = await sitting.desk.open(CASE)

    assert [part.reason for part in opened.unread] == ["WrongTier"]


async def test_a_body_of_no_known_shape_is_not_shown(sitting: Sitting) -> None:
    """It is noted by name, with nothing of what it held."""
    _plant(sitting, body=b'{"schema":"part/9"}')

    opened = await sitting.desk.open(CASE)

    assert [part.reason for part in opened.unread] == ["PartUnreadable"]


async def test_what_is_sealed_to_others_is_passed_over(sitting: Sitting) -> None:
    """Another class's copy is nothing to warn of."""
    stranger = generate_identity(hybrid=False).recipient
    _plant(sitting, recipients=(stranger,))

    opened = await sitting.desk.open(CASE)

    assert opened.unread == ()


async def test_a_case_of_which_nothing_holds_is_refused(sitting: Sitting) -> None:
    """The failure names the checks, and says not to act on it."""
    for place, revision in enumerate(sitting.revisions()):
        sitting.revisions()[place] = msgspec.structs.replace(revision, signature=bytes(64))

    with pytest.raises(CaseUnreadable) as caught:
        await sitting.desk.open(CASE)

    assert "BadSignature" in str(caught.value)
    assert "Do not act" in caught.value.hint


async def test_a_case_for_others_alone_says_whom_to_ask(sitting: Sitting) -> None:
    """A card that was enrolled later cannot open what was sealed before."""
    sitting.revisions().clear()
    _plant(sitting, recipients=(generate_identity(hybrid=False).recipient,))

    with pytest.raises(CaseUnreadable) as caught:
        await sitting.desk.open(CASE)

    assert "colleague" in caught.value.hint


async def test_no_secret_is_in_a_repr(sitting: Sitting) -> None:
    """A traceback may show the desk and an opened case; neither shows a key or a word."""
    opened = await sitting.desk.open(CASE)

    assert "seed" not in repr(sitting.desk)
    assert "أرجوكم" not in repr(opened)


def _plant(sitting: Sitting, **fields: object) -> None:
    """Add a revision of the case that is right but for these fields."""
    right: dict[str, object] = {
        "case": CASE,
        "revision": 7,
        "tier": Tier.CORE,
        "recipient_class": RecipientClass.ORGANISATION,
        "body": parts(tell(DANGER))[Tier.CORE],
        "recipients": (card_recipient(sitting.enrolled.card),),
        "signing_key": sitting.server.key,
        "now": 1_772_366_400,
    }
    sitting.revisions().append(seal_revision(**(right | fields)))  # type: ignore[arg-type]
