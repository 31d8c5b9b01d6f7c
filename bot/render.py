"""From a prompt to what is on the screen: words in the contact's language, and buttons whose tokens mean nothing."""

import hashlib
import unicodedata
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import msgspec

from bot.screen import Button, Show
from bot.staffing import UNKNOWN, Staffing, tells, within
from bot.telephones import Telephones
from bot.voice import Voice
from flows.cover import Scene
from flows.definition import ABROAD, Flow, Kind, Question, choice_context, question_context
from flows.turn import ChoiceInput, Command, Control, Input, LanguageInput, Prompt, Screen
from locales.catalog import Language, fill, isolate

_TOKEN_BYTES = 9
# Two buttons share a row when both are short enough to be read whole on a narrow phone.
_SHORT = 14
_TICK = "✓ "
_WAY_BACK = "{word}"
CONTROL_ROWS = (
    (Control.LATER,),
    (Control.DONE,),
    (Control.RESUME,),
    (Control.CODE,),
    (Control.SKIP, Control.UNKNOWN),
    (Control.READERS, Control.ERASE),
    (Control.BACK, Control.LANGUAGE),
    # The last row of every screen, as wide as the phone: it must be hit without looking.
    (Control.EXIT,),
)

EXIT, RESUME = Command(Control.EXIT), Command(Control.RESUME)


@dataclass(frozen=True, slots=True)
class Render:
    """Draws prompts. `practice`: every screen says that nobody reads it."""

    languages: Sequence[Language]
    practice: bool
    telephones: Telephones = field(repr=False)
    staffing: Callable[[], Staffing] = lambda: UNKNOWN
    """What is known now of those who read."""

    def show(
        self,
        flow: Flow,
        prompt: Prompt,
        voice: Voice,
        *,
        nonce: str,
        door: str,
        now: int,
        fresh: bool = False,
        aside: Sequence[str] = (),
    ) -> Show:
        """The screen of a prompt; `now` in unix seconds. `door` is the nonce of *Close* on every screen.

        `aside` are paragraphs that stand above a question, and below an ending.
        """
        rows = [*self._choices(flow, prompt, voice, nonce), *self._controls(prompt, voice, nonce, door)]
        if voice.language.rtl:
            rows = [row[::-1] for row in rows]
        return Show("\n\n".join(self._text(flow, prompt, voice, now, aside)), tuple(rows), fresh)

    def guarded(self, show: Show, prompt: Prompt, voice: Voice) -> Show:
        """The same on a covered front, where the usual word is dead: what leads back is the phrase they came by."""
        if prompt.question is None or _WAY_BACK not in prompt.question.text:
            return show
        usual, theirs = voice.phrase("way_back_word"), voice.phrase("way_back_front")
        return msgspec.structs.replace(show, text=show.text.replace(usual, theirs))

    def marked(self, voice: Voice, text: str) -> str:
        """A text that stands beside the questions; in practice it says so."""
        return f"{voice.phrase('practice')}\n\n{text}" if self.practice else text

    def cover(self, scene: Scene, voice: Voice, *, nonce: str, fresh: bool, edits_only: bool) -> Show:
        """A screen of the tool that stands before the questionnaire."""
        choices, controls = (
            [Button(each.told(voice.translate), stamp(nonce, cover_name(each.id))) for each in knobs]
            for knobs in (scene.choices, scene.controls)
        )
        rows = _pair(choices) + ([tuple(controls)] if controls else [])
        rows = [row[::-1] for row in rows] if voice.language.rtl else rows
        text = scene.told(voice.translate, isolate)
        text = self.marked(voice, text)
        return Show(text, tuple(rows), fresh, edits_only=edits_only)

    def number(self, voice: Voice, number: str, *, nonce: str, door: str) -> Show:
        """The screen with a return code: the number comes first, since the first letters may show on a locked phone."""
        text = fill(voice.phrase("code_shown"), number=number)
        text = f"{text}\n\n{voice.phrase('practice')}" if self.practice else text
        buttons = ((RESUME, nonce), (EXIT, door))
        return Show(
            text, tuple((Button(voice.phrase(each.control), token(by, each)),) for each, by in buttons)
        )

    def _text(
        self, flow: Flow, prompt: Prompt, voice: Voice, now: int, aside: Sequence[str]
    ) -> Iterator[str]:
        if self.practice:
            yield voice.phrase("practice")
        above = [noted(prompt, voice)] if prompt.note is not None else []
        above += [voice.phrase(prompt.ending)] if prompt.ending is not None else []
        staffing = UNKNOWN if self.practice else self.staffing()
        yield from (within(each, staffing, voice) for each in above)
        yield from aside
        if (telephones := self.telephones.text(prompt, voice, now)) is not None:
            yield telephones
        elif staffing.nobody and any(map(tells, above)):
            yield self.telephones.anywhere(voice, now, prompt.where)
        if prompt.ending is not None:
            return
        if prompt.kind is Screen.LANGUAGE or prompt.question is None:
            yield voice.phrase("choose_language")
        else:
            asked = prompt.question
            yield asked.worded(voice.translate(question_context(flow, asked), asked.text))

    def _choices(self, flow: Flow, prompt: Prompt, voice: Voice, nonce: str) -> list[tuple[Button, ...]]:
        if asks_language(prompt):
            buttons = [
                Button(each.own_name, token(nonce, LanguageInput(each.code))) for each in self.languages
            ]
            return [tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2)]
        question = prompt.question if prompt.kind is Screen.QUESTION else None
        if question is None or question.kind is Kind.WORD:
            return []
        if question.kind is Kind.LOCAL_TIME:
            clocks = (
                Button(each.label, token(nonce, ChoiceInput(each.choice, question.id)))
                for each in prompt.times
            )
            return _pair(list(clocks))
        return _pair(
            [
                self._choice(flow, question, index, prompt, voice, nonce)
                for index in range(len(question.choices))
            ]
        )

    def _choice(
        self, flow: Flow, question: Question, index: int, prompt: Prompt, voice: Voice, nonce: str
    ) -> Button:
        choice = question.choices[index]
        label = (
            voice.country(choice.id)
            if question.kind in ABROAD
            else voice.translate(choice_context(flow, question, choice), choice.text)
        )
        tick = _TICK if choice.id in prompt.ticked else ""
        return Button(tick + label, token(nonce, ChoiceInput(choice.id, question.id)))

    def _controls(self, prompt: Prompt, voice: Voice, nonce: str, door: str) -> Iterator[tuple[Button, ...]]:
        for row in CONTROL_ROWS:
            shown = [each for each in row if each in prompt.controls]
            if shown:
                yield tuple(
                    Button(
                        voice.phrase(each),
                        token(door if each is Control.EXIT else nonce, _command(each, prompt)),
                    )
                    for each in shown
                )


def noted(prompt: Prompt, voice: Voice) -> str:
    """The note above a question; one that says hours back has them in both clocks."""
    said = voice.phrase(prompt.note or "")
    return said if prompt.hours is None else fill(said, theirs=prompt.hours.theirs, utc=prompt.hours.utc)


def asks_language(prompt: Prompt) -> bool:
    """Whether the screen offers languages."""
    question = prompt.question
    opening = question is not None and question.kind is Kind.LANGUAGE
    return prompt.kind is Screen.LANGUAGE or (prompt.kind is Screen.QUESTION and opening)


def _command(control: Control, prompt: Prompt) -> Command:
    if control is Control.EXIT:
        return EXIT
    asking = prompt.question is not None and prompt.kind is Screen.QUESTION
    return Command(control, prompt.question.id if asking and prompt.question else None)


def _pair(buttons: list[Button]) -> list[tuple[Button, ...]]:
    """Two short labels that follow each other share a row: the fewer rows, the less to scroll."""
    rows: list[tuple[Button, ...]] = []
    for button in buttons:
        is_short = _width(button.label) <= _SHORT
        if rows and len(rows[-1]) == 1 and is_short and _width(rows[-1][0].label) <= _SHORT:
            rows[-1] = (rows[-1][0], button)
        else:
            rows.append((button,))
    return rows


def _width(label: str) -> int:
    """How wide a label is, in Latin letters: Chinese, Japanese and Korean ones take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in label)


def token(nonce: str, given: Input) -> str:
    """12 letters that stand for an input on one screen; without the nonce they tell nothing."""
    match given:
        case ChoiceInput(choice, question):
            name = f"choice {question} {choice}"
        case LanguageInput(code):
            name = f"language {code}"
        case Command(control, question):
            name = f"control {question} {control}"
        case _:
            message = "only what can be pressed has a token"
            raise TypeError(message)
    return stamp(nonce, name)


def cover_name(button: str) -> str:
    """What a button of a cover stands for."""
    return f"cover {button}"


def stamp(nonce: str, name: str) -> str:
    """12 letters for what a button stands for."""
    digest = hashlib.blake2b(name.encode(), key=nonce.encode(), digest_size=_TOKEN_BYTES).digest()
    return urlsafe_b64encode(digest).decode()


def pressable(prompt: Prompt, languages: Sequence[Language]) -> Iterator[Input]:
    """Every input that a button of this screen stands for."""
    if asks_language(prompt):
        yield from (LanguageInput(each.code) for each in languages)
    elif (
        prompt.question is not None
        and prompt.kind is Screen.QUESTION
        and prompt.question.kind is not Kind.WORD
    ):
        yield from (ChoiceInput(each.id, prompt.question.id) for each in prompt.question.choices)
    yield from (_command(each, prompt) for each in prompt.controls if each is not Control.EXIT)


def pressed(prompt: Prompt, languages: Sequence[Language], *, nonce: str, token_given: str) -> Input | None:
    """What a token stands for on this screen; None for a button of another screen."""
    return next((each for each in pressable(prompt, languages) if token(nonce, each) == token_given), None)
