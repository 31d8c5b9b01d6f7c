"""Marks: numbers, handles, links, accounts and wallets inside typed words, each in the form by which it compares."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from flows.digits import plain_digits
from flows.payment import LONG_NUMBER, digits_of, ibans, long_numbers
from flows.telephone import read_phones
from flows.wallet import WORD, Network, read_wallet


class MarkKind(StrEnum):
    """What a mark is."""

    NUMBER = "number"
    HANDLE = "handle"
    LINK = "link"
    ACCOUNT = "account"
    WALLET = "wallet"


class Mark(NamedTuple):
    """Something by which the same party can be known again."""

    kind: MarkKind
    value: str


_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"']+|\b(?:t|wa|fb|m)\.me/[^\s<>\"']+", re.IGNORECASE)
_NAME = re.compile(r"(?<![\w@/.])@([A-Za-z][\w.]{3,31})")
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{2,}@[A-Za-z][\w-]+(?:\.[A-Za-z][\w-]+)*")
_TRAILING = ".,;:!?)]}'\"\u00bb\u201d\u2019\u2026\u3002\uff0c\u3001\uff09"
_CHAT, _CALL = "t.me", "wa.me"


def marks_in(text: str, known: Collection[str] = ()) -> frozenset[Mark]:
    """Give every mark in a text; `known` are the digits of numbers that belong to nobody in the case, such as hotlines.

    Without a country a number counts as a telephone number only with its +; other long numbers count as accounts.
    """
    plain = plain_digits(unicodedata.normalize("NFKC", text))
    return frozenset(mark for mark in _find(plain) if digits_of(mark.value) not in known)


def _find(text: str) -> Iterator[Mark]:
    for found in _LINK.finditer(text):
        yield _link(found[0])
    text = _LINK.sub(" ", text)
    for word in WORD.findall(text):
        wallet = read_wallet(word)
        if wallet is not None:
            yield Mark(MarkKind.WALLET, _address(wallet.network, wallet.address))
            text = text.replace(word, " ")
    accounts = tuple(ibans(text))
    yield from (Mark(MarkKind.ACCOUNT, iban) for iban in accounts)
    for handle in (*_NAME.findall(text), *_MAIL.findall(text)):
        yield Mark(MarkKind.HANDLE, handle.rstrip(".").casefold())
    yield from _numbers(text, accounts)


def _numbers(text: str, accounts: Sequence[str]) -> Iterator[Mark]:
    phones = {phone.number for phone in read_phones(text)}
    yield from (Mark(MarkKind.NUMBER, number) for number in sorted(phones))
    taken = {digits_of(number) for number in phones}
    for digits in long_numbers(text):
        if digits not in taken and not any(digits in iban for iban in accounts):
            yield Mark(MarkKind.ACCOUNT, digits)


def _address(network: Network, address: str) -> str:
    """Give an address in the case that the network means: elsewhere capitals are letters of their own."""
    is_free = network is Network.ETHEREUM or address[:3].casefold() == "bc1"
    return address.casefold() if is_free else address


def _link(text: str) -> Mark:
    """Give a link without what differs from one copy to the next; one that leads to a chat is who is there."""
    bare = re.sub(r"^(?:https?://)?(?:www\.)?", "", text.rstrip(_TRAILING), flags=re.IGNORECASE)
    host, _, path = re.split(r"[?#]", bare, maxsplit=1)[0].rstrip("/").partition("/")
    host = host.casefold()
    if host == _CALL and len(digits_of(path)) >= LONG_NUMBER:
        return Mark(MarkKind.NUMBER, f"+{digits_of(path)}")
    if host == _CHAT and path:
        return Mark(MarkKind.HANDLE, path.partition("/")[0].casefold())
    return Mark(MarkKind.LINK, f"{host}/{path}" if path else host)
