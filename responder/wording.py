"""The desk's own words: every sentence of screen, console and commands, in one language at a time.

What the definitions' phrases say as well is shown in the reader's language; the rest is English.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from babel import Locale, UnknownLocaleError

Translate = Callable[[str, str], str]
"""(context, English source) -> text in the responder's language; the source itself when there is none."""

ENGLISH = {
    # what always stands there
    "desk": "Wayout desk",
    "aid": "Screening aid, not a determination.",
    "practice": "Practice desk: a file unlocks its key.",
    # urgency and likelihood, by word
    "urgency.critical": "Critical",
    "urgency.high": "High",
    "urgency.medium": "Medium",
    "urgency.low": "Low",
    "urgency.none": "No urgency seen",
    "likelihood.presumed": "Trafficking presumed",
    "likelihood.probable": "Trafficking probable",
    "likelihood.possible": "Trafficking possible",
    "likelihood.insufficient": "Too little is known",
    "likelihood.none": "No indicators found",
    # the parts of a case
    "urgent": "Why it is urgent",
    "why": "Other signs",
    "no_findings": "No sign was found in the answers so far.",
    "unknown": "Not known yet",
    "would_change": "One answer that would change this",
    "would_be": "would make it {outcome}",
    "safety": "How may we write?",
    "safety_unknown": "Not said. Write nothing until the person writes first.",
    "watched": "Somebody may look at this phone.",
    "consents": "Who may read this",
    "agreed": "yes",
    "not_agreed": "no",
    "not_said": "not said",
    "answers": "Answers",
    "own_words": "In their own words",
    "history": "Changed answers",
    "route": "Where",
    "facts": "The case",
    "asked": "Asked",
    "answered": "Answered",
    "before": "Before",
    "now_is": "Now",
    "during": "While asked",
    "declined": "Chose not to say",
    "unsaid": "Does not know",
    "who": "Who",
    "rules": "Rules",
    "rubric": "Rubric",
    "strong": "strong sign",
    "medium": "medium sign",
    "weak": "weak sign",
    "flag": "sign of urgency",
    "urgency_from_server": "The queue says {outcome}: the highest stands until a responder changes it.",
    "part_refused": "{count} parts of this case failed their check and are not shown ({reasons}).",
    "part_refused_one": "One part of this case failed its check and is not shown ({reasons}).",
    # kinds of words
    "kind.text": "Wrote",
    "kind.photo": "Photo",
    "kind.voice": "Voice note",
    "kind.video": "Video",
    "kind.video_note": "Video note",
    "kind.audio": "Sound",
    "kind.document": "File",
    "kind.sticker": "Sticker",
    "kind.location": "Place",
    "kind.contact": "Contact card",
    "kind.other": "Something sent",
    "media_came": "It is not kept here yet: ask what it shows.",
    # flows
    "flow.victim": "Writes for themself",
    "flow.family": "Writes for a relative",
    "flow.other": "Writes for another person",
    # facts
    "case": "Case",
    "language": "Language",
    "received": "Received",
    "state": "State",
    "state.waiting": "Waiting",
    "state.claimed": "Claimed",
    "state.closed": "Closed",
    "lease": "Yours until",
    "due": "Due",
    "added": "Added to",
    "amended": "{count} times since",
    "amended_one": "once since",
    "new_since": "{count} new",
    # the queue
    "queue": "Queue",
    "waiting": "Waiting",
    "with_you": "With you",
    "with_others": "With other responders",
    "count_waiting": "{count} waiting",
    "one_waiting": "One waiting",
    "nothing_waiting": "Nobody is waiting.",
    "nothing_waiting_more": "This page shows a new case by itself.",
    "take_next": "Take the next case",
    "open": "Open",
    "waits": "waits {age}",
    "late": "{age} late",
    "due_in": "due in {age}",
    "lease_left": "{age} left",
    "lease_over": "claim lapsed",
    "live": "Live",
    "stale": "No connection since {time}. This list may be old.",
    "lost": "This page has lost its program. Start it again and open the new address.",
    "new_case": "New case: {urgency}",
    # actions
    "renew": "Keep it longer",
    "release": "Give it back",
    "release_more": "The case waits again and another responder can take it.",
    "close": "Close the case",
    "close_more": "What came of it?",
    "outcome.helped": "Helped",
    "outcome.referred": "Referred to others",
    "outcome.no_contact": "No contact was possible",
    "outcome.not_this": "Not a case for this line",
    "outcome.duplicate": "Same as another case",
    "outcome.other": "Something else",
    "back": "Back to the queue",
    "released": "Given back.",
    "closed": "Closed.",
    "renewed": "Yours for longer.",
    # the lock
    "lock": "Lock",
    "locked": "Locked",
    "unlock": "Unlock",
    "passphrase": "Passphrase",
    "unlock_more": "Your key opens with your passphrase. It never leaves this machine.",
    "unlock_practice": "A passphrase file is set, so one press unlocks this practice desk.",
    "passphrase_wrong": "That passphrase does not open this key.",
    "unlocking": "Opening. This takes a second on purpose.",
    # the door
    "door": "This page has a door",
    "door_more": "Open the whole address that the program printed in its terminal.",
    # keys
    "keys": "Keys",
    "keys_next": "next line",
    "keys_previous": "line before",
    "keys_open": "open",
    "keys_take": "take the next case",
    "keys_back": "back to the queue",
    "keys_help": "show or hide this",
    "close_this": "Close this",
    # time
    "age.seconds": "{n} s",
    "age.minutes": "{n} min",
    "age.hours": "{n} h",
    "age.days": "{n} d",
    "skip_to_content": "To the content",
    "trouble": "That did not work",
}


SHARED = {
    "aid": "not_a_determination",
    "why": "findings",
    "unknown": "not_asked",
    "would_change": "would_change",
    "safety": "contact_safety",
    "watched": "safety_phone_watched",
    "consents": "consents",
    "agreed": "agreed",
    "not_agreed": "refused",
    "not_said": "not_said",
    "answers": "answers",
    "own_words": "words",
    "history": "superseded",
    "asked": "question",
    "answered": "answer",
    "strong": "strength_strong",
    "medium": "strength_medium",
    "weak": "strength_weak",
    "flag": "flags",
    "language": "language_of_contact",
    "received": "received",
    "lease": "lease_until",
    "waiting": "waiting",
    "nothing_waiting": "no_cases",
    "take_next": "next_case",
    "open": "open_case",
    "release": "release_case",
    "close": "close_case",
    "rules": "rule",
    **{f"state.{state}": state for state in ("waiting", "claimed", "closed")},
    **{f"urgency.{code}": f"urgency_{code}" for code in ("critical", "high", "medium", "low", "none")},
    **{key: key.replace(".", "_") for key in ENGLISH if key.startswith(("likelihood.", "outcome."))},
}
"""Keys whose words the definitions' own phrases say as well, by phrase: those come translated."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The desk's words in one language; `phrases` are the definitions' own, translated, by id."""

    language: str = "en"
    rtl: bool = False
    phrases: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, key: str, **values: object) -> str:
        """Return the words for `key`, placeholders filled; raise KeyError for a key that is not ours."""
        english = ENGLISH[key]
        found = self.phrases.get(SHARED.get(key, ""), english)
        return found.format(**values) if values else found

    def urgency(self, code: str) -> str:
        """Return the word for an urgency."""
        return self(f"urgency.{code}")

    def flow(self, flow: str) -> str:
        """Return who writes, by the flow's id; an organisation's own flow shows its id."""
        return self(f"flow.{flow}") if f"flow.{flow}" in ENGLISH else flow

    def agreement(self, given: bool | None) -> str:
        """Return the word for a consent; what was not said is no yes."""
        return self("not_said" if given is None else "agreed" if given else "not_agreed")

    def amended(self, count: int) -> str:
        """Return how often more was said after the first time."""
        return self("amended_one") if count == 1 else self("amended", count=count)

    def age(self, seconds: float) -> str:
        """Return a length of time in its largest whole unit."""
        whole = max(0, int(seconds))
        for unit, size, below in AGES:
            if whole < below:
                return self(f"age.{unit}", n=whole // size)
        return self("age.days", n=whole // 86_400)


AGES = (("seconds", 1, 60), ("minutes", 60, 5_400), ("hours", 3_600, 172_800))


def _locale(code: str | None) -> Locale | None:
    try:
        return Locale.parse(code) if code else None
    except (UnknownLocaleError, ValueError):
        return None


def language_name(code: str | None, shown_in: str) -> str:
    """Return a language's name as readers of `shown_in` say it; the bare code where Babel has none."""
    locale = _locale(code)
    return (locale and locale.get_display_name(shown_in)) or code or "?"


def tag(code: str | None) -> str:
    """Return a language code as browsers write it, such as zh-Hans; empty where there is none."""
    return (code or "").replace("_", "-")


def is_rtl(code: str | None) -> bool:
    """Say whether a language is written from right to left."""
    locale = _locale(code)
    return locale is not None and locale.text_direction == "rtl"
