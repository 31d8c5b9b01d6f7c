"""Invented people, as whole cases: answers by question, graded and written as the bot does, opened without a server."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

from babel import Locale
from msgspec.structs import replace

from bot.catalogue import reader
from flows.answer import Answer
from flows.documents import read_answer
from flows.engine import begin
from flows.facts import gather
from flows.ids import QuestionId
from flows.reader import Reader
from flows.saying import Speech
from flows.scoring import assess, foresee
from flows.session import Attached, Entry, How, Note, Session
from flows.summary import CasePart
from flows.writing import summarise
from protocol.attachment import Attachment, AttachmentId, AttachmentSeal, Where
from protocol.audience import RecipientClass
from protocol.desk import CaseState, Header, Urgency
from protocol.revision import CaseId
from protocol.signing import KeyId
from responder.attachments import gather as gather_files
from responder.opened import OpenedCase, merge_sessions
from tests.unit.test_responder.told import BEGAN, DEFINITIONS, FLOW

RECEIVED = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

DAWIT: dict[str, Any] = {
    "safe": "agree_safe",
    "danger": ["hurt_now"],
    "age": "from_18_to_29",
    "country": {"place": {"country": "MM"}},
    "stage": "inside",
    "where_known": "known",
    "place": {"place": "KK Park"},
    "home_country": {"place": {"country": "ET"}},
    "own_word": "kept",
    "papers": "with_bosses",
    "leaving": ["guarded"],
    "work": ["chats"],
    "hearing": ["advert", "friend"],
    "seen_on": ["telegram", "other_site"],
    "promise": "A job in a shop in Bangkok",
    "route": ["Addis Ababa", "Bangkok", "Mae Sot"],
    "price_sum": "4000 USD",
    "other_phone": "+66 81 234 5678",
    "tell_embassy": "yes_embassy",
    "tell_home_police": "yes_police",
    "share_acts": "acts_no",
}
"""A man who is held and made to defraud people; he agreed to embassy and home police, but for what he is made to do."""

ALMAZ: dict[str, Any] = {
    "safe": "about_other",
    "family_agree": "family_yes",
    "family_now": ["money"],
    "family_age": "from_18_to_29",
    "family_country": {"place": {"country": "MM"}},
    "family_home": {"place": {"country": "ET"}},
    "family_here": {"place": {"country": "KE"}},
    "family_contact": "stopped_after_signs",
    "family_last_contact": {"when": {"relative_days": -5}},
    "family_place": {"place": "Shwe Kokko"},
    "family_told": ["locked", "beaten"],
    "family_report": "may_ask",
    "family_sex": "woman",
    "family_born": 1999,
    "family_name": "Hanna B.",
    "family_relation": "sibling",
    "family_reported": ["police_home"],
    "family_reference": "AA-2026-17",
    "family_phone": "+254 712 345678",
    "family_tell_embassy": "yes_embassy",
    "family_tell_home_police": "yes_police",
}
"""A sister who reports a woman missing, and agreed to embassy and home police."""


@cache
def _reader() -> Reader:
    return reader(DEFINITIONS, ["en"])


def answered(answers: dict[str, Any], *, language: str = "en", notes: tuple[Note, ...] = ()) -> Session:
    """A session in which this was answered, in this order, ten seconds apart."""
    started = begin(FLOW, id="s1", now=BEGAN).session
    log = tuple(
        Entry(QuestionId(name), _answer(name, value), BEGAN + 10 * order, How.TAPPED)
        for order, (name, value) in enumerate(answers.items(), 1)
    )
    return replace(started, language=language, log=log, words=notes)


def _answer(name: str, value: object) -> Answer:
    return value if isinstance(value, Answer) else read_answer(FLOW.by_id[QuestionId(name)], value, _reader())


def sealed_parts(session: Session) -> list[CasePart]:
    """What would be sealed of it."""
    facts = gather(FLOW, DEFINITIONS.rubric, session)
    grade = foresee(DEFINITIONS.rubric, FLOW, facts, assess(DEFINITIONS.rubric, facts))
    english = Speech(lambda _context, source: source.replace("{days}", "90"), _country)
    local = Speech(lambda _context, source: f"«{source}»", _country)
    words = ("river", "river")
    return list(
        summarise(
            FLOW, session, grade, source=english, local=local, rubric=DEFINITIONS.rubric, watchword=words
        ).values()
    )


def _country(code: str) -> str:
    return str(Locale("en").territories.get(code, code))


def opened(
    answers: dict[str, Any],
    *texts: str,
    language: str = "en",
    files: tuple[tuple[str, str], ...] = (),
    **fields: Any,
) -> OpenedCase:
    """An opened case: these answers, these words beside them, these files (kind, name)."""
    notes = [Note("text", text, BEGAN + 500 + order) for order, text in enumerate(texts)]
    notes += [
        Note(kind, None, BEGAN + 600 + order, attached=Attached(f"{order:032x}", 1000, name))
        for order, (kind, name) in enumerate(files)
    ]
    session = answered(answers, language=language, notes=tuple(notes))
    sealed = tuple((1, part) for part in sealed_parts(session))
    sessions = merge_sessions(sealed)
    known = [_there(each.attached.id) for each in notes if each.attached]
    header = Header(
        id=CaseId("dangerdanger"),
        urgency=fields.pop("urgency", Urgency.CRITICAL),
        flow=str(sessions[0].flow),
        language=language,
        received_at=RECEIVED,
        state=CaseState.CLAIMED,
        **fields,
    )
    return OpenedCase(header, sessions, files=gather_files(sessions, known), parts=sealed)


def _there(identity: str) -> Attachment:
    seal = AttachmentSeal(
        case=CaseId("dangerdanger"),
        attachment=AttachmentId(identity),
        recipient_class=RecipientClass.ORGANISATION,
        signature=b"",
        key=KeyId("k"),
    )
    return Attachment(AttachmentId(identity), Where.SEALED, seal=seal)
