"""Whom a case is sealed to: those who were agreed to and are enrolled, each with the tiers of its own."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given as supposing
from hypothesis import strategies as st

from bot.audience import Sharing, spread
from bot.recipients import Recipients
from bot.record import Record
from bot.sealing import unbox_revision
from bot.updates import Said, Started
from flows.ids import Tier as SummaryTier
from flows.loading import load
from flows.partners import Share
from flows.summary import CasePart, decode_part
from protocol.audience import RecipientClass, Tier
from protocol.errors import NoMatch
from protocol.roster import Roster, add_card, encode_roster
from responder.identity import Identity
from responder.keyfile import ResponderKeys, generate_keys, make_card
from responder.unseal import unseal_revision
from storage.case import Put
from tests.unit.bot.hotline import Contact

PARTNERS, FLOW = load().tables.partners, load().whole.id
SECOND, EMBASSY, POLICE = RecipientClass.SECOND_ORGANISATION, RecipientClass.EMBASSY, RecipientClass.POLICE
SOME = (SummaryTier.CORE, SummaryTier.IDENTITY)


@dataclass
class People:
    """Everybody who is enrolled, by name."""

    roster: Roster = field(default_factory=Roster)
    keys: dict[str, ResponderKeys] = field(default_factory=dict)

    def enrol(self, name: str, kind: RecipientClass, country: str | None = None) -> None:
        """One more."""
        self.keys[name] = generate_keys()
        card = make_card(
            self.keys[name],
            name=name,
            now=1_767_225_600,
            recipient_class=kind,
            country=country,
            unit="Desk 1",
        )
        self.roster = add_card(self.roster, card)

    @property
    def recipients(self) -> Recipients:
        """As the server reads them."""
        return Recipients.of(self.roster)


def enrolled() -> People:
    """Ours, a second organisation, an embassy and police of two countries."""
    found = People()
    found.enrol("Rosa", RecipientClass.ORGANISATION)
    found.enrol("Kofi", SECOND)
    found.enrol("Juma", EMBASSY, "UG")
    found.enrol("Wanjiru", EMBASSY, "KE")
    found.enrol("Okello", POLICE, "UG")
    found.enrol("Thiha", POLICE, "MM")
    return found


@pytest.fixture
def people() -> People:
    """All of them."""
    return enrolled()


def parts(*tiers: SummaryTier, mark: str = "", session: str = "s") -> dict[SummaryTier, CasePart]:
    """A case with these tiers."""
    return {tier: CasePart(session, FLOW, "r", mark or "en", 0, tier, watchword=("a",)) for tier in tiers}


def given(
    people: People, record: Record, shares: dict[str, Share | None], *tiers: SummaryTier, mark: str = ""
) -> Sharing:
    """What goes now."""
    return spread(record, parts(*(tiers or SOME), mark=mark), shares, PARTNERS, people.recipients)


def sealed(sharing: Sharing) -> set[tuple[str, str, str]]:
    """Class, country and tier of what goes."""
    return {(each.recipient_class, each.country, each.tier) for each in sharing.sheets}


def test_the_second_organisation_gets_what_the_first_gets(people: People) -> None:
    """At the start, and no partner does without a yes."""
    found = given(people, Record(), {}, SummaryTier.CORE)

    assert sealed(found) == {("organisation", "", "core"), ("second_organisation", "", "core")}
    assert found.classes == (RecipientClass.ORGANISATION, SECOND)
    assert given(people, found.record, {}, SummaryTier.CORE).sheets == ()


def test_nothing_is_sealed_for_a_class_without_a_card(people: People) -> None:
    """And nothing says that somebody agreed to it."""
    found = given(people, Record(), {"embassy": Share("TH", SOME), "host_police": None})

    assert {name for name, _, _ in sealed(found)} == {"organisation", "second_organisation"}
    assert "embassy" not in found.record.readers
    alone = People()
    alone.enrol("Rosa", RecipientClass.ORGANISATION)
    assert given(alone, Record(), {}).record.readers == {}
    assert not alone.recipients.has_partners


def test_a_partner_gets_its_tiers_without_our_words(people: People) -> None:
    """Only those that it may read, of those that go at all."""
    found = given(people, Record(), {"embassy": Share("UG", (*SOME, SummaryTier.LOCATION))})

    theirs = [each for each in found.sheets if each.recipient_class is EMBASSY]
    assert {(each.country, each.tier) for each in theirs} == {("UG", Tier.CORE), ("UG", Tier.IDENTITY)}
    assert all(decode_part(each.body).watchword == () for each in theirs)
    assert found.record.readers == {"second_organisation": "", "embassy": "UG"}


def test_a_yes_taken_back_takes_away_and_a_new_one_seals_all_anew(people: People) -> None:
    """The organisation's files are not touched by that."""
    yes: dict[str, Share | None] = {"embassy": Share("UG", SOME), "home_police": Share("UG", SOME)}
    first = given(people, Record(), yes)

    no = given(people, first.record, yes | {"embassy": None})
    again = given(people, no.record, yes)

    assert (no.withdrawn, no.sheets) == ((("embassy", ""),), ())
    assert no.record.readers == {"second_organisation": "", "home_police": "UG"}
    assert sealed(again) == {("embassy", "UG", "core"), ("embassy", "UG", "identity")}
    assert given(people, no.record, yes | {"embassy": None}).withdrawn == ()


def test_what_is_not_said_again_stays(people: People) -> None:
    """In a later session nobody has spoken of the embassy yet."""
    first = given(people, Record(), {"embassy": Share("UG", SOME)})

    later = given(people, first.record, {}, mark="fr")

    assert later.withdrawn == ()
    assert later.record.readers["embassy"] == "UG"
    assert "embassy" not in {name for name, _, _ in sealed(later)}


def test_another_country_gets_it_and_the_first_loses_it(people: People) -> None:
    """Whoever mistapped the home country."""
    first = given(people, Record(), {"embassy": Share("UG", SOME)})

    moved = given(people, first.record, {"embassy": Share("KE", SOME)})
    nobody = given(people, first.record, {"embassy": Share("TH", SOME)})

    assert moved.withdrawn == (("embassy", ""),)
    assert sealed(moved) == {("embassy", "KE", "core"), ("embassy", "KE", "identity")}
    assert nobody.withdrawn == (("embassy", ""),)
    assert "embassy" not in nobody.record.readers


def test_one_tier_can_be_taken_away(people: People) -> None:
    """What they were made to do goes, the rest stays."""
    acts = (*SOME, SummaryTier.FORCED_ACTS)
    first = given(people, Record(), {"home_police": Share("UG", acts)}, *acts)

    less = given(people, first.record, {"home_police": Share("UG", SOME)}, *acts)
    more = given(people, less.record, {"home_police": Share("UG", acts)}, *acts)

    assert less.withdrawn == (("home_police", "forced_acts"),)
    assert less.sheets == ()
    assert sealed(more) == {("home_police", "UG", "forced_acts")}


COUNTRIES, TIERS = ("UG", "KE", "TH"), (*SOME, SummaryTier.LOCATION, SummaryTier.FORCED_ACTS)
tier_sets = st.sets(st.sampled_from(TIERS)).map(
    lambda found: (SummaryTier.CORE, *(found - {SummaryTier.CORE}))
)
verdicts = st.none() | st.builds(Share, st.sampled_from(COUNTRIES), tier_sets)
steps = st.lists(
    st.dictionaries(st.sampled_from(["embassy", "home_police", "host_police"]), verdicts), max_size=6
)
ENROLLED = enrolled()


@supposing(steps)
def test_a_class_never_holds_what_it_may_not_read_now(said: list[dict[str, Share | None]]) -> None:
    """Whatever was agreed to and taken back in whatever order, over as many sessions: files of one country, or none."""
    record, store = Record(), set[tuple[str, str, str, str]]()
    for number, shares in enumerate(said):
        session = f"s{number // 2}"
        found = spread(record, parts(*TIERS, session=session), shares, PARTNERS, ENROLLED.recipients)
        record = found.record
        store = {
            each
            for each in store
            if (each[0], "") not in found.withdrawn and each[::2] not in found.withdrawn
        }
        store |= {(each.recipient_class, each.country, each.tier, session) for each in found.sheets}
        for name, share in shares.items():
            theirs = {(country, tier) for of, country, tier, _ in store if of == name}
            allowed = (
                set[tuple[str, str]]() if share is None else {(share.country, tier) for tier in share.tiers}
            )
            assert theirs <= allowed
            assert (name in record.readers) is bool(theirs)


def read(contact: Contact, put: Put, identity: Identity) -> Iterator[CasePart]:
    """What somebody can open of a revision, whatever class stands on it."""
    keys = {contact.server.id: contact.server.verify_key}
    for revision in put.revisions:
        sealed_revision = unbox_revision(revision, contact.held.key)
        try:
            yield decode_part(unseal_revision(sealed_revision, [identity], keys).body)
        except NoMatch:
            continue


async def test_nobody_else_can_open_what_goes_to_the_organisation(tmp_path: Path, people: People) -> None:
    """The keys decide, not the label."""
    contact = Contact.new(tmp_path)
    sealer = contact.intake.talk.forwarding.sealer
    ours = sealer.recipients.now.roster.cards[0]
    roster = Roster((ours, *(each for each in people.roster.cards if each.name != "Rosa")))
    (tmp_path / "recipients.json").write_text(encode_roster(roster))
    assert sealer.recipients.refresh()
    contact.give(Started(1))
    contact.press("English")
    contact.press("It is safe. I agree")
    contact.give(Said("help", 5))

    (put,) = contact.puts[-1:]

    assert put.classes == ("organisation", "second_organisation")
    assert dict(put.audience) == {"second_organisation": ""}
    assert list(read(contact, put, people.keys["Kofi"].identity))
    for name in ("Juma", "Wanjiru", "Okello", "Thiha"):
        assert list(read(contact, put, people.keys[name].identity)) == []
