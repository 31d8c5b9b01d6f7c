"""The roster's log, stopped keys, successions and files sealed again: good, and spoiled in one place each."""

import json
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec.structs import replace

from protocol.audience import RecipientClass
from protocol.card import CardId, card_id
from protocol.changes import (
    Change,
    ChangeKind,
    Circle,
    Method,
    begin_roster,
    countersign,
    follow,
    propose,
)
from protocol.revision import CaseId
from protocol.rewrap import rewrap_revision
from protocol.signing import SigningKey
from protocol.succession import Succession, make_succession
from protocol.suspension import Lift, Reason, Suspension, make_lift, make_suspension
from responder.identity import HybridIdentity
from responder.unseal import unseal
from tests.vectors.making.people import (
    AMINA,
    AMINAS,
    BASHIR,
    BASHIRS,
    CHENS,
    NOW,
    SERVER,
    STRANGER,
    SUCCESS,
    a_card,
    seed,
    text,
)
from tests.vectors.making.revisions import BODY, Draft

DARA = a_card("Dara", HybridIdentity(seed("dara")))
KEYS = {name: SigningKey(seed(name)) for name in ("Amina", "Bashir", "Dara")}
SERVER_KEYS = {SERVER.id: SERVER.verify_key}


def signed(change: Change, *names: str, method: Method = Method.CALL_BACK) -> Change:
    """The change with the yes of these people."""
    cards = {"Amina": AMINAS, "Bashir": BASHIRS, "Dara": DARA}
    yes = [countersign(change, KEYS[name], by=card_id(cards[name]), method=method, now=NOW) for name in names]
    return replace(change, by=(*change.by, *yes))


def log(
    name: str, expect: str, *changes: Change, members: tuple[CardId, ...] | None = None
) -> dict[str, Any]:
    """One vector: a log, and who is in at its end."""
    written = [json.loads(msgspec.json.encode(change)) for change in changes]
    return {
        "name": name,
        "expect": expect,
        "changes": written,
        "members": None if members is None else list(members),
    }


def logs() -> Iterator[dict[str, Any]]:
    """Logs of a roster."""
    amina, bashir, dara = (card_id(card) for card in (AMINAS, BASHIRS, DARA))
    begun = begin_roster(Circle(), [AMINAS], SERVER, now=NOW)
    one = follow(Circle(), begun, SERVER_KEYS)
    adding = propose(one, ChangeKind.ADD, BASHIRS)
    added = signed(adding, "Amina")
    two = follow(one, added, SERVER_KEYS)
    third = propose(two, ChangeKind.ADD, DARA)
    removing = propose(two, ChangeKind.REMOVE, BASHIRS)
    yield log("begun", SUCCESS, begun, members=(amina,))
    yield log("the_first_lets_the_second_in", SUCCESS, begun, added, members=(amina, bashir))
    yield log(
        "two_let_the_third_in",
        SUCCESS,
        begun,
        added,
        signed(third, "Amina", "Bashir"),
        members=(amina, bashir, dara),
    )
    yield log(
        "one_removes_the_other_of_two", SUCCESS, begun, added, signed(removing, "Amina"), members=(amina,)
    )
    anew = begin_roster(two, [DARA], SERVER, now=NOW)
    yield log("begun_anew", SUCCESS, begun, added, anew, members=(dara,))
    yield log("empty", "ChainBroken")
    yield log("begun_by_a_stranger", "UnknownKey", begin_roster(Circle(), [AMINAS], STRANGER, now=NOW))
    yield log("begun_by_nobody", "Uncountersigned", replace(begun, by=()))
    yield log("begun_with_nobody", "Uncountersigned", replace(begun, cards=()))
    yield log("begun_with_another_card", "BadSignature", replace(begun, cards=(BASHIRS,)))
    yield log(
        "begun_with_one_key_twice", "CardKnown", begin_roster(Circle(), [AMINAS, AMINAS], SERVER, now=NOW)
    )
    yield log("does_not_begin", "UnknownKey", signed(propose(Circle(), ChangeKind.ADD, BASHIRS), "Amina"))
    yield log("nobody_countersigned", "Uncountersigned", begun, adding)
    yield log("one_of_two_countersigned", "Uncountersigned", begun, added, signed(third, "Amina"))
    yield log("one_countersigned_twice", "Uncountersigned", begun, added, signed(third, "Amina", "Amina"))
    yield log("countersigned_by_a_stranger", "UnknownKey", begun, signed(adding, "Dara"))
    yield log("countersigned_by_whom_it_is_about", "UnknownKey", begun, added, signed(removing, "Bashir"))
    yield log(
        "of_another_method",
        "BadSignature",
        begun,
        replace(added, by=(replace(added.by[0], method=Method.IN_PERSON),)),
    )
    yield log(
        "of_another_time", "BadSignature", begun, replace(added, by=(replace(added.by[0], made_at=NOW + 1),))
    )
    yield log("another_card_added", "BadSignature", begun, replace(added, cards=(DARA,)))
    yield log("no_card_added", "ChainBroken", begun, replace(added, cards=()))
    yield log("two_cards_added", "ChainBroken", begun, replace(added, cards=(BASHIRS, DARA)))
    yield log(
        "added_again", "CardKnown", begun, added, signed(propose(two, ChangeKind.ADD, BASHIRS), "Amina")
    )
    yield log(
        "another_kind_of_key_added",
        "MixedRecipients",
        begun,
        signed(propose(one, ChangeKind.ADD, CHENS), "Amina"),
    )
    yield log(
        "a_stranger_removed", "CardUnknown", begun, signed(propose(one, ChangeKind.REMOVE, DARA), "Amina")
    )
    yield log("the_last_removed", "Uncountersigned", begun, propose(one, ChangeKind.REMOVE, AMINAS))
    yield log("cut_out", "ChainBroken", begun, replace(third, by=()))
    yield log(
        "moved",
        "BadSignature",
        begun,
        added,
        replace(added, number=2, before=two.head, kind=ChangeKind.REMOVE),
    )
    yield log("another_before", "ChainBroken", begun, replace(added, before="0" * 64))


def rewraps() -> Iterator[dict[str, Any]]:
    """Parts sealed again by Amina for Bashir."""
    old = Draft().signed(Draft().sealed())
    plaintext = unseal(old.sealed, [AMINA])
    new = rewrap_revision(old, plaintext, [AMINA.recipient, BASHIR.recipient], KEYS["Amina"])
    stranger = rewrap_revision(old, plaintext, [BASHIR.recipient], STRANGER)
    other = unseal(Draft(revision=2).sealed(), [AMINA])
    for name, expect, revision in (
        ("good", SUCCESS, new),
        ("as_the_server_sealed_it", "NoMatch", old),
        ("by_a_stranger", "UnknownKey", stranger),
        ("another_case_outside", "BadSignature", replace(new, case=CaseId("case-0002"))),
        (
            "another_revision_inside",
            "WrongRevision",
            rewrap_revision(old, other, [BASHIR.recipient], KEYS["Amina"]),
        ),
        ("signed_as_the_server_does", "BadSignature", replace(new, signature=old.signature)),
        ("for_others", "NoMatch", rewrap_revision(old, plaintext, [AMINA.recipient], KEYS["Amina"])),
    ):
        yield {
            "name": name,
            "expect": expect,
            "identity": BASHIR.secret(),
            "revision": json.loads(msgspec.json.encode(revision)),
            "body": text(BODY) if expect == SUCCESS else None,
        }


def statements() -> Iterator[dict[str, Any]]:
    """What responders sign about keys: stops, yeses to letting go, successions."""
    amina, bashir = card_id(AMINAS), card_id(BASHIRS)
    stop = make_suspension(bashir, by=amina, reason=Reason.STOLEN, now=NOW, key=KEYS["Amina"])
    lift = make_lift(stop, by=amina, now=NOW + 9, key=KEYS["Amina"])
    follows = make_succession(DARA, before=AMINAS, key=KEYS["Amina"], now=NOW)
    unknown = make_succession(DARA, before=BASHIRS, key=KEYS["Bashir"], now=NOW)
    embassy = a_card("Dara", HybridIdentity(seed("dara")), recipient_class=RecipientClass.EMBASSY)
    other = make_succession(embassy, before=AMINAS, key=KEYS["Amina"], now=NOW)
    forged = make_succession(DARA, before=AMINAS, key=STRANGER, now=NOW)
    made: tuple[tuple[str, str, Suspension | Lift | Succession], ...] = (
        ("suspension", SUCCESS, stop),
        ("suspension_of_another", "BadSignature", replace(stop, card=amina)),
        ("suspension_for_another_reason", "BadSignature", replace(stop, reason=Reason.LOST)),
        ("lift", SUCCESS, lift),
        ("lift_by_another", "BadSignature", replace(lift, by=bashir)),
        ("succession", SUCCESS, follows),
        ("succession_by_a_stranger", "BadSignature", forged),
        ("succession_of_an_unknown_card", "CardUnknown", unknown),
        ("succession_to_another_class", "CardUnknown", other),
    )
    for name, expect, statement in made:
        yield {"name": name, "expect": expect, "document": json.loads(msgspec.json.encode(statement))}
