"""Recordings: conversations as plain data, each input with all that followed, to be read, kept and replayed."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any

from msgspec.structs import replace
from ruamel.yaml import YAML

from flows import veil
from flows.assessment import Assessment
from flows.definition import Flow
from flows.engine import begin, prompt, resume
from flows.facts import Facts, gather
from flows.guide import GradingGuide
from flows.ids import ChoiceId, FindingId, FlowId, QuestionId, Tier
from flows.loading import Definitions
from flows.reader import PLAIN, Reader
from flows.rubric import Rubric
from flows.saying import Speech
from flows.scoring import assess, foresee
from flows.session import Promise, Session
from flows.sharing import shareable
from flows.summary import CasePart
from flows.turn import (
    AnswerRecorded,
    ChoiceInput,
    Command,
    Control,
    Event,
    Input,
    LanguageInput,
    LocationInput,
    MediaInput,
    TextInput,
    Turn,
)
from flows.vocabulary import WORDED, Translate, Vocabulary, learn
from flows.writing import summarise

START, SECONDS = 1_700_000_000, 5
"""When every recorded conversation begins (unix seconds), and how long each input takes."""
CUT_OFF = FindingId("cut_off")
"""What a silence before the end says."""

Give = Mapping[str, Any]
"""One input as it is written down, such as `tap: agree_safe`."""
Step = dict[str, Any]
"""One input, what happened, the screen that is due, and the case were this the last one."""


def english(_context: str, source: str) -> str:
    """Speak the source language."""
    return source


def same(session: Session) -> Session:
    """Go on with the session as it is."""
    return session


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A questionnaire ready to be played without a bot: nothing is sent, stored or timed."""

    flow: Flow
    rubric: Rubric
    vocabulary: Vocabulary
    reader: Reader = PLAIN

    def begin(self) -> Turn:
        """Start a conversation."""
        return begin(self.flow, id="a-session", now=START, guide=GradingGuide(self.rubric))

    def take(self, session: Session, give: Give, step: int) -> Turn:
        """Take an input, the first being step 1; raises ValueError where it is none.

        Whoever left begins anew.
        """
        session = self.begin().session if session.left else session
        return resume(
            self.flow,
            session,
            read_input(give),
            now=START + SECONDS * step,
            vocabulary=self.vocabulary,
            guide=GradingGuide(self.rubric),
            reader=self.reader,
        )

    def play(self, gives: Iterable[Give], between: Callable[[Session], Session] = same) -> Iterator[Step]:
        """Play the inputs; each session passes through `between` before the next.

        A silence is no input: it is graded as the bot grades it, and what comes after goes on from where it was.
        """
        turn = self.begin()
        session = between(turn.session)
        yield {"begin": True, **self.seen(turn)}
        for step, give in enumerate(gives, start=1):
            if "silence" in give:
                turn = Turn(session, ())
                yield {"give": dict(give), **self.seen(turn, self.silent(session))}
                continue
            turn = self._by_the_bot(session, give) or self.take(session, give, step)
            session = between(turn.session)
            yield {"give": dict(give), **self.seen(turn)}

    @staticmethod
    def _by_the_bot(session: Session, give: Give) -> Turn | None:
        """What the bot itself tells the session: the duress word came, or nobody tapped for as long as was agreed."""
        if "warn" in give:
            return Turn(veil.freeze(session), ())
        return Turn(replace(session, promise=Promise.MISSED), ()) if "missed" in give else None

    @staticmethod
    def silent(session: Session) -> Sequence[FindingId]:
        """Tell what a silence says: nothing after the end, or of somebody who asked for later."""
        return () if session.ended or session.paused else (CUT_OFF,)

    def graded(self, session: Session, flags: Sequence[FindingId] = ()) -> tuple[Facts, Assessment]:
        """Grade the conversation so far; `flags` as the bot adds them."""
        facts = gather(self.flow, self.rubric, session, flags=flags)
        return facts, foresee(self.rubric, self.flow, facts, assess(self.rubric, facts))

    def parts(self, session: Session) -> Mapping[Tier, CasePart]:
        """Give the case, by tier."""
        _, assessment = self.graded(session)
        return summarise(self.flow, session, assessment, source=Speech(english), local=Speech(english))

    def seen(self, turn: Turn, flags: Sequence[FindingId] = ()) -> Step:
        """Tell what happened, the screen that is due, and the case were this the last turn."""
        return {
            "events": [tell(event) for event in turn.events],
            "screen": self._screen(turn.session),
            "case": self._case(turn.session, flags),
        }

    def _screen(self, session: Session) -> dict[str, Any]:
        due = prompt(self.flow, session, now=session.log[-1].at if session.log else START)
        screen = {
            "kind": str(due.kind),
            "question": due.question.id if due.question else None,
            "ticked": list(due.ticked),
            "controls": " ".join(due.controls),
            "note": due.note,
            "ending": due.ending,
            "lines": " ".join(due.lines),
            "times": " ".join(f"{each.choice}={each.label}" for each in due.times),
            "hours": " = ".join(due.hours or ()),
        }
        return {key: value for key, value in screen.items() if value}

    def _case(self, session: Session, flags: Sequence[FindingId]) -> dict[str, Any]:
        facts, assessment = self.graded(session, flags)
        shares, parts = shareable(self.flow, self.rubric, session, facts, assessment), self.parts(session)
        return {
            "likelihood": f"{assessment.likelihood} {assessment.likelihood_rule}",
            "urgency": f"{assessment.urgency} {assessment.urgency_rule}",
            "findings": " ".join(sorted(finding.id for finding in assessment.findings)),
            "shares": " ".join(tier for tier in shares if tier in parts),
        }


def rehearse(
    definitions: Definitions,
    path: str | None = None,
    *,
    voices: Sequence[Translate] = (english,),
    languages: Mapping[str, str],
    reader: Reader = PLAIN,
) -> Rehearsal:
    """Make ready the whole questionnaire, or one path alone; raises KeyError for one that is not there.

    `languages` gives the own name of each language code; `reader` reads what is typed.
    """
    flow = definitions.whole if path is None else definitions.flows[FlowId(path)]
    texts = {str(name): phrase.text for name, phrase in definitions.phrases.items()}
    controls = {control: texts[control] for control in Control}
    words = {control: texts[f"{control}_words"] for control in WORDED}
    vocabulary = learn(flow, voices, controls=controls, languages=languages, words=words)
    return Rehearsal(flow, definitions.rubric, vocabulary, reader)


def read_input(give: Give) -> Input:
    """Read one input as it is written in a recording; raises ValueError."""
    question = QuestionId(give["on"]) if "on" in give else None
    match give:
        case {"language": str(code)}:
            return LanguageInput(code)
        case {"tap": str(choice)}:
            return ChoiceInput(ChoiceId(choice), question)
        case {"press": str(control)}:
            return Command(Control(control), question)
        case {"type": str(text)}:
            return TextInput(text, give.get("message"), edited=give.get("edited", False))
        case {"send": str(kind)}:
            return MediaInput(kind, give.get("message"), give.get("caption"))
        case {"point": [latitude, longitude]}:
            return LocationInput(latitude, longitude, give.get("message"))
        case _:
            message = "a recording has no such input"
            raise ValueError(message)


def tell(event: Event) -> str:
    """Write one event as a line."""
    if isinstance(event, AnswerRecorded):
        return f"AnswerRecorded {event.question} {event.answer}"
    values = [str(getattr(event, name)) for name in event.__dataclass_fields__]
    return " ".join([type(event).__name__, *values])


def read_recording(text: str) -> dict[str, Any]:
    """Read a recording from YAML as plain values."""
    recording: dict[str, Any] = YAML(typ="safe").load(text)
    return {**recording, "steps": list(_whole(recording["steps"]))}


def gives(recording: Mapping[str, Any]) -> list[Give]:
    """Give the inputs of a recording."""
    return [step["give"] for step in recording["steps"] if "give" in step]


def write_recording(recording: Mapping[str, Any]) -> str:
    """Write a recording as YAML, always in the same layout; of a case only what a step changes."""
    layout, written = YAML(), StringIO()
    layout.width, layout.default_flow_style = 110, False
    layout.dump({**recording, "steps": list(_brief(recording["steps"]))}, written)
    return written.getvalue()


def _brief(steps: Iterable[Step]) -> Iterator[Step]:
    before: Mapping[str, str] = {}
    for step in steps:
        rest = {key: value for key, value in step.items() if key != "case"}
        yield {**rest, **({"case": changed} if (changed := _changes(before, step["case"])) else {})}
        before = step["case"]


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    """What is another than before; of the findings those that came and those that went."""
    changed = {key: value for key, value in after.items() if value != before.get(key)}
    if before and "findings" in changed:
        were, are = set(before["findings"].split()), set(changed.pop("findings").split())
        changed |= {"new": " ".join(sorted(are - were)), "gone": " ".join(sorted(were - are))}
    return {key: value for key, value in changed.items() if value or key not in {"new", "gone"}}


def _whole(steps: Iterable[Step]) -> Iterator[Step]:
    case: dict[str, str] = {}
    for step in steps:
        changed = dict(step.get("case", {}))
        new, gone = (set(changed.pop(key, "").split()) for key in ("new", "gone"))
        case = {**case, **changed}
        case["findings"] = " ".join(sorted((set(case["findings"].split()) | new) - gone))
        yield {**step, "case": case}
