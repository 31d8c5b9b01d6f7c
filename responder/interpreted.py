"""How interpreters' work reads: each job in a sentence, and beside an original what an interpreter made of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from protocol.interpreting import Aim, JobState
from responder.chosen import stands_for
from responder.lines import clean
from responder.reading import JobLine, Pair, Rendered, Text
from responder.wording import is_rtl, tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from responder.jobs import Interpreted
    from responder.reading import Reading
    from responder.wording import Wording


def job_lines(jobs: Iterable[Interpreted], wording: Wording) -> tuple[JobLine, ...]:
    """Return every job in words."""
    return tuple(_line(job, wording) for job in jobs)


def beside(
    jobs: Sequence[Interpreted], originals: Iterable[str], wording: Wording
) -> Mapping[str, tuple[Rendered, ...]]:
    """Return by original what interpreters made of it: of the whole, or of what was left when words were taken out."""
    found = ((text, tuple(_made_of(text, jobs, wording))) for text in dict.fromkeys(originals))
    return {text: made for text, made in found if made}


def with_jobs(reading: Reading, jobs: Sequence[Interpreted], wording: Wording) -> Reading:
    """Return a reading with what went to interpreters, and beside each text what they made of it."""
    shown = [said.answer.text for said in reading.answers]
    shown += [each.text.text for each in reading.words]
    shown += [each.words.text for each in reading.letters]
    return replace(reading, jobs=job_lines(jobs, wording), interpreted=beside(jobs, shown, wording))


def drafts(jobs: Iterable[Interpreted]) -> Mapping[str, str]:
    """Return the words that interpreters wrote for a contact, each with the interpreter's name."""
    written = (job for job in jobs if job.aim is Aim.WRITE)
    return {text.strip(): clean(job.name) for job in written for text in job.answers}


def _made_of(text: str, jobs: Iterable[Interpreted], wording: Wording) -> Iterable[Rendered]:
    for job in jobs:
        for handed, answer in zip(job.texts, job.answers, strict=False):
            if job.aim is Aim.READ and stands_for(clean(handed), text):
                yield Rendered(_text(answer, job.into), _credit(job, wording))


def _line(job: Interpreted, wording: Wording) -> JobLine:
    answers = job.answers or ("",) * len(job.texts)
    rendered = [_text(answer, job.into) for answer in answers]
    note = wording("job_refused", reasons=job.failure) if job.failure else ""
    absent = wording("message_not_for_you") if job.aim is None else ""
    return JobLine(
        job.id,
        job.at,
        clean(job.by),
        _state(job, wording),
        tuple(Pair(Text(clean(text)), made) for text, made in zip(job.texts, rendered, strict=True)),
        note or absent,
        _credit(job, wording) if job.answers else "",
        may_withdraw=job.state is JobState.WAITING,
        may_take=job.aim is Aim.WRITE and bool(job.answers),
    )


def _state(job: Interpreted, wording: Wording) -> str:
    name = clean(job.name) or job.to
    if job.state is JobState.WAITING:
        return wording("job.waiting", name=name, time=wording.moment(job.expires_at))
    return wording(f"job.{job.state}", name=name)


def _credit(job: Interpreted, wording: Wording) -> str:
    return wording("interpreted_by", name=clean(job.name) or job.to)


def _text(words: str, language: str) -> Text:
    return Text(clean(words), tag(language), is_rtl(language))
