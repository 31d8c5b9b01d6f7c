"""A rehearsal: a questionnaire played in a terminal, with the grade under each screen for its author."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from babel import Locale
from rich.console import Console
from rich.text import Text

from bot.catalogue import reader
from bot.render import asks_language, noted
from bot.staffing import UNKNOWN, within
from bot.typed import Odd, Offered, Quit, Situation, understand
from bot.voice import Voice
from flows.assessment import Assessment
from flows.definition import ABROAD, TICKED, Choice, Kind, Question, choice_context, question_context
from flows.engine import prompt
from flows.loading import Definitions
from flows.recording import START, Rehearsal, Step, rehearse
from flows.session import Session
from flows.turn import InputRejected, Prompt, Reason, Screen, Turn
from locales.catalog import SOURCE, language, present, read_texts

WHY = {
    Reason.NOT_A_CHOICE: "That is no line of this question.",
    Reason.NOT_TAKEN: "This question takes no such answer.",
    Reason.NOTHING_TICKED: "Nothing is ticked yet.",
    Reason.NO_WAY_BACK: "There is nothing to go back to.",
    Reason.OLD_SCREEN: "That was a button of another screen.",
}


def voices(definitions: Definitions, catalogues: Path, *, days: float) -> dict[str, Voice]:
    """Give every language that has a catalogue, whole or not: what is missing is read in English."""
    phrases = {str(name): phrase.text for name, phrase in definitions.phrases.items()}
    codes = (SOURCE, *(code for code in present(catalogues) if code != SOURCE))
    return {
        code: Voice(language(code), _Texts(_texts(code, catalogues), days, phrases["way_back_word"]), phrases)
        for code in codes
    }


def _texts(code: str, catalogues: Path) -> Mapping[str, str]:
    file = catalogues / code / "LC_MESSAGES" / "messages.po"
    return read_texts(file.read_bytes()) if file.exists() else {}


@dataclass(frozen=True, slots=True)
class _Texts:
    """The texts of one language, with the days in their place."""

    texts: Mapping[str, str] = field(repr=False)
    days: float
    word: str

    def __call__(self, context: str, source: str) -> str:
        text = self.texts.get(context, source).replace("{days}", format(self.days, "g"))
        return text.replace("{word}", self.texts.get("phrase.way_back_word", self.word))


def ready(definitions: Definitions, path: str | None, spoken: Mapping[str, Voice]) -> Rehearsal:
    """Make the questionnaire ready in these languages; raises KeyError for a path that is not there."""
    names = {code: voice.language.own_name for code, voice in spoken.items()}
    return rehearse(
        definitions,
        path,
        voices=[each.translate for each in spoken.values()],
        languages=names,
        reader=reader(definitions, list(spoken)),
    )


@dataclass(slots=True)
class Stage:
    """What is played, where it is shown, and what was recorded so far."""

    rehearsal: Rehearsal
    spoken: Mapping[str, Voice]
    console: Console
    grade: bool
    steps: list[Step] = field(default_factory=list)
    texts: int = 0
    known: frozenset[str] = frozenset()

    def play(self, lines: Iterable[str], code: str | None = None) -> None:
        """Play until the lines end or one says so; a language may be chosen beforehand."""
        turn = self.rehearsal.begin()
        self.steps.append({"begin": True, **self.rehearsal.seen(turn)})
        if code is not None:
            turn = self._take(turn, {"language": code})
        self._show(turn)
        for line in lines:
            if not line.strip():
                continue
            match understand(line, self._situation(turn.session)):
                case Quit():
                    return
                case Odd(message):
                    self._say(message, "yellow")
                case give:
                    turn = self._take(turn, give)
                    self._show(turn)

    def _take(self, turn: Turn, give: Mapping[str, Any]) -> Turn:
        turn = self.rehearsal.take(turn.session, give, len(self.steps))
        self.steps.append({"give": dict(give), **self.rehearsal.seen(turn)})
        self.texts = max(self.texts, give.get("message", 0))
        return turn

    def _situation(self, session: Session) -> Situation:
        due = self._due(session)
        taps = asks_language(due) or (due.question is not None and due.question.kind in TICKED)
        names = {code: voice.language.own_name for code, voice in self.spoken.items()}
        return Situation(self._offered(due, session), taps, self.texts, names)

    def _due(self, session: Session) -> Prompt:
        """The screen, as if it were shown when the last answer came."""
        return prompt(self.rehearsal.flow, session, now=session.log[-1].at if session.log else START)

    def _voice(self, session: Session) -> Voice:
        return self.spoken.get(session.language or SOURCE, self.spoken[SOURCE])

    def _offered(self, due: Prompt, session: Session) -> Sequence[Offered]:
        if asks_language(due):
            return [Offered(each.language.own_name, {"language": code}) for code, each in self.spoken.items()]
        if due.question is None:
            return []
        question, voice = due.question, self._voice(session)
        if question.kind is Kind.LOCAL_TIME:
            return [Offered(each.label, {"tap": str(each.choice)}) for each in due.times]
        return [
            Offered(self._label(question, choice, voice), {"tap": str(choice.id)})
            for choice in question.choices
        ]

    def _label(self, question: Question, choice: Choice, voice: Voice) -> str:
        if question.kind in ABROAD:
            return str(Locale.parse(voice.language.code).territories.get(choice.id, choice.id))
        return voice.translate(choice_context(self.rehearsal.flow, question, choice), choice.text)

    # Showing

    def _show(self, turn: Turn) -> None:
        due = self._due(turn.session)
        for event in turn.events:
            if isinstance(event, InputRejected):
                self._say(WHY[event.reason], "yellow")
        name = due.question.id if due.question else str(due.kind)
        self.console.print()
        self.console.rule(Text(name, style="dim"), align="left", style="dim")
        if due.kind is Screen.LEFT:
            self._say("The screen is wiped. What comes next begins anew.", "dim")
            return
        for paragraph in self._text(due, turn.session):
            self.console.print(Text(paragraph))
            self.console.print()
        for number, each in enumerate(self._offered(due, turn.session), start=1):
            ticked = "✓ " if each.give.get("tap") in due.ticked else ""
            self.console.print(Text.assemble((f"{number:>3}  ", "bold cyan"), ticked, each.label))
        if due.controls:
            self.console.print(Text(f"     {self._buttons(due, self._voice(turn.session))}", style="cyan"))
        if self.grade:
            self._grade(turn.session)

    def _buttons(self, due: Prompt, voice: Voice) -> str:
        """The controls, as they are typed, and as they read in another language than English."""
        read = {
            each: "" if voice.language.code == SOURCE else f" {voice.phrase(each)}" for each in due.controls
        }
        return "   ".join(f"/{control}{label}" for control, label in read.items())

    def _text(self, due: Prompt, session: Session) -> Iterator[str]:
        voice = self._voice(session)
        if due.note is not None:
            yield within(noted(due, voice), UNKNOWN, voice)
        if due.ending is not None:
            yield within(voice.phrase(due.ending), UNKNOWN, voice)
        elif due.kind is Screen.LANGUAGE or due.question is None:
            yield voice.phrase("choose_language")
        else:
            asked = due.question
            yield asked.worded(voice.translate(question_context(self.rehearsal.flow, asked), asked.text))
        if due.lines:
            place = f" in {due.where}" if due.where else ""
            yield f"[telephone lines{place}: {', '.join(due.lines)}]"

    def _grade(self, session: Session) -> None:
        _, found = self.rehearsal.graded(session)
        self._say(f"\n{_rule(self.rehearsal, found)}", "dim")
        for finding in found.findings:
            new = finding.id not in self.known
            kind = f"{finding.strength} {finding.dimension}" if finding.strength else "flag"
            by = ", ".join(
                f"{each.question}: {each.answer or 'typed'}" for each in finding.evidence if each.question
            )
            mark = "+" if new else " "
            self._say(f"{mark} {finding.id}  {kind}{f'  ({by})' if by else ''}", "green" if new else "dim")
        self.known = frozenset(finding.id for finding in found.findings)

    def _say(self, text: str, style: str) -> None:
        self.console.print(Text(text, style=style))


def _rule(rehearsal: Rehearsal, found: Assessment) -> str:
    rules = rehearsal.rubric.rules
    likely = next(rule for rule in rules.likelihood if rule.id == found.likelihood_rule)
    urgent = next(rule for rule in rules.urgency if rule.id == found.urgency_rule)
    return (
        f"likelihood {likely.gives} by {likely.id}: {likely.text}\n"
        f"urgency {urgent.gives} by {urgent.id}: {urgent.text}"
    )
