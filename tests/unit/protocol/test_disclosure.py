"""Disclosures and readings: what stands on the outside, who may read as what, and that no printing shows content."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.audience import CARD_KINDS, ORGANISATIONS, RecipientClass, Tier
from protocol.card import Card, CardId, card_id, card_recipient, card_verify_key, is_partner, readings
from protocol.disclosure import (
    Content,
    Disclosure,
    check_confirmation,
    check_disclosure,
    confirm,
    name_tiers,
    open_content,
    seal_disclosure,
    tiers_of,
)
from protocol.errors import BadSignature
from protocol.revision import CaseId
from protocol.roster import Roster, add_card, readers_of
from responder.keyfile import generate_keys, make_card
from responder.unseal import unseal

NOW = 1_767_225_600
ROSA, AMINA, JUMA = generate_keys(), generate_keys(), generate_keys()
ROSAS, AMINAS = (make_card(keys, name=name, now=NOW) for keys, name in ((ROSA, "Rosa"), (AMINA, "Amina")))
JUMAS = make_card(
    JUMA, name="Juma", now=NOW, recipient_class=RecipientClass.EMBASSY, country="UG", unit="Desk"
)
KEYS = {card_id(card): card_verify_key(card) for card in (ROSAS, AMINAS)}
CONTENT = Content("nobody answers", (b"part",))


def disclosure(tiers: tuple[Tier, ...] = (Tier.CORE,)) -> Disclosure:
    """One of Rosa's to Juma."""
    return Disclosure(
        case=CaseId("case-1"),
        recipient_class=RecipientClass.ORGANISATION,
        number=0,
        to=card_id(JUMAS),
        tiers=name_tiers(tiers),
        card=card_id(ROSAS),
        sealed_at=NOW,
    )


def test_two_sign_and_one_named_card_reads() -> None:
    """What Rosa sealed and Amina signed for opens to Juma; nothing that is printed shows a word of it."""
    to = [card_recipient(JUMAS), card_recipient(ROSAS)]
    sealed = seal_disclosure(disclosure(), CONTENT, recipients=to, signing_key=ROSA.signing_key)
    second = confirm(sealed, card=card_id(AMINAS), key=AMINA.signing_key, now=NOW)

    check_disclosure(sealed, KEYS)
    check_confirmation(sealed, second, KEYS)
    opened = open_content(unseal(sealed.sealed, [JUMA.identity]), sealed, KEYS)

    assert opened == CONTENT
    assert "nobody" not in f"{CONTENT!r}{sealed!r}"
    own = confirm(sealed, card=card_id(ROSAS), key=ROSA.signing_key, now=NOW)
    with pytest.raises(BadSignature):
        check_confirmation(sealed, own, KEYS)


@given(st.sets(st.sampled_from(Tier), min_size=1))
def test_tiers_have_one_spelling(tiers: set[Tier]) -> None:
    """Whatever order they were chosen in."""
    assert set(tiers_of(disclosure(tuple(tiers)))) == tiers


@pytest.mark.parametrize("kind", [each for each in RecipientClass if each is not RecipientClass.DISCLOSED])
def test_a_card_reads_as_its_kind_says_and_for_its_country(kind: RecipientClass) -> None:
    """Police may be those of home or of the place; an older card is the one that it names; no country, no reading."""
    card = msgspec.structs.replace(JUMAS, recipient_class=kind)
    abroad = msgspec.structs.replace(card, country=None)

    if kind in {RecipientClass.ANALYST, RecipientClass.INTERPRETER, RecipientClass.DISCLOSED}:
        assert readings(card) == readings(abroad) == ()
        assert not is_partner(card)
    elif kind in ORGANISATIONS:
        assert readings(card) == readings(abroad) == ((kind, ""),)
        assert not is_partner(card)
    else:
        home, host = RecipientClass.HOME_POLICE, RecipientClass.HOST_POLICE
        classes = (home, host) if kind is RecipientClass.POLICE else (kind,)
        assert readings(card) == tuple((each, "UG") for each in classes)
        assert readings(abroad) == ()
        assert is_partner(card)


def test_keys_are_kept_by_class_and_country() -> None:
    """Two desks of one embassy both read; another country's does not."""
    other, abroad = generate_keys(), generate_keys()

    def embassy(keys: object, country: str) -> Card:
        return make_card(
            keys,  # type: ignore[arg-type]
            name="x",
            now=NOW,
            recipient_class=RecipientClass.EMBASSY,
            country=country,
            unit="Desk",
        )

    roster = Roster()
    for card in (ROSAS, JUMAS, embassy(other, "UG"), embassy(abroad, "KE")):
        roster = add_card(roster, card)
    found = readers_of(roster)

    assert found[RecipientClass.EMBASSY, "UG"] == (JUMA.identity.recipient, other.identity.recipient)
    assert found[RecipientClass.EMBASSY, "KE"] == (abroad.identity.recipient,)
    assert set(CARD_KINDS) >= {card.recipient_class for card in roster.cards}
    assert CardId("") not in KEYS
