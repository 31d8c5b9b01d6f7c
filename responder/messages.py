"""Messages on the responder's side: sealed for colleagues here, checked and opened here, and never an echo."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flows.answer import Chosen, Declined
from flows.echo import echoes
from protocol.card import card_id
from protocol.errors import NoMatch, ProtocolError, WrongCase
from protocol.message import (
    LONGEST_MESSAGE,
    Message,
    MessageKind,
    MessageState,
    When,
    check_message,
    open_words,
    seal_message,
)
from protocol.roster import find_card, recipients_of, request_keys
from responder.failures import Echoed, WordsWrong
from responder.regrades import believe
from responder.unseal import unseal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flows.summary import CaseSummary
    from protocol.card import CardId
    from protocol.message import Delivery, Messages, SealedMessage
    from protocol.revision import CaseId
    from protocol.signing import KeyId, SigningKey, VerifyKey
    from responder.identity import Identity


@dataclass(frozen=True, slots=True)
class Posted:
    """One message: who, when, for whom, what became of it, and its words.

    `failure` names the check that it did not pass; nothing of it is to be believed then. Words that were sealed before
    this reader was enrolled are None.
    """

    number: int
    card: CardId
    name: str
    at: datetime
    kind: MessageKind
    state: MessageState
    changed_at: datetime
    words: str | None = field(default=None, repr=False)
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Exchange:
    """Every message of a case, oldest first, and when the contact may be written to by their own terms.

    `failure` says why the server's list could not be had at all; then nothing is known of the terms either.
    """

    messages: tuple[Posted, ...] = ()
    when: When = When.ONCE_THEY_WRITE
    since: datetime | None = None
    terms: Mapping[str, str] = field(default_factory=dict)
    failure: str = ""


NO_EXCHANGE = Exchange()


def write_words(text: str) -> str:
    """Return a message as it is sealed and sent; raises WordsWrong where there is none, or too much of it."""
    words = text.encode(errors="replace").decode().replace("\r\n", "\n").strip()
    if not any(unicodedata.category(mark)[0] not in "CZ" for mark in words):
        msg = "a message needs words"
        raise WordsWrong(
            msg, "Type them behind the case, write them to stdin, or take a ready text: --canned."
        )
    if len(words) > LONGEST_MESSAGE:
        msg = f"a message has {LONGEST_MESSAGE} characters at most"
        raise WordsWrong(msg, "Say it shorter, or in two messages.")
    return words


def refuse_echo(words: str, sessions: Iterable[CaseSummary]) -> None:
    """Raise Echoed where a reply says again what the contact typed: whoever sees their screen must not learn it."""
    if echoes(words, (text for session in sessions for text in _typed(session))):
        msg = "this repeats four or more words in a row that the person typed"
        raise Echoed(msg, "Say it in other words: somebody else may see their screen.")


def _typed(session: CaseSummary) -> Iterable[str]:
    for line in session.texts:
        yield line.text or ""
    for answer in session.answers:
        if not isinstance(answer.answer, Chosen | Declined):
            yield answer.answer_text
            yield answer.answer_text_local


def write_message(
    case: CaseId,
    kind: MessageKind,
    words: str,
    known: Messages,
    *,
    card: CardId,
    key: SigningKey,
    server_keys: Mapping[KeyId, VerifyKey],
    now: int,
) -> SealedMessage:
    """Seal words for everybody of this card's class whom the server names; raises ProtocolError.

    `now` is Unix seconds.
    """
    believe(known.roster, server_keys)
    mine = find_card(known.roster, card)
    message = Message(
        case=case,
        recipient_class=mine.recipient_class,
        number=len(known.messages),
        kind=kind,
        card=card,
        sealed_at=now,
    )
    recipients = recipients_of(known.roster, mine.recipient_class)
    return seal_message(message, words, recipients=recipients, signing_key=key)


def read_messages(
    case: CaseId, known: Messages, identity: Identity, server_keys: Mapping[KeyId, VerifyKey]
) -> Exchange:
    """Check and open every message; one that fails a check is kept with the check's name."""
    try:
        believe(known.roster, server_keys)
    except ProtocolError as failure:
        name = type(failure).__name__
        return _exchange(known, tuple(_posted(each, failure=name) for each in known.messages))
    names = {card_id(card): card.name for card in known.roster.cards}
    keys = request_keys(known.roster)
    return _exchange(
        known,
        tuple(_read(case, each, identity, keys, names.get(each.message.card, "")) for each in known.messages),
    )


def _exchange(known: Messages, messages: tuple[Posted, ...]) -> Exchange:
    return Exchange(messages, known.when, known.since, known.terms)


def _read(
    case: CaseId, told: Delivery, identity: Identity, keys: Mapping[CardId, VerifyKey], name: str
) -> Posted:
    message = told.message
    try:
        if message.case != case:
            raise WrongCase
        check_message(message, keys)
        return _posted(told, name, open_words(unseal(message.sealed, [identity]), message, keys))
    except NoMatch:
        return _posted(told, name)
    except ProtocolError as failure:
        return _posted(told, name, failure=type(failure).__name__)


def exchange_document(exchange: Exchange) -> dict[str, object]:
    """Return what `case/1` says of the relay."""
    return {
        "messages": [_document(posted) for posted in exchange.messages],
        "contract": {
            "when": exchange.when,
            "since": exchange.since,
            "terms": dict(exchange.terms),
            "failure": exchange.failure or None,
        },
    }


def _document(posted: Posted) -> dict[str, object]:
    return {
        "number": posted.number,
        "kind": posted.kind,
        "card": posted.card,
        "name": posted.name,
        "at": posted.at,
        "state": posted.state,
        "changed_at": posted.changed_at,
        "text": posted.words,
        "failure": posted.failure or None,
    }


def _posted(told: Delivery, name: str = "", words: str | None = None, failure: str = "") -> Posted:
    message = told.message
    return Posted(
        message.number,
        message.card,
        name,
        datetime.fromtimestamp(message.sealed_at, UTC),
        message.kind,
        told.state,
        told.changed_at,
        words,
        failure,
    )
