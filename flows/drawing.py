"""Drawing: where everything stands in the picture of a questionnaire, in pixels."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from flows.condition import AllOf, Answered, AnyOf, Chose, Condition, Fired, StageIn
from flows.forms import ChoiceForm, PartForm, QuestionForm, SectionForm
from flows.ids import Tier
from flows.layout import Laid
from flows.loading import Draft
from flows.wording import Styles, Tag, fired, means, only_if, styles, words

WIDTH, MARGIN, SPINE, TOP = 1120, 40, 58, 320
LANE, INDENT, PAD = 11, 24, 18
LINE, ROW, GAP, HEAD = 19, 25, 16, 34
LABELS = 316
"""The width of a card's column of labels; its tags stand right of it."""
WIDE = 0.55
"""How wide a letter is, as a share of its height: more than in most fonts, so that nothing overflows."""
TAG_GAP, TAG_PAD, TAG_CODE = 6, 20, 20
NARROW, BROAD = frozenset("fijlrt.,:;()- "), frozenset("mwMW")


@dataclass(frozen=True, slots=True)
class Placed:
    """A tag and where it begins."""

    tag: Tag
    x: float
    y: float
    width: float


@dataclass(frozen=True, slots=True)
class Row:
    """A choice, or another line of a card, on its base line."""

    id: str
    label: str
    y: float
    tags: tuple[Placed, ...]
    meant: bool
    """It does something; a line that does not is paler."""


@dataclass(frozen=True, slots=True)
class Card:
    """A question."""

    number: int
    form: QuestionForm
    x: float
    y: float
    width: float
    height: float
    condition: Sequence[str]
    text: Sequence[str]
    badges: Sequence[str]
    rows: Sequence[Row]
    text_y: float

    @property
    def port(self) -> float:
        """The height at which rails come in."""
        return self.y + HEAD / 2 + 3


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a section, or of a part that not everybody is asked."""

    text: str
    remarks: Sequence[str]
    y: float
    part: str = ""


@dataclass(frozen=True, slots=True)
class Rail:
    """From the choices that bring a question to that question."""

    sources: Sequence[tuple[float, float]]
    target: tuple[float, float]
    x: float = 0

    @property
    def span(self) -> tuple[float, float]:
        """From its top to its bottom."""
        heights = [self.target[1], *(y for _, y in self.sources)]
        return min(heights), max(heights)


@dataclass(frozen=True, slots=True)
class Picture:
    """All of it."""

    name: str
    headings: Sequence[Heading]
    cards: Sequence[Card]
    rails: Sequence[Rail]
    width: float
    height: float


@dataclass(slots=True)
class _Pen:
    """How far down it is drawn."""

    draft: Draft
    known: Styles
    left: float
    y: float = TOP
    headings: list[Heading] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)


def draw(draft: Draft, path: str | None = None) -> Picture:
    """Place one path, or the whole questionnaire; twice the same for the same definitions."""
    layout = draft.layout
    questions = tuple(layout.questions if path is None else layout.of(path))
    lanes = len({rail.x for rail in _rails(draft, questions, 0)})
    left = SPINE + 40 + LANE * lanes
    pen = _place(draft, questions, left)
    rails = _laned(_join(questions, pen.cards), left)
    return Picture(path or layout.form.questionnaire, pen.headings, pen.cards, rails, WIDTH, pen.y + MARGIN)


def _rails(draft: Draft, questions: Sequence[Laid], left: float) -> Sequence[Rail]:
    return _laned(_join(questions, _place(draft, questions, left).cards), left)


def _place(draft: Draft, questions: Sequence[Laid], left: float) -> _Pen:
    pen = _Pen(draft, styles(draft.indicators, draft.flags, draft.rules), left)
    part = ""
    for (name, row), group in groupby(questions, key=lambda laid: (laid.part, laid.at[1])):
        form = draft.layout.parts[name]
        _head(pen, form, form.sections[int(row)], new=name != part)
        part = name
        for laid in group:
            _card(pen, laid)
    return pen


def _head(pen: _Pen, part: PartForm, section: SectionForm, *, new: bool) -> None:
    pen.y += 44 if new else 20
    told = [only_if(part.when)] if new else []
    told += [only_if(section.when), "most telling first while time is short" if section.by_worth else ""]
    remarks = [line for remark in told if remark for line in fit(remark, WIDTH - MARGIN - pen.left, 12.5)]
    pen.headings.append(Heading(section.about, remarks, pen.y, part.part if new else ""))
    pen.y += 22 + LINE * len(remarks) + 12


def _card(pen: _Pen, laid: Laid) -> None:
    form = laid.form
    x = pen.left + (INDENT if form.when else 0)
    width = WIDTH - MARGIN - x
    condition = fit(only_if(form.when), width - 2 * PAD, 12.5)
    text = fit(short(form.text), width - 2 * PAD, 14)[:2]
    above = pen.y + HEAD + LINE * len(condition)
    y = above + 20 * len(text) + 10
    rows = []
    for name, label, tags in _lines(form, pen.known):
        row = _row(name, label, tags, x, y + 16, width)
        rows.append(row)
        y += ROW * len({row.y, *(placed.y for placed in row.tags)})
    height = y + (8 if rows else 2) - pen.y
    number = len(pen.cards) + 1
    pen.cards.append(Card(number, form, x, pen.y, width, height, condition, text, _badges(laid), rows, above))
    pen.y += height + GAP


def _badges(laid: Laid) -> Sequence[str]:
    form = laid.form
    notes = [words(note.phrase) for note in form.notes]
    return [
        *([words(form.tier)] if form.tier is not Tier.CORE else []),
        *(["at once"] if form.at_once else []),
        *([f"says first: {' or '.join(notes)}"] if notes else []),
    ]


def _lines(form: QuestionForm, known: Styles) -> Iterator[tuple[str, str, Sequence[Tag]]]:
    """The choices, and what else an answer can bring."""
    for choice in form.choices:
        yield choice.id, choice.text, tuple(means(choice, known))
    if form.countries:
        yield "", "  ".join(form.countries), ()
    if form.clock:
        begin, end = form.clock.within
        yield "", f"Between {begin} and {end} hours", tuple(fired(form.clock.fires, known))
        if form.clock.otherwise:
            yield "", "At another time", tuple(fired(form.clock.otherwise, known))
    if form.at_site:
        yield "", "A place on a known route", tuple(fired(form.at_site, known))


def _row(name: str, label: str, tags: Sequence[Tag], x: float, y: float, width: float) -> Row:
    """Tags stand side by side, and below where there is no room."""
    start, end = x + PAD + LABELS, x + width - PAD
    placed: list[Placed] = []
    here, down = start, y
    for tag in tags:
        wide = _span(tag.text) + TAG_PAD + (TAG_CODE if tag.style.isupper() else 0)
        if here + wide > end and here > start:
            here, down = start, down + ROW
        placed.append(Placed(tag, here, down, wide))
        here += wide + TAG_GAP
    return Row(name, label, y, tuple(placed), bool(tags))


def _span(text: str) -> float:
    """How wide a tag's letters are at most, in common fonts."""
    return sum(4.6 if letter in NARROW else 10.4 if letter in BROAD else 6.9 for letter in text)


def short(text: str) -> str:
    """Give what a text asks: its last paragraph with a question, else its last."""
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n")]
    return next((part for part in reversed(paragraphs) if "?" in part), paragraphs[-1])


def fit(text: str, width: float, size: float) -> list[str]:
    """Break a text into lines of a width, for letters of a size."""
    room, rows = width / (size * WIDE), [""]
    for word in text.split():
        if rows[-1] and len(rows[-1]) + 1 + len(word) > room:
            rows.append(word)
        else:
            rows[-1] = f"{rows[-1]} {word}".strip()
    return rows if text else []


# Rails


def _join(questions: Sequence[Laid], cards: Sequence[Card]) -> Iterator[Rail]:
    """A rail for each question that hangs on answers to questions before it."""
    for laid, card in zip(questions, cards, strict=True):
        wanted = tuple(_positive(laid.form.when))
        sources = [
            (other.x, row.y - 4)
            for other in cards
            if other is not card
            for row in other.rows
            if any(_brings(leaf, other.form, row.id) for leaf in wanted)
        ]
        sources += [
            (other.x, other.port)
            for other in cards
            if any(isinstance(leaf, Answered) and leaf.question == other.form.id for leaf in wanted)
        ]
        if sources:
            yield Rail(sources, (card.x, card.port))


def _positive(condition: Condition | None) -> Iterator[Condition]:
    """What must have been said; what must not have been is told in words alone."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _positive(part)
        case Chose() | Answered() | StageIn() | Fired():
            yield condition
        case _:
            return


def _brings(leaf: Condition, form: QuestionForm, row: str) -> bool:
    choice: ChoiceForm | None = next((each for each in form.choices if each.id == row), None)
    match leaf:
        case _ if choice is None:
            return False
        case Chose(question, choices):
            return question == form.id and choice.id in choices
        case StageIn(stages):
            return choice.stage in stages
        case Fired(findings):
            return not set(findings).isdisjoint(choice.fires)
        case _:
            return False


def _laned(rails: Iterator[Rail], left: float) -> Sequence[Rail]:
    """Give each rail a lane of its own where it runs beside others, short ones nearest to the cards."""
    lanes: list[list[Rail]] = []
    for rail in sorted(rails, key=lambda rail: (rail.span[1] - rail.span[0], rail.span)):
        top, bottom = rail.span
        free = (
            number
            for number, lane in enumerate(lanes)
            if all(bottom < other.span[0] - 4 or top > other.span[1] + 4 for other in lane)
        )
        number = next(free, len(lanes))
        if number == len(lanes):
            lanes.append([])
        lanes[number].append(replace(rail, x=left - 14 - LANE * number))
    return sorted((rail for lane in lanes for rail in lane), key=lambda rail: rail.span)
