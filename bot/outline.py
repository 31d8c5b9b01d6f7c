"""A flow as partners' scripts read it: every question and choice id with its texts, ref and indicators (`flow/1`)."""

import msgspec

from flows.definition import Flow, Question


class OutlinedChoice(msgspec.Struct, frozen=True):
    """One button."""

    id: str
    text: str
    indicators: tuple[str, ...]


class OutlinedQuestion(msgspec.Struct, frozen=True):
    """One screen."""

    id: str
    ref: str
    kind: str
    tier: str
    text: str
    choices: tuple[OutlinedChoice, ...]


class OutlinedFlow(msgspec.Struct, frozen=True, tag_field="schema", tag="flow/1"):
    """One revision of a flow."""

    id: str
    revision: str
    questions: tuple[OutlinedQuestion, ...]


def outline(flow: Flow) -> OutlinedFlow:
    """The outline of a flow, texts in English."""
    return OutlinedFlow(flow.id, flow.revision, tuple(_question(each) for each in flow.questions))


def _question(question: Question) -> OutlinedQuestion:
    choices = tuple(OutlinedChoice(each.id, each.text, each.fires) for each in question.choices)
    return OutlinedQuestion(
        question.id, question.ref, question.kind, question.tier, question.worded(question.text), choices
    )
