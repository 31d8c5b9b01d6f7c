"""A page for everybody that says under which names the bot is found, signed as a whole by the server."""

import msgspec

from protocol.base64text import decode_base64, encode_base64
from protocol.document import Moment, decode_document, encode_document
from protocol.errors import BadDocument
from protocol.signing import Purpose, SigningKey, VerifyKey, sign, verify

_BEGIN = b"<!-- wayout-page-1."
_END = b" -->\n"


class Page(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="schema", tag="page/1", kw_only=True
):
    """The bots' names in Telegram, without the @; when the page was made, and which key signed all of it."""

    handles: tuple[str, ...]
    made_at: Moment
    server_key: str
    signature: bytes = b""


def sign_page(content: bytes, *, handles: tuple[str, ...], now: Moment, signing_key: SigningKey) -> bytes:
    """The page with its seal: a comment at its end, over every byte before it."""
    page = Page(handles=handles, made_at=now, server_key=str(signing_key.verify_key))
    signature = sign(signing_key, Purpose.PAGE, encode_document(page), content)
    sealed = encode_base64(encode_document(msgspec.structs.replace(page, signature=signature)))
    return content + _BEGIN + sealed.encode() + _END


def verify_page(data: bytes) -> Page:
    """What the seal of a page says; raises BadDocument, UnknownSchema, BadKey, BadSignature.

    The key in it is only as good as the way it came: compare its id with one that is known.
    """
    content, begin, seal = data.rpartition(_BEGIN)
    if not begin or not seal.endswith(_END):
        raise BadDocument
    page = _parse(seal.removesuffix(_END))
    verify(page_key(page), page.signature, Purpose.PAGE, _signed(page), content)
    return page


def page_key(page: Page) -> VerifyKey:
    """The server's key; raises BadKey."""
    return VerifyKey.parse(page.server_key)


def _parse(seal: bytes) -> Page:
    try:
        document = decode_base64(seal.decode())
    except ValueError:
        raise BadDocument from None
    return decode_document(document, Page)


def _signed(page: Page) -> bytes:
    return encode_document(msgspec.structs.replace(page, signature=b""))
