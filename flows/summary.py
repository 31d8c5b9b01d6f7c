"""A case summary: what a responder reads, in parts that are sealed tier by tier, complete in themselves."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from flows.answer import Answer, Declined, Place, Repeated, to_contract
from flows.assessment import Assessment, Finding
from flows.definition import SEVERAL, TICKED, Kind
from flows.ids import ChoiceId, FlowId, QuestionId, RuleId, Stage, Tier
from flows.session import Attached, Promise

SCHEMA = "part/1"
SOURCE_LANGUAGE = "en"
WHERE = frozenset({"V4", "V9", "F5", "F6"})
"""What asks about places and the way, by the numbers of the questions."""


class Labelled(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A choice with its text in English and in the contact's language."""

    choice: ChoiceId
    text: str
    text_local: str


class AnswerLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One answer with the texts it was given to, in English and in the contact's language."""

    order: int
    """Its place in the log; answers are read in this order."""
    question: QuestionId
    ref: str
    kind: Kind
    text: str
    text_local: str
    answer: Answer
    answer_text: str
    answer_text_local: str
    at: int
    how: str
    superseded: bool = False
    """A later answer to the same question stands instead."""
    choices: tuple[Labelled, ...] = ()
    """The choices that were tapped, each with its texts."""
    remark: str = ""
    """In English, what a program could tell of what was written: where a place may be, whether a number is sound."""


class WordLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words or media that came beside the questions; `question` was on the screen then."""

    order: int
    kind: str
    text: str | None
    at: int
    question: QuestionId | None = None
    superseded: bool = False
    """The message was edited later."""
    question_text: str | None = None
    question_text_local: str | None = None
    attached: Attached | None = None
    """The file that came with it."""
    later: bool = False
    """They marked it for later."""


class OpenLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question without an answer, with the choices that would change the grade."""

    question: QuestionId
    ref: str
    text: str
    text_local: str
    choices: tuple[Labelled, ...] = ()


class Placed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A finding and its place among all, so that the tiers can be put together in order."""

    order: int
    finding: Finding


class CasePart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One tier of one session, as of one turn. A later part of the same session and tier replaces it."""

    session: str
    flow: FlowId
    revision: str
    language: str | None
    started_at: int
    tier: Tier
    answers: tuple[AnswerLine, ...] = ()
    texts: tuple[WordLine, ...] = ()
    findings: tuple[Placed, ...] = ()
    """What rests on the answers of this tier."""
    assessment: Assessment | None = None
    """In the core tier alone, without findings of its own."""
    consents: Mapping[str, bool] = {}
    contact_safety: Mapping[str, str] = {}
    stage: Stage = Stage.UNKNOWN
    left: bool = False
    """The contact closed the chat: all that could be wiped from the phone was to be wiped at once."""
    wiped: int = 0
    """How many messages were wiped from the phone, at an exit or when their time had come; `stuck` were too old."""
    stuck: int = 0
    open: tuple[OpenLine, ...] = ()
    rules: Mapping[RuleId, str] = {}
    """In English, what the rules say that gave the grade."""
    source_language: str = SOURCE_LANGUAGE
    schema: str = SCHEMA
    duress: bool = False
    """The duress word was typed: somebody may see what is written, or write it."""
    erasing: bool = False
    """The contact asked to erase all, or somebody who holds the phone did."""
    watchword: tuple[str, ...] = ()
    """In the core tier alone: the two words of the case, in English and in the contact's language."""
    promise: Promise = Promise.NONE
    """Whether they asked us to act if they do not tap, and what became of it."""
    returned: int = 0
    """How often the contact came back from another account."""


class CaseSummary(msgspec.Struct, frozen=True):
    """The tiers of one session that a reader may open, put together."""

    session: str
    flow: FlowId
    language: str | None
    tiers: tuple[Tier, ...]
    answers: tuple[AnswerLine, ...]
    texts: tuple[WordLine, ...]
    assessment: Assessment | None
    consents: Mapping[str, bool]
    contact_safety: Mapping[str, str]
    stage: Stage
    left: bool
    wiped: int
    stuck: int
    open: tuple[OpenLine, ...]
    rules: Mapping[RuleId, str]
    source_language: str
    duress: bool = False
    erasing: bool = False
    watchword: tuple[str, ...] = ()
    promise: Promise = Promise.NONE
    returned: int = 0


class PartUnreadable(Exception):
    """The bytes are not a part of a schema that this program reads."""


class PartsUnlike(Exception):
    """The parts are of different sessions, or none was given."""


_decoder = msgspec.json.Decoder(CasePart)


def encode_part(part: CasePart) -> bytes:
    """Give the part as JSON bytes."""
    return msgspec.json.encode(part)


def decode_part(data: bytes) -> CasePart:
    """Read a part back; raises PartUnreadable, which carries none of its content."""
    try:
        part = _decoder.decode(data)
    except msgspec.DecodeError:
        raise PartUnreadable from None
    if part.schema != SCHEMA:
        raise PartUnreadable
    return part


def merge(parts: Sequence[CasePart]) -> CaseSummary:
    """Put the opened tiers of one session together; raises PartsUnlike."""
    if len({part.session for part in parts}) != 1 or len({part.tier for part in parts}) != len(parts):
        raise PartsUnlike
    core = next((part for part in parts if part.tier is Tier.CORE), parts[0])
    return CaseSummary(
        session=core.session,
        flow=core.flow,
        language=core.language,
        tiers=tuple(part.tier for part in parts),
        answers=tuple(sorted((line for part in parts for line in part.answers), key=_order)),
        texts=tuple(sorted((line for part in parts for line in part.texts), key=_order)),
        assessment=_reunited(core.assessment, parts),
        consents=core.consents,
        contact_safety=core.contact_safety,
        stage=core.stage,
        left=core.left,
        wiped=core.wiped,
        stuck=core.stuck,
        open=core.open,
        rules=core.rules,
        source_language=core.source_language,
        duress=core.duress,
        erasing=core.erasing,
        watchword=core.watchword,
        promise=core.promise,
        returned=core.returned,
    )


def _order(line: AnswerLine | WordLine) -> int:
    return line.order


def _reunited(assessment: Assessment | None, parts: Sequence[CasePart]) -> Assessment | None:
    """Give the assessment its findings back; one that rests on several tiers has all its evidence."""
    if assessment is None:
        return None
    joined: dict[int, Finding] = {}
    for placed in (placed for part in parts for placed in part.findings):
        known = joined.get(placed.order)
        before = known.evidence if known else ()
        joined[placed.order] = replace(placed.finding, evidence=(*before, *placed.finding.evidence))
    return replace(
        assessment, findings=tuple(finding for _, finding in sorted(joined.items(), key=lambda item: item[0]))
    )


def case_document(header: Mapping[str, object], summary: CaseSummary) -> dict[str, object]:
    """Give an opened case as `case/1`; messages, attachments and links are the caller's to fill."""
    return {
        "schema": "case/1",
        "header": dict(header),
        "summary": {
            "answers": [_answer_document(line) for line in summary.answers],
            "texts": [msgspec.to_builtins(line) for line in summary.texts],
            "assessment": msgspec.to_builtins(summary.assessment),
            "consents": dict(summary.consents),
            "contact_safety": dict(summary.contact_safety),
            "route": [
                step for line in summary.answers if _tells_place(line) for step in _place_documents(line)
            ],
            "language": summary.language,
        },
        "messages": [],
        "attachments": [],
        "links": [],
    }


def _tells_place(line: AnswerLine) -> bool:
    """A tapped line such as 'within 3 days' is asked beside the places and names none."""
    told = not line.superseded and not isinstance(line.answer, Declined)
    return told and line.ref in WHERE and line.kind not in TICKED


def _place_documents(line: AnswerLine) -> Iterator[dict[str, object]]:
    """One step for each place; what is known of it beside the words: country, point, and the sites it may be."""
    asked = {"question": line.question, "at": line.at}
    match line.answer:
        case Repeated(items):
            for item in items:
                yield {"place": item.place.text, **_known(item.place), **asked}
        case Place() as place:
            yield {"place": line.answer_text, **_known(place), **asked}
        case _:
            yield {"place": line.answer_text, **asked}


def _known(place: Place) -> dict[str, object]:
    fields = {key: value for key, value in msgspec.structs.asdict(place).items() if value not in (None, ())}
    return {key: value for key, value in fields.items() if key != "text"}


def _answer_document(line: AnswerLine) -> dict[str, object]:
    shown: dict[str, object] = msgspec.to_builtins(line)
    return {**shown, "answer": to_contract(line.answer, many=line.kind in SEVERAL)}
