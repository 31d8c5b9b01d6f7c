"""Building: checked forms become the values that the programs use."""

from collections.abc import Mapping
from dataclasses import dataclass

from flows.condition import Condition
from flows.core import Core
from flows.definition import (
    Ask,
    Choice,
    Clock,
    Endings,
    Flow,
    Kind,
    Lines,
    Path,
    Question,
    Remark,
)
from flows.forms import (
    AskForm,
    ChoiceForm,
    ClockForm,
    EndingsForm,
    PhraseForm,
    PhrasesForm,
    QuestionnaireForm,
    SurgeForm,
)
from flows.ids import ChoiceId, FindingId, FlowId, PhraseId, QuestionId, RuleId
from flows.layout import Laid, Layout
from flows.lexicon import Lexicon, key
from flows.local_time import clocks
from flows.moment import Times, Unit, compile_times
from flows.money import Currencies, compile_currencies
from flows.revision import compile_flow
from flows.rubric import Rubric, compile_rubric
from flows.rubric_form import FlagsForm, IndicatorForm, IndicatorsForm, RubricForm
from flows.rule import Flag, Indicator, LikelihoodRule, Listing, Rules, Strict, UrgencyRule
from flows.word_forms import CallsForm, CurrenciesForm, TimesForm

Zones = Mapping[str, tuple[str, ...]]
"""The clocks of each country, likeliest first."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text that stands around the questions; `group` tells where it is shown."""

    id: PhraseId
    text: str
    group: str
    comment: str | None = None


def build_whole(layout: Layout, zones: Zones) -> Flow:
    """Compile the questionnaire as a whole: every path, each behind its condition."""
    form = layout.form
    paths = tuple(Path(FlowId(name), layout.parts[name].when) for name in form.paths)
    questions = tuple(_question(laid, laid.due, zones) for laid in layout.questions)
    return compile_flow(_flow(form, FlowId(form.questionnaire), questions, paths, zones))


def build_path(layout: Layout, name: str, zones: Zones) -> Flow:
    """Compile one path alone, for whoever is known to be on it."""
    questions = tuple(_question(laid, laid.when, zones) for laid in layout.of(name))
    return compile_flow(_flow(layout.form, FlowId(name), questions, (), zones))


def _flow(
    form: QuestionnaireForm,
    name: FlowId,
    questions: tuple[Question, ...],
    paths: tuple[Path, ...],
    zones: Zones,
) -> Flow:
    known = {question.id for question in questions}
    return Flow(
        id=name,
        revision="",
        questions=questions,
        endings=_endings(form.endings),
        paths=paths,
        short=form.short,
        heard=form.heard,
        where=tuple(map(QuestionId, form.where)),
        home=tuple(map(QuestionId, form.home)),
        readers=tuple(_ask(each) for each in form.readers if each.ask in known),
        erasing=tuple(_ask(each) for each in form.erasing if each.ask in known),
        zones=zones if any(question.kind is Kind.LOCAL_TIME for question in questions) else {},
        core=_core(form.surge),
        held=tuple(map(QuestionId, form.held)),
    )


def _ask(form: AskForm) -> Ask:
    return Ask(QuestionId(form.ask), form.when)


def _core(form: SurgeForm | None) -> Core | None:
    if form is None:
        return None
    return Core(frozenset(map(QuestionId, form.core)), PhraseId(form.enough), PhraseId(form.rest))


def _endings(form: EndingsForm) -> Endings:
    lines = tuple(Lines(each.kinds, each.when) for each in form.lines)
    return Endings(PhraseId(form.read), PhraseId(form.unread), FindingId(form.asking), lines)


def _question(laid: Laid, when: Condition | None, zones: Zones) -> Question:
    form = laid.form
    known = clocks(each for offsets in zones.values() for each in offsets)
    return Question(
        id=QuestionId(form.id),
        ref=form.ref,
        kind=form.kind,
        text=form.text,
        tier=form.tier,
        choices=(
            *map(_choice, form.choices),
            *(Choice(ChoiceId(code), code) for code in form.countries),
            *(known if form.kind is Kind.LOCAL_TIME else ()),
        ),
        when=when,
        notes=tuple(Remark(PhraseId(note.phrase), note.when, note.lines) for note in laid.notes),
        part=laid.part,
        section=laid.section,
        at_once=form.at_once,
        clock=_clock(form.clock) if form.clock else None,
        at_site=tuple(map(FindingId, form.at_site)),
        keeps=form.keeps,
        number=laid.number,
        said_as=QuestionId(laid.said_as) if laid.said_as else None,
    )


def _clock(form: ClockForm) -> Clock:
    return Clock(
        within=form.within,
        fires=tuple(map(FindingId, form.fires)),
        otherwise=tuple(map(FindingId, form.otherwise)),
        since=QuestionId(form.since) if form.since else None,
    )


def _choice(form: ChoiceForm) -> Choice:
    return Choice(
        id=ChoiceId(form.id),
        text=form.text,
        fires=tuple(map(FindingId, form.fires)),
        stage=form.stage,
        consents=form.consents,
        safety=form.safety,
        alone=form.alone,
        then=form.then,
        ending=PhraseId(form.ending) if form.ending else None,
        hours=form.hours,
    )


def build_rubric(indicators: IndicatorsForm, flags: FlagsForm, rules: RubricForm) -> Rubric:
    """Compile the rubric."""
    return compile_rubric(
        Rules(
            indicators=tuple(map(_indicator, indicators.indicators)),
            flags=tuple(Flag(FindingId(form.id), form.text, form.deadline_hours) for form in flags.flags),
            positive=rules.positive,
            also_positive=rules.also_positive,
            likelihood=tuple(
                LikelihoodRule(RuleId(form.id), form.gives, form.text, form.when) for form in rules.likelihood
            ),
            urgency=tuple(
                UrgencyRule(RuleId(form.id), form.gives, form.text, form.when) for form in rules.urgency
            ),
            strict=Strict(rules.strict.adult, rules.strict.child),
            minor=FindingId(rules.minor),
            free_text=FindingId(rules.free_text),
        )
    )


def _indicator(form: IndicatorForm) -> Indicator:
    return Indicator(
        id=FindingId(form.id),
        dimension=form.dimension,
        group=form.group,
        adult=form.strength.adult,
        child=form.strength.child,
        text=form.text,
        ilo=_listing(form),
        source=form.source,
        htcds=form.htcds,
        asked=form.asked,
    )


def _listing(form: IndicatorForm) -> Listing | None:
    match form.ilo:
        case None:
            return None
        case str():
            return Listing(form.dimension, form.strength.adult, form.strength.child)
        case listing:
            return Listing(listing.dimension, listing.adult, listing.child, listing.group)


def build_phrases(form: PhrasesForm) -> dict[PhraseId, Phrase]:
    """Give the phrases by id."""
    groups = {"screen": form.screen, "bot": form.bot, "case": form.case, "page": form.page}
    return {
        PhraseId(name): _phrase(PhraseId(name), group, phrase)
        for group, phrases in groups.items()
        for name, phrase in phrases.items()
    }


def _phrase(name: PhraseId, group: str, form: PhraseForm | str) -> Phrase:
    if isinstance(form, str):
        return Phrase(name, form, group)
    return Phrase(name, form.text, group, form.comment)


def build_currencies(form: CurrenciesForm) -> Currencies:
    """Compile how people write sums."""
    codes: dict[str, str | None] = {word: code for code, words in form.currencies.items() for word in words}
    powers: dict[str, int | None] = {word: power for power, words in form.powers.items() for word in words}
    return compile_currencies(
        codes | dict.fromkeys(form.unclear), powers | dict.fromkeys(form.unclear_powers)
    )


def build_times(form: TimesForm) -> Times:
    """Compile how people write moments."""
    return compile_times(
        units={word: Unit(*unit.minutes, unit.slack) for unit in form.units for word in unit.words},
        days={word: day for day, words in form.days.items() for word in words},
        past=form.past,
        future=form.future,
        joins=form.joins,
    )


def build_zones(form: TimesForm) -> Zones:
    """Give the clocks of each country."""
    return {country: zone.offsets for zone in form.zones for country in zone.countries}


def build_calls(form: CallsForm) -> Lexicon[str]:
    """Compile the words by which people call for help."""
    words = (*form.within, *form.alone)
    return Lexicon({key(word): word for word in words}, frozenset(map(key, form.alone)))
