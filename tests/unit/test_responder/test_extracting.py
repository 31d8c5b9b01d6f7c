"""What is left of a case follows from what was agreed; the way is read from answers, and own numbers go nowhere."""

from __future__ import annotations

from dataclasses import replace as with_changes
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from flows.answer import Chosen, Decline, Declined, Leg, Place, Repeated, Wrote
from flows.definition import Kind
from flows.ids import ChoiceId, QuestionId, Stage
from flows.summary import AnswerLine, CaseSummary, WordLine, decode_part, merge
from flows.turn import TextInput
from protocol.card import CardId
from protocol.desk import Header, Urgency
from protocol.extract import TokenKind, digest_of
from protocol.linkage import new_linkage_key
from protocol.message import MessageKind, MessageState
from protocol.revision import CaseId
from protocol.roster import Roster
from responder.extracting import Scope, scope_of, traces_of
from responder.linkage import LinkageKey
from responder.messages import Exchange, Posted
from responder.opened import OpenedCase
from tests.unit.test_responder.told import DANGER, header, parts, tap, tell

CASE = CaseId("c" * 32)
KEY = LinkageKey(0, new_linkage_key(), Roster())
NUMBER, OWN = "+66812345678", "+251911234567"
YES = {"organisation": True, "statistics": True}


def told(**consents: bool) -> CaseSummary:
    """A real case, with these consents."""
    bodies = parts(tell((*DANGER, TextInput(f"call {NUMBER}", message=70))))
    return replace(merge([decode_part(body) for body in bodies.values()]), consents=consents)


def opened(*sessions: CaseSummary) -> OpenedCase:
    """It, as it was opened."""
    return OpenedCase(header(CASE, Urgency.CRITICAL), sessions)


def line(ref: str, answer: object, kind: Kind = Kind.PLACE, text: str = "") -> AnswerLine:
    """One answer."""
    return AnswerLine(
        order=0,
        question=QuestionId("q"),
        ref=ref,
        kind=kind,
        text="",
        text_local="",
        answer=answer,  # type: ignore[arg-type]
        answer_text=text,
        answer_text_local=text,
        at=0,
        how="typed",
    )


def journey(stage: Stage, *lines: AnswerLine) -> CaseSummary:
    """A case that tells of a way."""
    return replace(told(**YES), stage=stage, answers=lines, texts=())


@pytest.mark.parametrize(
    ("consents", "scope"),
    [
        ({}, Scope.TOKENS),
        ({"organisation": True}, Scope.TOKENS),
        ({"organisation": False}, Scope.NOTHING),
        ({"organisation": False, "statistics": True}, Scope.NOTHING),
        ({"organisation": True, "statistics": False}, Scope.LINKS),
        (YES, Scope.ALL),
    ],
)
def test_how_much_is_left_is_what_was_agreed(consents: dict[str, bool], scope: Scope) -> None:
    """Silence is never a yes; a no to us is a no to everything."""
    assert scope_of([told(**consents)]) is scope


def test_a_minor_is_never_counted() -> None:
    """They are not asked; even a yes of an earlier session counts for nothing."""
    young = tell((*DANGER[:5], tap("under_16")))
    session = merge([decode_part(body) for body in parts(young).values()])

    assert scope_of([replace(session, consents=YES)]) is Scope.TOKENS


def test_what_was_said_last_counts() -> None:
    """A yes that was taken back in a later session is none."""
    assert scope_of([told(**YES), told(statistics=False)]) is Scope.LINKS


def test_a_no_leaves_nothing_and_a_no_to_counting_leaves_links_alone() -> None:
    """Analysts get nothing of either."""
    nothing = traces_of(opened(told(organisation=False)), KEY)
    links = traces_of(opened(told(statistics=False)), KEY)

    assert (nothing.extract, nothing.digests) == (None, ())
    assert links.extract is None
    assert links.digests == (digest_of(KEY.token(TokenKind.NUMBER, NUMBER)),)


def test_without_a_yes_the_tokens_stand_alone() -> None:
    """Neither way, nor stage, nor language: a month, and what warns others."""
    left = traces_of(opened(told()), KEY).extract

    assert left is not None
    assert left.tokens == (KEY.token(TokenKind.NUMBER, NUMBER),)
    assert (left.counted, left.home, left.to, left.language, left.findings, left.flow) == (
        False,
        None,
        None,
        None,
        (),
        "",
    )
    assert traces_of(opened(replace(told(), texts=())), KEY).extract is None


def test_with_a_yes_it_has_what_is_counted_and_no_word() -> None:
    """Ids, countries and hashes; a canary in every answer is in none of it."""
    left = traces_of(opened(told(**YES)), KEY).extract

    assert left is not None
    assert (left.counted, left.stage, left.to, left.home) == (True, "inside", "KH", "ET")
    assert left.case == KEY.name(CASE)
    for word in (NUMBER, NUMBER[1:], CASE, "KK Park", "أرجوكم"):
        assert word not in repr(left)
    assert "danger_now" not in left.findings


def test_a_hotline_is_no_link() -> None:
    """That two people called the same line of ours ties nobody."""
    assert traces_of(opened(told(**YES)), KEY, {NUMBER[1:]}).digests == ()


def test_the_contacts_own_number_links_and_goes_no_further() -> None:
    """Two cases of one person are found by it; analysts do not get even its hash."""
    phone = line("V22", Wrote(OWN, OWN), Kind.PHONE, OWN)
    words = WordLine(order=1, kind="text", text=f"my number is {OWN}, his is {NUMBER}", at=1)
    left = traces_of(opened(replace(told(**YES), answers=(phone,), texts=(words,))), KEY)

    assert left.extract is not None
    assert left.extract.tokens == (KEY.token(TokenKind.NUMBER, NUMBER),)
    assert digest_of(KEY.token(TokenKind.NUMBER, OWN)) in left.digests


WAY = line(
    "V9",
    Repeated(tuple(Leg(Place(country=code)) for code in ("UG", "AE", "TH", "MM"))),
    Kind.ROUTE,
)


@pytest.mark.parametrize(
    ("stage", "there", "way"),
    [
        (Stage.INSIDE, Place(country="MM"), ("UG", ("AE", "TH"), "MM")),
        (Stage.TRANSIT, Place(country="TH"), ("UG", ("AE", "MM"), "TH")),
        (Stage.ESCAPED, Place(country="UG"), ("UG", ("AE", "TH"), "MM")),
        (Stage.OFFER, Place(country="UG"), ("UG", ("AE", "TH", "MM"), None)),
        (Stage.INSIDE, Declined(Decline.SKIPPED), ("UG", ("AE", "TH"), "MM")),
    ],
)
def test_the_way_is_read_from_answers(
    stage: Stage, there: object, way: tuple[str, tuple[str, ...], str]
) -> None:
    """Who is home again was taken to where the way ended; who has not left was taken nowhere."""
    session = journey(stage, line("V2", Place(country="UG")), line("V4", there), WAY)
    left = traces_of(opened(session), KEY).extract

    assert left is not None
    assert (left.home, left.through, left.to) == way


def test_a_site_stands_by_its_id_and_an_answer_that_was_changed_does_not_count() -> None:
    """The likeliest of several; only what stands."""
    here = line("V4", Place(text="x", sites=("kk_park", "myawaddy")))
    before = replace(line("V4", Place(country="LA")), superseded=True)
    chosen = line("V4", Chosen((ChoiceId("known"),)), Kind.CHOICE)
    left = traces_of(opened(journey(Stage.INSIDE, here, before, chosen)), KEY).extract

    assert left is not None
    assert left.sites == ("kk_park",)
    assert left.to is None


def test_the_first_reply_is_counted_from_the_case() -> None:
    """In minutes; a note for colleagues is none."""
    found: Header = header(CASE, Urgency.HIGH)

    def posted(minutes: int, kind: MessageKind) -> Posted:
        at = found.received_at + timedelta(minutes=minutes)
        return Posted(0, CardId("amina"), "Amina", at, kind, MessageState.READ, at)

    messages = (posted(2, MessageKind.NOTE), posted(90, MessageKind.REPLY), posted(45, MessageKind.REPLY))
    case = OpenedCase(found, (told(**YES),), exchange=Exchange(messages))
    left = traces_of(case, KEY).extract
    none_yet = traces_of(with_changes(case, exchange=Exchange()), KEY).extract

    assert left is not None
    assert none_yet is not None
    assert (left.first_reply_minutes, none_yet.first_reply_minutes) == (45, None)
    assert left.month == f"{found.received_at:%Y-%m}"
    assert datetime.now(UTC) > found.received_at
