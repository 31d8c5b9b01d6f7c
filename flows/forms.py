"""Forms: the shape in which authors write definitions, checked so that every mistake is told at once."""

from typing import Annotated, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    StringConstraints,
    model_validator,
)

from flows.clauses import read_condition
from flows.condition import Condition
from flows.definition import Kind, Own, Then
from flows.directory import LineKind
from flows.ids import Stage, Tier

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Hours = tuple[int, int]
When = Annotated[Condition, PlainValidator(read_condition)]


class Form(BaseModel):
    """What all forms share: no unknown keys, and no value in an error's text."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, arbitrary_types_allowed=True, hide_input_in_errors=True
    )


class ChoiceForm(Form):
    """One choice of a question."""

    id: Id
    text: str
    comment: str | None = None
    fires: tuple[Id, ...] = ()
    stage: Stage | None = None
    consents: dict[Id, bool] = Field(default_factory=dict)
    safety: dict[Id, Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_]{0,39}$")]] = Field(
        default_factory=dict
    )
    alone: bool = False
    none: bool = False
    then: Then = Then.GO_ON
    ending: Id | None = None
    hours: Hours | None = None

    @property
    def means(self) -> bool:
        """Tell whether tapping it says or does something."""
        does = self.stage or self.consents or self.safety or self.hours or self.then is not Then.GO_ON
        return bool(self.fires or does)


class RemarkForm(Form):
    """A phrase above a question."""

    phrase: Id
    when: When | None = None
    lines: tuple[LineKind, ...] = ()


class ClockForm(Form):
    """What a moment fires."""

    within: Hours
    fires: tuple[Id, ...]
    otherwise: tuple[Id, ...] = ()
    since: Id | None = None


class QuestionForm(Form):
    """One question of a part."""

    id: Id
    ref: Annotated[str, StringConstraints(pattern=r"^[VFO][0-9]{1,2}[a-z]?$")]
    kind: Kind
    text: str
    comment: str | None = None
    tier: Tier = Tier.CORE
    when: When | None = None
    notes: tuple[RemarkForm, ...] = ()
    choices: tuple[ChoiceForm, ...] = ()
    countries: tuple[Country, ...] = ()
    at_once: bool = False
    clock: ClockForm | None = None
    at_site: tuple[Id, ...] = ()
    on_request: bool = False
    """It is never due by itself."""
    keeps: Own | None = None

    @model_validator(mode="after")
    def _keep(self) -> Self:
        """A word is kept for something, and written down as its only choice."""
        if (self.kind is Kind.WORD) != (self.keeps is not None):
            message = "`keeps` says what a word is for, and stands at questions of that kind alone"
            raise ValueError(message)
        if self.kind is Kind.WORD and len(self.choices) != 1:
            message = "a word has one choice: how it is written down that one was chosen"
            raise ValueError(message)
        return self


class EachForm(Form):
    """A section is asked once for each of several people: at most so many times, while `again` holds."""

    times: Annotated[int, Field(ge=2, le=12)]
    again: When


class SectionForm(Form):
    """Questions that share a condition and remarks."""

    about: str
    when: When | None = None
    by_worth: bool = False
    """While time is short, what tells most is asked first."""
    notes: tuple[RemarkForm, ...] = ()
    each: EachForm | None = None
    questions: tuple[QuestionForm, ...] = Field(min_length=1)


class PartForm(Form):
    """One file of questions; `when` tells who is asked them."""

    part: Id
    when: When | None = None
    sections: tuple[SectionForm, ...] = Field(min_length=1)


class LinesForm(Form):
    """Kinds of telephone lines, and for whom they are."""

    kinds: tuple[LineKind, ...]
    when: When | None = None


class EndingsForm(Form):
    """The last screen's phrases, by whether people read the answers, and its telephone lines: the first that hold."""

    read: Id
    unread: Id
    asking: Id
    lines: tuple[LinesForm, ...] = ()


class SurgeForm(Form):
    """What is asked while very many people write, and the phrases that say that the rest can wait, or come now."""

    core: tuple[Id, ...] = Field(min_length=1)
    enough: Id
    rest: Id


class AskForm(Form):
    """A question that is asked on request, and for whom it is."""

    ask: Id
    when: When | None = None


class QuestionnaireForm(Form):
    """How the parts are put together: their order, and which of them are paths of their own."""

    questionnaire: Id
    parts: tuple[Id, ...] = Field(min_length=1)
    paths: tuple[Id, ...] = Field(min_length=1)
    short: When | None = None
    heard: When | None = None
    tapped_only: When | None = None
    """While it holds nothing is asked that has to be typed."""
    readers: tuple[AskForm, ...] = ()
    erasing: tuple[AskForm, ...] = ()
    where: tuple[Id, ...] = ()
    """The questions about the country where the contact is; each path has its own."""
    home: tuple[Id, ...] = ()
    held: tuple[Id, ...] = ()
    """The questions about where whom it is about is held; all that are answered count."""
    endings: EndingsForm
    surge: SurgeForm | None = None


class PhraseForm(Form):
    """A phrase with a comment for translators."""

    text: str
    comment: str | None = None


PhraseId = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z][a-zA-Z0-9_]{0,49}$")]
DeskKey = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.]{0,49}$")]
PhraseForms = dict[PhraseId, PhraseForm | str]


class PhrasesForm(Form):
    """All other texts, by where they are shown."""

    screen: PhraseForms
    bot: PhraseForms
    case: PhraseForms
    page: PhraseForms = Field(default_factory=dict)
    desk: dict[DeskKey, str] = Field(default_factory=dict)
