"""People and contacts of a case: who was named, and every number, address, handle and wallet that can be recognised.

They are shown and can be copied; nothing here is ever looked up or opened, on this machine or elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import phonenumbers

from flows.answer import Declined, Place
from flows.definition import Kind
from flows.digits import plain_digits
from flows.payment import Payment, payments
from flows.wallet import WORD, read_wallet
from responder.lines import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from flows.summary import AnswerLine, CaseSummary
    from responder.lines import Lines
    from responder.reading import Text
    from responder.wording import Wording

ROLES = {
    "person": frozenset({"F2"}),
    "writer": frozenset({"V22", "F0", "O4"}),
    "recruiter": frozenset({"V5", "V6", "F4"}),
    "money": frozenset({"V20", "F8"}),
    "other": frozenset[str](),
}
"""Whose a name or a number is, by the question that it answers, in the domain's numbers; the rest is not said."""
TOLD = frozenset({Kind.TEXT, Kind.PHONE, Kind.WALLET, Kind.AMOUNT})
CALLED = re.compile(r"(?<![\w@./])@[A-Za-z]\w{3,31}\b")
MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s<>\"']+|\b(?:t\.me|wa\.me|fb\.com|line\.me)/[\w+./-]+", re.IGNORECASE
)
ACCOUNT = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[0-9A-Z]){11,30}\b")
ENDS = ".,;:!?)]}»"
MOST = 60
"""Contacts that are shown of one case."""


@dataclass(frozen=True, slots=True)
class Contact:
    """One number, address, handle or wallet: what it is, in a word, and as it can be copied.

    `doubt` says where its checksum is wrong: a sign was mistyped.
    """

    kind: str
    value: str
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody in the case: who, what was told of them, and what was recognised in it."""

    role: str
    told: tuple[Text, ...] = ()
    contacts: tuple[Contact, ...] = ()


def parties(every: Sequence[Lines], wording: Wording) -> tuple[Party, ...]:
    """Return everybody of whom something was told, and what was recognised in free words under `other`."""
    regions = tuple(_regions(lines.session for lines in every))
    found = [_party(role, every, regions, wording) for role in ROLES]
    seen: set[str] = set()
    kept = [Party(each.role, each.told, tuple(_new(each.contacts, seen))) for each in found]
    return tuple(each for each in kept if each.told or each.contacts)


def _new(contacts: Iterable[Contact], seen: set[str]) -> Iterator[Contact]:
    """Give those that stood with nobody before."""
    for contact in contacts:
        if contact.value not in seen and len(seen) < MOST:
            seen.add(contact.value)
            yield contact


def _regions(sessions: Iterable[CaseSummary]) -> Iterator[str]:
    """Give the countries of the case: a number without + may be of each of them."""
    answers = (line.answer for session in sessions for line in session.answers)
    yield from dict.fromkeys(each.country for each in answers if isinstance(each, Place) and each.country)


def _party(role: str, every: Sequence[Lines], regions: Sequence[str], wording: Wording) -> Party:
    answers = [(lines, line) for lines in every for line in lines.session.answers if _is_told(line, role)]
    told = tuple(lines.answer(line) for lines, line in answers)
    texts = [line.answer_text for _, line in answers]
    if role == "other":
        texts += [text.text or "" for lines in every for text in lines.session.texts]
    contacts = (contact for text in texts for contact in recognise(text, regions, wording))
    return Party(wording(f"party.{role}"), told if role != "other" else (), tuple(contacts))


def _is_told(line: AnswerLine, role: str) -> bool:
    if line.superseded or line.kind not in TOLD or isinstance(line.answer, Declined):
        return False
    whose = next((name for name, refs in ROLES.items() if line.ref in refs), "other")
    return whose == role


def recognise(text: str, regions: Sequence[str], wording: Wording) -> Iterator[Contact]:
    """Give what stands in a text, each thing once, in the order of its kinds."""
    plain = clean(plain_digits(text))
    yield from _wallets(plain, wording)
    for kind, shape in (("mail", MAIL), ("address", ADDRESS), ("handle", CALLED)):
        for found in shape.finditer(plain):
            yield Contact(wording(f"contact.{kind}"), found[0].rstrip(ENDS))
    for found in ACCOUNT.finditer(plain):
        if Payment.ACCOUNT in payments(found[0]):
            yield Contact(wording("contact.account"), found[0])
    yield from _telephones(plain, regions, wording)


def _wallets(text: str, wording: Wording) -> Iterator[Contact]:
    for word in WORD.findall(text):
        wallet = read_wallet(word)
        if wallet is not None:
            doubt = wording("contact.doubt") if wallet.sound is False else ""
            yield Contact(f"{wording('contact.wallet')} ({wallet.network})", wallet.address, doubt)


def _telephones(text: str, regions: Sequence[str], wording: Wording) -> Iterator[Contact]:
    """Give numbers as they are dialled from abroad; one without + is tried for each country of the case."""
    for region in (None, *regions):
        leniency = phonenumbers.Leniency.VALID if region else phonenumbers.Leniency.POSSIBLE
        for match in phonenumbers.PhoneNumberMatcher(text, region, leniency=leniency, max_tries=50):
            form = phonenumbers.PhoneNumberFormat.E164
            doubt = (
                ""
                if match.raw_string.lstrip().startswith("+")
                else wording("contact.of_country", country=region)
            )
            yield Contact(wording("contact.phone"), phonenumbers.format_number(match.number, form), doubt)
