"""The page that defines the formats and the vectors: each proves that the other leaves nothing out."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from protocol.attachment import Attachment, AttachmentManifest, AttachmentSeal, Missing, Where
from protocol.audience import RecipientClass, Tier
from protocol.changes import Change, ChangeKind, Countersignature, Method
from protocol.disclosure import Confirmation, Content, DisclosureManifest, SealedDisclosure
from protocol.errors import ArmorFailure, BadKey, CardUnknown, NoRecipients, ProtocolError
from protocol.extract import Extract, ExtractManifest, SealedExtract, Token, TokenKind
from protocol.interpreting import (
    Aim,
    CaseJob,
    JobContent,
    JobManifest,
    JobState,
    RenderingContent,
    RenderingManifest,
    SealedJob,
    SealedRendering,
)
from protocol.linkage import LinkageManifest, SealedLinkage
from protocol.message import MessageKind, MessageManifest, MessageState, SealedMessage, When
from protocol.people import People
from protocol.regrade import RegradeManifest, SealedRegrade
from protocol.requests import COVERED, RequestProblem
from protocol.revision import Manifest
from protocol.signing import Purpose
from protocol.succession import Succession
from protocol.suspension import Lift, Reason, Suspension
from responder.case_file import CaseFile

HERE = Path(__file__).parent
FORMAT = (HERE.parent.parent / "protocol" / "FORMAT.md").read_text("utf-8")
NAMED = set(re.findall(r"`([^`\n]+)`", FORMAT))
FILES = sorted(HERE.glob("*.json"))
NOT_FROM_A_FILE = {ArmorFailure, CardUnknown, NoRecipients}
"""Armour is the testkit's; the other two are refusals to do something, not to read something."""


def leaves(kind: type[ProtocolError]) -> Iterator[type[ProtocolError]]:
    """The errors that are raised."""
    for child in kind.__subclasses__():
        yield from leaves(child)
    if not kind.__subclasses__():
        yield kind


def expectations() -> set[str]:
    """Every outcome that a vector names."""
    documents = [json.loads(path.read_text("utf-8")) for path in FILES]
    told = {
        vector["expect"] for document in documents for vector in document["vectors"] if "expect" in vector
    }
    # Faults of an audit are told with the numbers of its entries: `2 missing, 4 cut`.
    return {re.sub(r"^\d+ ", "", each) for outcome in told for each in outcome.split(", ")}


def test_every_outcome_of_a_vector_is_on_the_page() -> None:
    """A reader of the page knows every name."""
    codes = {str(problem) for problem in RequestProblem}

    assert expectations() - codes <= NAMED
    assert codes <= NAMED


def test_every_way_of_failing_has_a_vector() -> None:
    """A new error without a vector fails here."""
    raised = {leaf.__name__ for leaf in set(leaves(ProtocolError)) - NOT_FROM_A_FILE}

    assert raised <= expectations()
    assert BadKey.__name__ in expectations()


def test_every_file_of_vectors_is_on_the_page() -> None:
    """The page says what each file holds."""
    assert FILES
    assert [path.stem for path in FILES if path.stem not in FORMAT] == []


FIELDS = tuple(
    each.__struct_fields__
    for each in (
        Manifest,
        SealedRegrade,
        RegradeManifest,
        AttachmentManifest,
        AttachmentSeal,
        Attachment,
        SealedMessage,
        MessageManifest,
        DisclosureManifest,
        SealedDisclosure,
        Confirmation,
        Content,
        JobManifest,
        SealedJob,
        JobContent,
        RenderingManifest,
        SealedRendering,
        RenderingContent,
        CaseJob,
        Change,
        Countersignature,
        Suspension,
        Lift,
        Succession,
        People,
        CaseFile,
        SealedExtract,
        ExtractManifest,
        Extract,
        Token,
        SealedLinkage,
        LinkageManifest,
    )
)


WORDS = (
    *(Tier, RecipientClass, Purpose, Aim, JobState, MessageKind, MessageState, When, Missing, Where),
    *(Method, ChangeKind, Reason, TokenKind, COVERED),
)


@pytest.mark.parametrize("words", [*WORDS, *FIELDS])
def test_every_word_on_the_wire_is_on_the_page(words: tuple[str, ...]) -> None:
    """Tiers, classes, purposes, covered components and the fields of manifests, regrades, attachments and messages."""
    assert {str(word).strip('"') for word in words} <= {name.strip('"') for name in NAMED}
