"""Watching the roster: what is remembered, what rings, and to whom nothing is sealed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest

from protocol.changes import Change, ChangeKind, Circle, begin_roster, change_hash, follow, propose
from protocol.people import People, Suspended
from protocol.roster import Roster
from protocol.signing import SigningKey
from protocol.suspension import Reason, make_suspension
from responder.client import Client
from responder.failures import Garbled, Refused, RosterDoubtful, Unreachable
from responder.home import Home
from responder.watch import Alarm, Watch
from tests.unit.protocol.test_changes import LIN, MARA, NOW, ROSA, SAMI, SERVER, SERVER_KEYS, Somebody


@dataclass
class Server:
    """What the server says of its roster."""

    changes: list[Change] = field(default_factory=list)
    enrolled: list[Somebody] = field(default_factory=list)
    suspended: tuple[Suspended, ...] = ()
    failure: Exception | None = None
    at: float = NOW

    async def people(self) -> People:
        """As the client's."""
        if self.failure:
            raise self.failure
        return People(tuple(self.changes), tuple(each.id for each in self.enrolled), (), self.suspended)

    def clock(self) -> float:
        """The responder's clock."""
        return self.at

    @property
    def circle(self) -> Circle:
        """Where its log is."""
        circle = Circle()
        for change in self.changes:
            circle = follow(circle, change, SERVER_KEYS)
        return circle

    def begin(self, *people: Somebody) -> None:
        """Begin the roster, perhaps anew."""
        cards = [each.card for each in people]
        self.changes.append(begin_roster(self.circle, cards, SERVER, now=NOW))
        self.enrolled = list(people)

    def add(self, somebody: Somebody, *by: Somebody) -> None:
        """Let somebody in, with the yes of these."""
        change = propose(self.circle, ChangeKind.ADD, somebody.card)
        for each in by:
            change = each.agrees(change)
        self.changes.append(change)
        self.enrolled.append(somebody)


@pytest.fixture
def server() -> Server:
    """Rosa's and Sami's."""
    made = Server()
    made.begin(ROSA)
    made.add(SAMI, ROSA)
    return made


def watch(folder: Path) -> Watch:
    """Rosa's program, started anew."""
    folder.mkdir(exist_ok=True)
    return Watch(Home(folder), ROSA.keys.signing_key, SERVER_KEYS)


async def alarms(folder: Path, server: Server) -> Sequence[Alarm]:
    """What a fresh start rings for."""
    return (await watch(folder).look(cast("Client", server))).alarms


def cards(*people: Somebody) -> Roster:
    """What a server names as those to seal to."""
    return Roster(tuple(each.card for each in people))


async def test_the_first_sight_is_said_and_kept(tmp_path: Path, server: Server) -> None:
    """Trust on first use, aloud; the next start finds nothing new."""
    first = await watch(tmp_path).look(cast("Client", server))
    second = await watch(tmp_path).look(cast("Client", server))

    assert (first.is_first, second.is_first, first.alarms, second.alarms) == (True, False, (), ())


async def test_what_colleagues_signed_rings_nothing(tmp_path: Path, server: Server) -> None:
    """An explained change is no alarm."""
    await alarms(tmp_path, server)
    server.add(LIN, ROSA, SAMI)

    assert await alarms(tmp_path, server) == ()


async def test_the_operator_adds_himself(tmp_path: Path, server: Server) -> None:
    """A card that nobody signed for, or a change with too few names: both ring, nothing is sealed."""
    await alarms(tmp_path, server)
    server.enrolled.append(MARA)
    assert await alarms(tmp_path, server) == (Alarm.STRANGER,)

    server.add(MARA, SAMI)
    ringing = watch(tmp_path)
    assert (await ringing.look(cast("Client", server))).alarms == (Alarm.NOT_COUNTERSIGNED,)
    with pytest.raises(RosterDoubtful, match="countersign"):
        ringing.check(cards(ROSA))
    with pytest.raises(RosterDoubtful):
        ringing.trust()


async def test_an_old_log_rings(tmp_path: Path, server: Server) -> None:
    """Somebody who was removed is shown again, say."""
    await alarms(tmp_path, server)
    server.changes.pop()
    server.enrolled = [ROSA]

    assert await alarms(tmp_path, server) == (Alarm.ROLLED_BACK,)


async def test_another_past_rings(tmp_path: Path, server: Server) -> None:
    """As long as the one that was seen, and not it."""
    await alarms(tmp_path, server)
    other = Server()
    other.begin(MARA)
    other.add(SAMI, MARA)

    assert await alarms(tmp_path, other) == (Alarm.REWRITTEN,)


async def test_a_new_beginning_rings_until_a_person_explains_it(tmp_path: Path, server: Server) -> None:
    """The program cannot know that everybody's laptop burned."""
    await alarms(tmp_path, server)
    server.begin(MARA)
    assert await alarms(tmp_path, server) == (Alarm.BEGUN_ANEW,)
    ringing = watch(tmp_path)
    await ringing.look(cast("Client", server))

    ringing.trust()

    ringing.check(cards(MARA))
    assert await alarms(tmp_path, server) == ()


async def test_a_server_that_falls_silent_about_it_rings(tmp_path: Path, server: Server) -> None:
    """Once it was seen, no answer is no answer; before that it may be an older server."""
    server.failure = Garbled("no roster")
    fresh = watch(tmp_path)
    assert (await fresh.look(cast("Client", server))).alarms == ()
    fresh.check(cards(MARA))
    server.failure = None
    await alarms(tmp_path, server)

    server.failure = Garbled("no roster")
    assert await alarms(tmp_path, server) == (Alarm.NOT_SHOWN,)

    server.failure = Refused("key_unknown")
    refused = watch(tmp_path)
    assert (await refused.look(cast("Client", server))).alarms == ()
    with pytest.raises(RosterDoubtful, match="does not show"):
        refused.check(cards(ROSA))


async def test_no_connection_is_no_alarm(tmp_path: Path, server: Server) -> None:
    """It is said as that."""
    server.failure = Unreachable("away")
    with pytest.raises(Unreachable):
        await alarms(tmp_path, server)


@pytest.mark.parametrize("kept", [b"{}", b"no json"])
async def test_a_memory_that_was_changed_rings(tmp_path: Path, server: Server, kept: bytes) -> None:
    """Whoever writes in the folder cannot sign."""
    await alarms(tmp_path, server)
    home = Home(tmp_path)
    forged = (home.roster() or b"").replace(b'"number":1', b'"number":0')
    for each in (kept, forged):
        home.keep_roster(each)
        assert await alarms(tmp_path, server) == (Alarm.PIN_BROKEN,)


async def test_another_server_begins_anew(tmp_path: Path, server: Server) -> None:
    """A new invite, whose key a person compared, is another roster."""
    await alarms(tmp_path, server)
    other, key = Server(), SigningKey.generate()
    other.changes.append(begin_roster(Circle(), [ROSA.card], key, now=NOW))
    moved = Watch(Home(tmp_path), ROSA.keys.signing_key, {key.id: key.verify_key})

    assert (await moved.look(cast("Client", other))).is_first


async def test_nothing_is_sealed_to_whoever_is_not_in_or_is_stopped(tmp_path: Path, server: Server) -> None:
    """Whatever the server signs."""
    looking = watch(tmp_path)
    await looking.look(cast("Client", server))
    looking.check(cards(ROSA, SAMI))
    with pytest.raises(RosterDoubtful):
        looking.check(cards(ROSA, MARA))

    stop = make_suspension(SAMI.id, by=ROSA.id, reason=Reason.LOST, now=NOW, key=ROSA.keys.signing_key)
    server.suspended = (Suspended(stop),)
    await looking.look(cast("Client", server))
    looking.check(cards(ROSA))
    with pytest.raises(RosterDoubtful):
        looking.check(cards(ROSA, SAMI))


async def test_an_open_desk_looks_every_minute(tmp_path: Path, server: Server) -> None:
    """Not at each look at the queue."""
    looking = watch(tmp_path)
    await looking.look(cast("Client", server))
    server.begin(MARA)
    await looking.look_again(cast("Client", server))
    assert looking.now.alarms == ()

    server.at += 60
    await looking.look_again(cast("Client", server))
    assert looking.now.alarms == (Alarm.BEGUN_ANEW,)


async def test_colleagues_are_known_by_name_and_key(tmp_path: Path, server: Server) -> None:
    """Also those who have left: what they sealed again is still theirs."""
    looking = watch(tmp_path)
    await looking.look(cast("Client", server))
    key = SAMI.keys.signing_key.verify_key

    assert (looking.name(key.id), looking.name(SERVER.id), looking.find(SAMI.id)) == ("Sami", "", SAMI.card)
    assert looking.colleagues()[key.id] == key
    assert change_hash(server.changes[-1]) == looking.now.circle.head
