"""Audience: a case is seen by whom it is open to, of the right country, from its moment on, until it is taken back."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from storage import audience, cases, disclosures, erasure
from storage.audience import OWN, Reader
from storage.audience_tables import audience as rows
from storage.case import CaseUnknownError, Put, ReadsOnlyError, Revision
from storage.database import Database
from storage.disclosures import WAITS, Disclosure, DisclosureUnknownError
from tests.storage.queue import OURS, fill, find, leases, put, take

LATER = timedelta(days=1)


def shared(case: str, now: datetime, *classes: tuple[str, str], number: int = 0) -> Put:
    """A case that is sealed to the organisation and to these, in two tiers."""
    files = tuple(
        Revision(case, number, tier, name, b"boxed", now, "session")
        for name, _ in (OWN, *classes)
        for tier in ("core", "identity")
    )
    names = ("organisation", *(name for name, _ in classes))
    return replace(put(case, now, number=number), classes=names, revisions=files, audience=classes)


def partner(now: datetime, *readings: tuple[str, str], card: str = "tariq") -> Reader:
    """Somebody of another body."""
    return Reader(card, readings, now)


def of(country: str, now: datetime) -> Reader:
    """The police of a country."""
    return partner(now, ("home_police", country), ("host_police", country))


async def sees(database: Database, reader: Reader) -> list[tuple[str, str]]:
    """What stands in their queue, and as what they read it."""
    async with database.read() as tx:
        return [(case.id, case.read_as) for case in await cases.queue(tx, reader=reader, most=9)]


async def files(database: Database, case: str, recipient_class: str) -> list[tuple[int, str]]:
    """The sealed files of a class."""
    async with database.read() as tx:
        found = await cases.sealed(tx, case, recipient_class=recipient_class)
    return [(each.number, each.tier) for each in found]


async def test_a_partner_sees_cases_of_its_country_alone(database: Database, now: datetime) -> None:
    """Home or host is the row's word, not the card's."""
    await fill(
        database, now, shared("a", now, ("home_police", "UG")), shared("b", now, ("host_police", "UG"))
    )

    assert await sees(database, of("UG", now)) == [("a", "home_police"), ("b", "host_police")]
    assert await sees(database, of("KE", now)) == []
    assert await sees(database, partner(now, ("embassy", "UG"))) == []
    assert await sees(database, partner(now)) == []
    assert len(await sees(database, OURS)) == 2
    async with database.read() as tx:
        with pytest.raises(CaseUnknownError):
            await cases.find(tx, "a", reader=of("KE", now))


async def test_a_partner_takes_no_case_from_the_organisation(database: Database, now: datetime) -> None:
    """It reads, and moves nothing."""
    await fill(database, now, shared("a", now, ("embassy", "UG")))
    embassy = partner(now, ("embassy", "UG"))

    with pytest.raises(ReadsOnlyError):
        await take(database, "tariq", now, embassy)
    async with database.write() as tx:
        seen = await cases.find(tx, "a", reader=embassy, to_move=True)
        with pytest.raises(ReadsOnlyError):
            await cases.claim(tx, seen, responder="tariq", now=now, leases=leases(now))
    assert await take(database, "rosa", now) is not None


async def test_withdrawing_deletes_the_files_and_the_sight_of_that_class(
    database: Database, now: datetime
) -> None:
    """And of that class alone; the organisation keeps what it was given."""
    both = (("embassy", "UG"), ("home_police", "UG"))
    await fill(database, now, shared("a", now, *both))

    taken = replace(shared("a", now, ("home_police", "UG"), number=1), withdrawn=(("embassy", ""),))
    await fill(database, now, taken)

    assert await files(database, "a", "embassy") == []
    assert await sees(database, partner(now, ("embassy", "UG"))) == []
    assert len(await files(database, "a", "home_police")) == 4
    assert len(await files(database, "a", "organisation")) == 4
    assert await sees(database, of("UG", now)) == [("a", "home_police")]


async def test_a_tier_can_be_withdrawn_by_itself(database: Database, now: datetime) -> None:
    """The class goes on seeing the rest."""
    await fill(database, now, shared("a", now, ("home_police", "UG")))

    less = replace(shared("a", now, ("home_police", "UG"), number=1), revisions=())
    await fill(database, now, replace(less, withdrawn=(("home_police", "identity"),)))

    assert await files(database, "a", "home_police") == [(0, "core")]
    assert await sees(database, of("UG", now)) == [("a", "home_police")]


async def test_what_one_round_seals_and_takes_away_is_gone(database: Database, now: datetime) -> None:
    """The order of what was put decides, inside one commit too."""
    first = shared("a", now, ("embassy", "UG"))
    await fill(database, now, first, replace(put("a", now, number=1), withdrawn=(("embassy", ""),)))

    assert await files(database, "a", "embassy") == []
    assert await sees(database, partner(now, ("embassy", "UG"))) == []


async def test_another_country_reads_nothing_of_what_the_first_had(database: Database, now: datetime) -> None:
    """They had told a wrong home country: its embassy loses the case, the right one gets what is sealed anew."""
    await fill(database, now, shared("a", now, ("embassy", "UG")))

    moved = replace(shared("a", now, ("embassy", "KE"), number=1), withdrawn=(("embassy", ""),))
    await fill(database, now, moved)

    assert await sees(database, partner(now, ("embassy", "UG"))) == []
    assert await sees(database, partner(now, ("embassy", "KE"))) == [("a", "embassy")]
    assert await files(database, "a", "embassy") == [(1, "core"), (1, "identity")]


async def test_pruning_counts_for_each_class_by_itself(database: Database, now: datetime) -> None:
    """What a partner was given once stays its newest, however often the organisation's is sealed again."""
    await fill(database, now, shared("a", now, ("embassy", "UG")))
    for number in range(1, 12):
        again = Revision("a", number, "core", "organisation", b"boxed", now, "session")
        one = shared("a", now, ("embassy", "UG"), number=number)
        await fill(database, now, replace(one, revisions=(again,)))

    assert (0, "core") in await files(database, "a", "embassy")
    assert (0, "core") not in await files(database, "a", "organisation")


async def test_a_second_organisation_sees_a_case_from_its_moment_on(
    database: Database, now: datetime
) -> None:
    """It was sealed to it at the start; until then it is not there for it, and from then it may take it."""
    second = ("second_organisation", audience.ALL)
    await fill(database, now, shared("a", now, second))
    before, after = partner(now, second), partner(now + LATER, second)
    assert await sees(database, partner(now + 9 * LATER, second)) == []

    async with database.write() as tx:
        await audience.open_later(tx, "a", "second_organisation", at=now + LATER)
    again = shared("a", now, second, ("embassy", "UG"), number=1)
    await fill(database, now, again)

    assert await sees(database, before) == []
    assert await sees(database, after) == [("a", "second_organisation")]
    taken = await take(database, "kofi", now + LATER, after)
    assert taken is not None
    assert taken.holder == "kofi"


async def test_a_proposal_shows_nothing_and_a_disclosure_shows_the_case(
    database: Database, now: datetime
) -> None:
    """Only to the card that was named, and only once another than the proposer has confirmed."""
    await fill(database, now, put("a", now), put("b", now))
    embassy, other = partner(now, card="tariq"), partner(now, card="juma")
    new = Disclosure("a", 0, "tariq", "rosa", b"proposed", now)
    async with database.write() as tx:
        await disclosures.propose(tx, new)
    assert await sees(database, embassy) == []

    async with database.write() as tx:
        with pytest.raises(DisclosureUnknownError):
            await disclosures.find(tx, "a", 0, by="rosa", now=now)
        with pytest.raises(DisclosureUnknownError):
            await disclosures.find(tx, "a", 1, by="amina", now=now)
        with pytest.raises(DisclosureUnknownError):
            await disclosures.find(tx, "a", 0, by="amina", now=now + WAITS)
        found = await disclosures.find(tx, "a", 0, by="amina", now=now)
        await disclosures.confirm(tx, found, b"both", now=now)
    async with database.write() as tx:
        (made,) = await disclosures.of_case(tx, "a")
        with pytest.raises(DisclosureUnknownError):
            await disclosures.find(tx, "a", 0, by="amina", now=now)

    assert (made.body, made.confirmed_at) == (b"both", now)
    assert await sees(database, embassy) == [("a", "disclosed")]
    assert await sees(database, other) == []
    assert (await find(database, "a")).read_as == "organisation"


async def test_who_reads_as_a_class_is_not_cut_down_by_a_disclosure(
    database: Database, now: datetime
) -> None:
    """The embassy that was agreed to goes on reading all of that."""
    await fill(database, now, shared("a", now, ("embassy", "UG")))
    async with database.write() as tx:
        await audience.open_to(tx, "a", [(audience.DISCLOSED, "tariq")], now=now)

    assert await sees(database, partner(now, ("embassy", "UG"))) == [("a", "embassy")]


async def test_audience_and_disclosures_go_with_their_case(database: Database, now: datetime) -> None:
    """Nothing says any more who could read it."""
    await fill(database, now, shared("a", now, ("embassy", "UG")))
    async with database.write() as tx:
        await disclosures.propose(tx, Disclosure("a", 0, "tariq", "rosa", b"proposed", now))
        await erasure.destroy(tx, "conversation-a", now=now)

    async with database.read() as tx:
        assert (await tx.execute(select(rows))).all() == []
        assert await disclosures.of_case(tx, "a") == []
