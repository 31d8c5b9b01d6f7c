"""Stopping a key, sealing again and following an old card: what is signed, and by whom."""

import pytest
from msgspec.structs import replace

from protocol.audience import RecipientClass, Tier
from protocol.card import CardId, card_id, fingerprint_words
from protocol.errors import BadSignature, CardUnknown, UnknownKey
from protocol.revision import CaseId, SealedRevision, seal_revision
from protocol.rewrap import check_envelope, check_rewrap, count_recipients, rewrap_revision
from protocol.roster import Roster, add_card
from protocol.signing import SigningKey
from protocol.succession import check_succession, decode_succession, encode_succession, make_succession
from protocol.suspension import Reason, check_lift, check_suspension, make_lift, make_suspension
from responder.unseal import unseal, unseal_revision
from tests.unit.protocol.test_changes import NOW, ROSA, SAMI, SERVER, SERVER_KEYS, Somebody


def test_a_suspension_is_its_makers_own() -> None:
    """A known card's signature holds, a changed one does not, an unknown card's tells nothing."""
    new = make_suspension(SAMI.id, by=ROSA.id, reason=Reason.STOLEN, now=NOW, key=ROSA.keys.signing_key)
    keys = {ROSA.id: ROSA.keys.signing_key.verify_key}

    assert check_suspension(new, keys)
    assert not check_suspension(new, {})
    for changed in ({"card": ROSA.id}, {"reason": Reason.LOST}, {"made_at": NOW + 1}):
        with pytest.raises(BadSignature):
            check_suspension(replace(new, **changed), keys)


def test_a_lift_is_of_one_suspension() -> None:
    """A yes from last time does not count this time."""
    first = make_suspension(SAMI.id, by=ROSA.id, reason=Reason.LOST, now=NOW, key=ROSA.keys.signing_key)
    second = replace(first, made_at=NOW + 9)
    yes = make_lift(first, by=ROSA.id, now=NOW, key=ROSA.keys.signing_key)

    assert check_lift(yes, first, ROSA.keys.signing_key.verify_key)
    assert not check_lift(yes, second, ROSA.keys.signing_key.verify_key)
    with pytest.raises(BadSignature):
        check_lift(replace(yes, by=SAMI.id), first, ROSA.keys.signing_key.verify_key)


def sealed(*to: Somebody) -> SealedRevision:
    """One part as the server seals it."""
    return seal_revision(
        case=CaseId("c"),
        revision=1,
        tier=Tier.CORE,
        recipient_class=RecipientClass.ORGANISATION,
        body=b"said",
        recipients=[each.keys.identity.recipient for each in to],
        signing_key=SERVER,
        now=NOW,
    )


def again(old: SealedRevision, *to: Somebody) -> SealedRevision:
    """The same as Rosa seals it to others."""
    plaintext = unseal(old.sealed, [ROSA.keys.identity])
    return rewrap_revision(
        old, plaintext, [each.keys.identity.recipient for each in to], ROSA.keys.signing_key
    )


def test_what_was_sealed_again_opens_and_says_by_whom() -> None:
    """The colleague for whom it was opens it; what is inside is still the server's."""
    new, key = again(sealed(ROSA), ROSA, SAMI), ROSA.keys.signing_key
    colleagues = {key.id: key.verify_key}

    opened = unseal_revision(new, [SAMI.keys.identity], SERVER_KEYS, colleagues)

    assert (opened.body, opened.manifest.key, new.key) == (b"said", SERVER.id, key.id)
    assert check_envelope(new, SERVER_KEYS, colleagues)
    assert not check_envelope(sealed(ROSA), SERVER_KEYS, colleagues)
    assert (count_recipients(new.sealed), count_recipients(b"no age file")) == (2, 0)


def test_a_stranger_seals_nothing_again() -> None:
    """Neither an unknown key nor a changed label passes, and no signature for another purpose."""
    new, key = again(sealed(ROSA), ROSA), ROSA.keys.signing_key
    colleagues = {key.id: key.verify_key}

    with pytest.raises(UnknownKey):
        unseal_revision(new, [ROSA.keys.identity], SERVER_KEYS)
    with pytest.raises(BadSignature):
        check_rewrap(replace(new, case=CaseId("d")), colleagues)
    with pytest.raises(BadSignature):
        check_rewrap(sealed(ROSA), {SERVER.id: SERVER.verify_key})


def test_a_succession_is_the_old_keys_word() -> None:
    """It comes through a file, and whoever has no old key cannot make one."""
    new = Somebody("Rosa")
    made = make_succession(new.card, before=ROSA.card, key=ROSA.keys.signing_key, now=NOW)
    roster = add_card(Roster(), ROSA.card)

    assert check_succession(decode_succession(encode_succession(made)), roster) == ROSA.card
    with pytest.raises(CardUnknown):
        check_succession(made, Roster())
    forged = make_succession(new.card, before=ROSA.card, key=SigningKey.generate(), now=NOW)
    with pytest.raises(BadSignature):
        check_succession(forged, roster)


def test_nobody_becomes_another_class_by_succession() -> None:
    """A key of an embassy does not make one of the organisation."""
    new = Somebody("Rosa", RecipientClass.EMBASSY)
    made = make_succession(new.card, before=ROSA.card, key=ROSA.keys.signing_key, now=NOW)

    with pytest.raises(CardUnknown):
        check_succession(made, add_card(Roster(), ROSA.card))


def test_a_fingerprint_has_words() -> None:
    """Twelve, of a published list; another card has others."""
    words = fingerprint_words(ROSA.card).split()

    assert len(words) == 12
    assert words != fingerprint_words(SAMI.card).split()
    assert card_id(ROSA.card) == CardId(ROSA.id)
