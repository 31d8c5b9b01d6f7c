"""Emergency releases on the responder's machine: what goes, to whom, and what is not believed."""

import pytest
from msgspec.structs import replace

from flows.ids import FlowId
from flows.ids import Tier as SummaryTier
from flows.summary import CasePart
from protocol.audience import RecipientClass, Tier
from protocol.card import card_id
from protocol.disclosure import Disclosed, Disclosures, SealedDisclosure, confirm
from protocol.errors import BadSignature
from protocol.revision import CaseId
from protocol.roster import Roster, add_card, sign_roster
from protocol.signing import SigningKey
from responder.failures import DisclosureWrong
from responder.keyfile import ResponderKeys, generate_keys, make_card
from responder.releases import Released, read_releases, released_parts, write_release

NOW, CASE = 1_767_225_600, CaseId("case-1")
SERVER = SigningKey.generate()
KEYS = {SERVER.id: SERVER.verify_key}
ROSA, AMINA, JUMA = generate_keys(), generate_keys(), generate_keys()
ROSAS, AMINAS = (make_card(keys, name=name, now=NOW) for keys, name in ((ROSA, "Rosa"), (AMINA, "Amina")))
JUMAS = make_card(
    JUMA, name="Juma", now=NOW, recipient_class=RecipientClass.EMBASSY, country="UG", unit="Consular desk"
)
ROSTER = Roster()
for each in (ROSAS, AMINAS, JUMAS):
    ROSTER = add_card(ROSTER, each)
PARTS = [
    CasePart("s", FlowId("f"), "r", "en", 0, tier, watchword=("a b", "a b"), consents={"organisation": True})
    for tier in (SummaryTier.CORE, SummaryTier.LOCATION, SummaryTier.WORDS)
]


def known(*made: Disclosed) -> Disclosures:
    """What the server tells."""
    return Disclosures(disclosures=made, roster=sign_roster(ROSTER, SERVER))


def proposed(
    *,
    to: str = "",
    tiers: tuple[Tier, ...] = (Tier.CORE, Tier.LOCATION),
    reason: str = "Unconscious.",
    told: Disclosures | None = None,
) -> SealedDisclosure:
    """A proposal of Rosa's."""
    return write_release(
        CASE,
        PARTS,
        to=to or card_id(JUMAS),
        tiers=tiers,
        reason=reason,
        known=told or known(),
        card=card_id(ROSAS),
        key=ROSA.signing_key,
        server_keys=KEYS,
        now=NOW,
    )


def read(whole: Disclosed, keys: ResponderKeys, told: Disclosures | None = None) -> Released:
    """As somebody reads it."""
    (found,) = read_releases(CASE, told or known(whole), keys.identity, KEYS)
    return found


def signed(sealed: SealedDisclosure) -> Disclosed:
    """With Amina's signature."""
    second = confirm(sealed, card=card_id(AMINAS), key=AMINA.signing_key, now=NOW + 60)
    return Disclosed(disclosure=sealed, confirmation=second)


def test_the_named_card_and_the_colleagues_read_the_chosen_tiers_alone() -> None:
    """Without the words by which the contact knows us; the reason goes with it."""
    whole = signed(proposed())

    for keys in (JUMA, ROSA, AMINA):
        found = read(whole, keys)
        assert (found.by, found.second, found.name) == (
            "Rosa",
            "Amina",
            "Juma (UG, Consular desk, embassy)",
        )
        assert found.reason == "Unconscious."
        assert [part.tier for part in found.parts] == [SummaryTier.CORE, SummaryTier.LOCATION]
        assert all((part.watchword, dict(part.consents)) == ((), {}) for part in found.parts)
        assert released_parts([found]) == [(0, part) for part in found.parts]
    assert "Unconscious" not in repr(read(whole, ROSA))


def test_a_proposal_is_nothing_to_read() -> None:
    """Before the second signature no part of it counts."""
    found = read(Disclosed(disclosure=proposed()), AMINA)

    assert (found.second, found.confirmed_at) == ("", None)
    assert released_parts([found]) == []


def test_who_was_enrolled_later_sees_that_there_was_one() -> None:
    """And not what was in it."""
    found = read(signed(proposed()), generate_keys())

    assert (found.reason, found.parts, found.failure) == (None, (), "")


@pytest.mark.parametrize(
    ("changes", "failure"),
    [
        ({"tiers": "core"}, "BadSignature"),
        ({"case": CaseId("case-2")}, "WrongCase"),
        ({"number": 3}, "BadSignature"),
    ],
)
def test_what_was_changed_is_not_believed(changes: dict[str, object], failure: str) -> None:
    """Nothing of it is shown."""
    whole = signed(proposed())
    found = read(replace(whole, disclosure=replace(whole.disclosure, **changes)), AMINA)

    assert (found.failure, found.reason, found.parts) == (failure, None, ())


def test_a_second_signature_by_the_first_is_none() -> None:
    """Two people, or nobody."""
    sealed = proposed()
    own = confirm(sealed, card=card_id(ROSAS), key=ROSA.signing_key, now=NOW)

    assert read(Disclosed(disclosure=sealed, confirmation=own), JUMA).failure == "BadSignature"


def test_cards_that_the_server_did_not_sign_are_not_believed() -> None:
    """Neither for reading nor for sealing."""
    forged = Disclosures(disclosures=(signed(proposed()),), roster=sign_roster(ROSTER, SigningKey.generate()))

    assert read(signed(proposed()), JUMA, forged).failure == "UnknownKey"
    stolen = Disclosures(disclosures=(), roster=replace(known().roster, cards=ROSTER.cards[:2]))
    with pytest.raises(BadSignature):
        proposed(told=stolen)


def test_nobody_is_named_by_chance() -> None:
    """Only a partner, by what names one alone; with a reason; of tiers that are there."""
    for wrong in (
        {"to": card_id(AMINAS)},
        {"to": "nobody"},
        {"reason": " "},
        {"reason": "x" * 1001},
        {"tiers": (Tier.CORE, Tier.FORCED_ACTS)},
    ):
        with pytest.raises(DisclosureWrong):
            proposed(**wrong)  # type: ignore[arg-type]
    assert proposed(told=known(signed(proposed()))).number == 1
