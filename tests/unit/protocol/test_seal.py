"""Sealing: round trips, and nobody else opens."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.bech32 import encode_bech32
from protocol.errors import (
    BadRecipient,
    EnvelopeFailure,
    MixedRecipients,
    NoMatch,
    NoRecipients,
    PayloadFailure,
)
from protocol.payload import CHUNK, PayloadWriter, open_payload, seal_payload
from protocol.recipient import HybridRecipient, Recipient, X25519Recipient, parse_recipient
from protocol.seal import SealWriter, seal
from responder.identity import Identity, generate_identity
from responder.unseal import unseal

HYBRID, OTHER_HYBRID = generate_identity(), generate_identity()
CLASSIC, OTHER_CLASSIC = generate_identity(hybrid=False), generate_identity(hybrid=False)
PAIRS = st.sampled_from([(HYBRID, OTHER_HYBRID), (CLASSIC, OTHER_CLASSIC)])
Pair = tuple[Identity, Identity]


@given(PAIRS, st.binary(max_size=300))
def test_what_is_sealed_is_opened(pair: Pair, plaintext: bytes) -> None:
    """Every recipient opens the file, in whatever order they were named."""
    for recipients in ([who.recipient for who in pair], [who.recipient for who in reversed(pair)]):
        sealed = seal(plaintext, recipients)

        assert [plaintext, plaintext] == [unseal(sealed, [who]) for who in pair]


@given(PAIRS, st.binary(max_size=300))
def test_wrong_identity_never_opens(pair: Pair, plaintext: bytes) -> None:
    """Whoever is not a recipient gets nothing, of either kind of key."""
    mine, other = pair
    sealed = seal(plaintext, [mine.recipient])
    for identity in {HYBRID, CLASSIC, OTHER_HYBRID, OTHER_CLASSIC, other} - {mine}:
        with pytest.raises(NoMatch):
            unseal(sealed, [identity])


@settings(max_examples=400)
@given(PAIRS, st.data())
def test_flipped_bit_never_opens(pair: Pair, data: st.DataObject) -> None:
    """One bit changed anywhere in the file, and it does not open."""
    mine, other = pair
    sealed = bytearray(seal(b"a few words", [other.recipient, mine.recipient]))
    place = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[place // 8] ^= 1 << place % 8

    with pytest.raises(EnvelopeFailure):
        unseal(bytes(sealed), [mine])


@given(PAIRS, st.data())
def test_cut_file_never_opens(pair: Pair, data: st.DataObject) -> None:
    """A file that ends too soon does not open, wherever it was cut."""
    mine, _ = pair
    sealed = seal(b"a few words", [mine.recipient])
    with pytest.raises(EnvelopeFailure):
        unseal(sealed[: data.draw(st.integers(0, len(sealed) - 1))], [mine])


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 5])
def test_chunks_come_back(size: int) -> None:
    """Lengths around the chunk's border pass."""
    plaintext = bytes(range(256)) * (size // 256 + 1)
    plaintext = plaintext[:size]
    payload = b"".join(seal_payload(bytes(16), bytes(16), plaintext))

    assert plaintext == b"".join(open_payload(bytes(16), bytes(16), payload))


def test_chunks_cannot_change_places() -> None:
    """Each chunk is bound to its number and to being the last or not."""
    sealed = CHUNK + 16
    payload = b"".join(seal_payload(bytes(16), bytes(16), bytes(3 * CHUNK)))
    first, second, last = payload[:sealed], payload[sealed : 2 * sealed], payload[2 * sealed :]
    for forged in (second + first + last, first + last, first + second, last, first + second + last + last):
        with pytest.raises(PayloadFailure):
            b"".join(open_payload(bytes(16), bytes(16), forged))


def test_mixed_recipients_are_refused() -> None:
    """One X25519 recipient would take the post-quantum promise from all."""
    with pytest.raises(MixedRecipients):
        seal(b"", [HYBRID.recipient, CLASSIC.recipient])


def test_nobody_to_seal_to_is_refused() -> None:
    """A file that nobody could open is not written."""
    with pytest.raises(NoRecipients):
        seal(b"", [])


@pytest.mark.parametrize("recipient", [HYBRID.recipient, CLASSIC.recipient], ids=["hybrid", "x25519"])
def test_recipient_comes_back_from_its_text(recipient: Recipient) -> None:
    """A recipient is its text."""
    assert recipient == parse_recipient(str(recipient))
    assert hash(recipient) == hash(parse_recipient(str(recipient)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "age1",
        HYBRID.secret(),
        str(CLASSIC.recipient).upper(),
        str(CLASSIC.recipient)[:-1],
        encode_bech32("age", bytes(31)),
        encode_bech32("age", bytes(32)),
        encode_bech32("age1pq", bytes(1215)),
        encode_bech32("age1pq", b"\xff" * 1216),
        encode_bech32("age1pq", HYBRID.recipient.key[:1184] + bytes(32)),
        encode_bech32("age1tag", bytes(33)),
    ],
    ids=[
        "nothing",
        "prefix alone",
        "a secret",
        "upper case",
        "cut short",
        "31 bytes",
        "zero",
        "1215 bytes",
        "no hybrid key",
        "zero in hybrid",
        "another kind",
    ],
)
def test_what_nothing_can_be_sealed_to_is_no_recipient(text: str) -> None:
    """A key that would fail when a case is to be sealed is refused when it is enrolled."""
    with pytest.raises(BadRecipient):
        parse_recipient(text)


@pytest.mark.parametrize("kind", [HybridRecipient, X25519Recipient])
def test_recipient_of_wrong_length_is_refused(kind: type[HybridRecipient | X25519Recipient]) -> None:
    """A recipient cannot be made from something that is not a key."""
    with pytest.raises(BadRecipient):
        kind(b"short")


@given(st.lists(st.integers(0, CHUNK + 1), max_size=5), st.integers(0, 3))
def test_a_payload_in_pieces_is_the_same_payload(sizes: list[int], chunks: int) -> None:
    """However it is cut, and where it ends with a full chunk."""
    pieces = [*(bytes([number]) * size for number, size in enumerate(sizes)), bytes(chunks * CHUNK)]
    writer = PayloadWriter(bytes(16), bytes(16))

    written = b"".join(writer.add(piece) for piece in pieces) + writer.end()

    assert written == b"".join(seal_payload(bytes(16), bytes(16), b"".join(pieces)))


def test_a_file_in_pieces_opens_and_is_for_somebody() -> None:
    """The same refusals as of one that is sealed at once."""
    identity = generate_identity()
    writer = SealWriter([identity.recipient])

    sealed = writer.begin() + writer.add(b"one ") + writer.add(b"two") + writer.end()

    assert unseal(sealed, [identity]) == b"one two"
    with pytest.raises(NoRecipients):
        SealWriter([])
