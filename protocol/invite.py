"""Invites: the operator's answer to a card, which pins the server's address and key for the responder."""

import msgspec

from protocol.base64text import decode_base64, encode_base64
from protocol.card import CardId
from protocol.document import decode_document, encode_document
from protocol.errors import BadDocument, WrongCard
from protocol.signing import Purpose, SigningKey, VerifyKey, sign, verify

_MARK = "wayout-invite-1."


class Invite(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="schema", tag="invite/1", kw_only=True
):
    """Where the server is, which key it signs with, and whom this invites; signed by that key."""

    server_url: str
    server_key: str
    card: CardId
    signature: bytes = b""


def make_invite(*, server_url: str, card: CardId, signing_key: SigningKey) -> Invite:
    """An invite signed by the server's key."""
    invite = Invite(server_url=server_url, server_key=str(signing_key.verify_key), card=card)
    return msgspec.structs.replace(invite, signature=sign(signing_key, Purpose.INVITE, _signed(invite)))


def encode_invite(invite: Invite) -> str:
    """One line to send and paste."""
    return _MARK + encode_base64(encode_document(invite))


def decode_invite(text: str, *, card: CardId) -> Invite:
    """Read an invite to this card; raises BadDocument, UnknownSchema, BadKey, BadSignature, WrongCard.

    The key in it is only as good as the way it came: compare its id with the operator by voice.
    """
    invite = _parse(text.strip())
    verify(invite_key(invite), invite.signature, Purpose.INVITE, _signed(invite))
    if invite.card != card:
        raise WrongCard
    return invite


def invite_key(invite: Invite) -> VerifyKey:
    """The server's key; raises BadKey."""
    return VerifyKey.parse(invite.server_key)


def _parse(text: str) -> Invite:
    if not text.startswith(_MARK):
        raise BadDocument
    try:
        data = decode_base64(text.removeprefix(_MARK))
    except ValueError:
        raise BadDocument from None
    return decode_document(data, Invite)


def _signed(invite: Invite) -> bytes:
    return encode_document(msgspec.structs.replace(invite, signature=b""))
