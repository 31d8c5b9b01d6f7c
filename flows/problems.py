"""Problems: mistakes in a definition, each with a code, its place and what to do."""

from dataclasses import dataclass
from enum import StrEnum


class Code(StrEnum):
    """The kinds of mistakes; the words are stable."""

    FILE_MISSING = "file_missing"
    NOT_YAML = "not_yaml"
    DUPLICATE_KEY = "duplicate_key"
    SHAPE = "shape"
    DUPLICATE_ID = "duplicate_id"
    UNKNOWN_QUESTION = "unknown_question"
    UNKNOWN_CHOICE = "unknown_choice"
    UNKNOWN_FINDING = "unknown_finding"
    UNKNOWN_STAGE = "unknown_stage"
    UNKNOWN_PHRASE = "unknown_phrase"
    UNKNOWN_PART = "unknown_part"
    NO_PHRASE = "no_phrase"
    UNREACHABLE = "unreachable"
    MEANS_NOTHING = "means_nothing"
    MEANS_BOTH = "means_both"
    EMPTY_TEXT = "empty_text"
    LABEL_TOO_LONG = "label_too_long"
    SAME_LABEL = "same_label"
    SAME_WORD = "same_word"
    NO_WAY_ON = "no_way_on"
    CHOICES_UNUSED = "choices_unused"
    NO_LAST_RULE = "no_last_rule"
    UNKNOWN_COUNTRY = "unknown_country"
    NO_NUMBER = "no_number"
    NO_PREFIX = "no_prefix"
    UNREADABLE_HOURS = "unreadable_hours"
    SAME_NAME = "same_name"
    NAME_TOO_SHORT = "name_too_short"
    ALWAYS_AT_ONCE = "always_at_once"
    PATH_NEVER = "path_never"
    NO_PATH = "no_path"
    SCREEN_TOO_LONG = "screen_too_long"
    CLOCKS_UNFIT = "clocks_unfit"
    NO_EVIDENCE = "no_evidence"
    NEVER_FIRED = "never_fired"
    HARD_TO_READ = "hard_to_read"
    NOT_TRANSLATED = "not_translated"
    BADLY_TRANSLATED = "badly_translated"


LATER = frozenset(
    {Code.NO_EVIDENCE, Code.NEVER_FIRED, Code.HARD_TO_READ, Code.NOT_TRANSLATED, Code.BADLY_TRANSLATED}
)
"""What `wayout flows check` tells and fails on, but a program starts with: everybody can still be asked and graded.

A language that lacks texts for contacts is not offered until it has them.
"""


HINTS = {
    Code.FILE_MISSING: "Add the file to the folder of definitions.",
    Code.NOT_YAML: "Mend the YAML at this line.",
    Code.DUPLICATE_KEY: "Keep one of the two.",
    Code.SHAPE: "Compare with another entry of the same kind.",
    Code.DUPLICATE_ID: "Give one of the two another id.",
    Code.UNKNOWN_QUESTION: "Use the id of a question of this flow.",
    Code.UNKNOWN_CHOICE: "Use the id of a choice of that question.",
    Code.UNKNOWN_FINDING: "Use an id of indicators.yaml or flags.yaml, or add it there.",
    Code.UNKNOWN_STAGE: "Let a choice of this flow set the stage, or drop the condition.",
    Code.UNKNOWN_PHRASE: "Add the phrase to phrases.yaml.",
    Code.NO_PHRASE: "Copy the phrase from the definitions that come with Wayout.",
    Code.UNKNOWN_PART: "Name the part in questionnaire.yaml, and let a file be it.",
    Code.UNREACHABLE: "Change `when` so that some answers can make it hold.",
    Code.MEANS_NOTHING: "Let it fire, set or ask something, or say `none: true`.",
    Code.MEANS_BOTH: "Drop `none: true`, or what it fires.",
    Code.EMPTY_TEXT: "Write the text.",
    Code.LABEL_TOO_LONG: "Shorten the label; translations need room.",
    Code.SAME_LABEL: "Word the two choices differently.",
    Code.SAME_WORD: "Keep the word in one place; if it means several things, where it is unclear or nowhere.",
    Code.NO_WAY_ON: "Add a choice that goes on to the next question.",
    Code.CHOICES_UNUSED: "Drop it, or change the kind: see the kinds in CONTRIBUTING.md.",
    Code.NO_LAST_RULE: "End the list with a rule without `when`.",
    Code.UNKNOWN_COUNTRY: "Use the two capital letters of ISO 3166, as in KH.",
    Code.NO_NUMBER: "Give `inside`, `abroad` or both, or leave the line out.",
    Code.NO_PREFIX: "Begin with + and the country's code, or make it `inside`.",
    Code.UNREADABLE_HOURS: "Write 24/7, or as in 07:30-21:00 Asia/Kuala_Lumpur.",
    Code.SAME_NAME: "Keep the name at one of the two places.",
    Code.NAME_TOO_SHORT: "Write more of the name, or move it to `alone`.",
    Code.ALWAYS_AT_ONCE: "Give it a `when` that an answer brings about, or drop `at_once`.",
    Code.PATH_NEVER: "Change the `when` of its part, or put it before the path that always holds.",
    Code.NO_PATH: "Let the `when` of one part hold for these answers too, such as `not` of all the others.",
    Code.SCREEN_TOO_LONG: "Say it in fewer words, or ask it in two questions.",
    Code.CLOCKS_UNFIT: "Mend the times of that urgency in service.yaml; its head says what they mean.",
    Code.NO_EVIDENCE: "Let a choice of such a question fire it, or drop the claim from `asked`.",
    Code.NEVER_FIRED: "Let a choice fire it, say `from: silence` where the program does, or drop the flag.",
    Code.HARD_TO_READ: "Use shorter sentences and words of one or two syllables.",
    Code.NOT_TRANSLATED: "Run `python -m locales.extract CODE`, then translate it.",
    Code.BADLY_TRANSLATED: "Mend this line; `python -m locales.extract CODE` drops texts that are gone.",
}


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake: where it is (line from 1), what it is, what to do."""

    file: str
    line: int
    code: Code
    message: str

    @property
    def hint(self) -> str:
        """What to do about it."""
        return HINTS[self.code]

    def __str__(self) -> str:
        """Give the line that an editor can jump to."""
        return f"{self.file}:{self.line}: {self.message} [{self.code}]"


class DefinitionProblems(Exception):
    """The definitions cannot be used; all problems at once, in the order of the files."""

    def __init__(self, problems: list[Problem]) -> None:
        """Keep the problems, sorted."""
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))
