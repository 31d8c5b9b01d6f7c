"""The core of a questionnaire: what one minute is enough for, while very many people write."""

import msgspec

from flows.ids import PhraseId, QuestionId


class Core(msgspec.Struct, frozen=True):
    """What is asked while very many people write, and the last screen's phrases until the rest is asked."""

    questions: frozenset[QuestionId]
    enough: PhraseId
    """While they still do."""
    rest: PhraseId
    """When there is time for the rest."""
