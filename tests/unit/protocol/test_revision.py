"""Sealed revisions: what the server signs, and what a reader proves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.audience import RecipientClass, Tier
from protocol.errors import BadSignature, MixedRecipients, NoRecipients
from protocol.recipient import Recipient
from protocol.revision import CaseId, SealedRevision, check_revision, key_set, seal_revision
from protocol.signing import SigningKey
from responder.identity import generate_identity
from responder.unseal import unseal, unseal_revision

SERVER = SigningKey.generate()
KEYS = {SERVER.id: SERVER.verify_key}
AMINA, BASHIR = generate_identity(), generate_identity()
NOW = 1_790_000_000


def sealed(
    body: bytes = b"body", recipients: tuple[Recipient, ...] = (AMINA.recipient,), **labels: str
) -> SealedRevision:
    """A revision of an invented case."""
    return seal_revision(
        case=CaseId(labels.get("case", "case-0001")),
        revision=int(labels.get("revision", "1")),
        tier=Tier(labels.get("tier", "core")),
        recipient_class=RecipientClass(labels.get("recipient_class", "organisation")),
        body=body,
        recipients=recipients,
        signing_key=SERVER,
        now=NOW,
    )


@given(st.binary(max_size=500), st.sampled_from(Tier), st.sampled_from(RecipientClass), st.text(max_size=20))
def test_body_comes_back(body: bytes, tier: Tier, recipient_class: RecipientClass, case: str) -> None:
    """The whole path gives the body and a manifest with the revision's labels."""
    revision = sealed(body, case=case, tier=tier, recipient_class=recipient_class)

    opened = unseal_revision(revision, [AMINA], KEYS)

    assert body == opened.body
    labels = (opened.manifest.case, opened.manifest.tier, opened.manifest.recipient_class)
    assert (case, tier, recipient_class) == labels
    assert (NOW, SERVER.id) == (opened.manifest.sealed_at, opened.manifest.key)


def test_the_plaintext_begins_with_its_manifest() -> None:
    """Whoever opens a case with another age program sees at once what it is."""
    plaintext = unseal(sealed(b"body").sealed, [AMINA])

    assert plaintext.startswith(b'{"schema":"manifest/1","case":"case-0001","revision":1,"tier":"core",')
    assert len(plaintext) == 4096


def test_short_bodies_have_one_length() -> None:
    """The size of a sealed revision does not tell one answer from twenty."""
    assert len({len(sealed(bytes(length)).sealed) for length in (0, 1, 100, 3000)}) == 1


def test_moving_a_letter_between_labels_breaks_the_signature() -> None:
    """Labels are signed with their borders."""
    revision = sealed(case="case1", revision="1")
    moved = SealedRevision(
        CaseId("case"),
        11,
        revision.tier,
        revision.recipient_class,
        revision.sealed,
        revision.signature,
        revision.key,
    )
    with pytest.raises(BadSignature):
        check_revision(moved, KEYS)


def test_the_key_set_names_all_recipients_in_any_order() -> None:
    """Two rosters with the same keys have one name."""
    assert key_set([AMINA.recipient, BASHIR.recipient]) == key_set([BASHIR.recipient, AMINA.recipient])
    assert key_set([AMINA.recipient]) != key_set([BASHIR.recipient])


def test_nothing_is_sealed_to_nobody_or_to_mixed_keys() -> None:
    """A revision is refused like any other file."""
    with pytest.raises(NoRecipients):
        sealed(recipients=())
    with pytest.raises(MixedRecipients):
        sealed(recipients=(AMINA.recipient, generate_identity(hybrid=False).recipient))


def test_a_revision_shows_labels_only() -> None:
    """A log of a revision holds neither the file nor the signature."""
    assert repr(sealed()) == "SealedRevision('case-0001', 1, core, organisation)"
