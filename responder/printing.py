"""An opened case for other programs: the document `case/1`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from flows.summary import case_document
from responder.attachments import write_document
from responder.jobs import jobs_document
from responder.lines import steers
from responder.messages import exchange_document
from responder.regrades import regrade_document
from responder.releases import release_document

if TYPE_CHECKING:
    from responder.opened import OpenedCase


def print_case(opened: OpenedCase) -> str:
    """Return `case/1` as JSON; the newest session is the summary, earlier ones stand beside it."""
    return print_json(whole_case(opened))


def whole_case(opened: OpenedCase) -> dict[str, object]:
    """Return `case/1` as a document."""
    header = msgspec.to_builtins(opened.header)
    whole = case_document(header, opened.sessions[-1])
    earlier = [case_document(header, session)["summary"] for session in opened.sessions[:-1]]
    unread = [{"revision": each.revision, "tier": each.tier, "reason": each.reason} for each in opened.unread]
    regrades = [regrade_document(each) for each in opened.history.regrades]
    wiped, stuck = opened.wiped
    screen = {"wiped": wiped, "of": wiped + stuck, "too_old": stuck}
    duress = any(session.duress for session in opened.sessions)
    erasing = any(session.erasing for session in opened.sessions)
    added = {
        "attachments": [write_document(filed) for filed in opened.files.all],
        "earlier": earlier,
        "unread": unread,
        "resealed_by": list(opened.resealed_by),
        "regrades": regrades,
        "left_by_exit": any(session.left for session in opened.sessions),
        "duress": duress,
        "erasing": erasing,
        "returned": sum(session.returned for session in opened.sessions),
        "screen": screen,
        "promise": next((each.promise for each in reversed(opened.sessions) if each.promise), ""),
        "watchword": opened.sessions[-1].watchword,
        "releases": [release_document(each) for each in opened.releases],
        "jobs": jobs_document(opened.jobs),
        **exchange_document(opened.exchange),
    }
    return {**whole, **added}


def print_json(document: object) -> str:
    """Return a document as JSON, in which nothing that a person wrote can steer a terminal: it means the same."""
    text = msgspec.json.format(msgspec.json.encode(document), indent=2).decode()
    return "".join(mark if mark == "\n" or not steers(mark) else f"\\u{ord(mark):04x}" for mark in text)
