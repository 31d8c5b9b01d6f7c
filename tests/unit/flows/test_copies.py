"""A section that is asked once for each of several people: its copies, their conditions and their texts."""

from flows.answer import Chosen
from flows.condition import AllOf, Answered, AnyOf, Chose, Fired, Not, Settled, StageIn
from flows.copies import copied, copies
from flows.definition import Kind, question_context
from flows.engine import begin, prompt, resume
from flows.forms import ClockForm, EachForm, QuestionForm, RemarkForm, SectionForm
from flows.ids import ChoiceId, FindingId, QuestionId, Stage
from flows.loading import load
from flows.session import current
from flows.turn import ChoiceInput, Command, Control, LanguageInput

DEFINITIONS = load()
WHOLE = DEFINITIONS.whole
AGAIN = Chose(QuestionId("more"), (ChoiceId("yes"),))
ALONE = Chose(QuestionId("alone"), (ChoiceId("few"),))


def question(name: str, **further: object) -> QuestionForm:
    """A question of the section."""
    return QuestionForm.model_validate({"id": name, "ref": "V21", "kind": Kind.TEXT, "text": name} | further)


def section(*questions: QuestionForm, times: int = 3) -> SectionForm:
    """A section that is asked so many times."""
    each = EachForm.model_construct(times=times, again=AGAIN)
    return SectionForm.model_construct(
        about="the others", when=ALONE, by_worth=False, notes=(), each=each, questions=questions
    )


def test_a_section_without_each_is_asked_once() -> None:
    """With its own condition and its section's, and no number."""
    plain = SectionForm.model_construct(
        about="", when=ALONE, by_worth=False, notes=(), each=None, questions=(question("one"),)
    )
    (only,) = copies(plain)

    assert (only.form.id, only.when, only.number, only.is_first) == ("one", ALONE, 0, True)


def test_each_copy_waits_for_all_before_it() -> None:
    """The third person is asked of while the first and the second were followed by one more."""
    found = [each for each in copies(section(question("name"), question("more"))) if each.row == 0]

    assert [each.form.id for each in found] == ["name", "name_2", "name_3"]
    assert [each.is_first for each in found] == [True, False, False]
    again = [Chose(QuestionId(copied("more", number)), (ChoiceId("yes"),)) for number in (1, 2)]
    assert found[0].when == ALONE
    assert found[1].when == AllOf((ALONE, again[0]))
    assert found[2].when == AllOf((ALONE, *again))


def test_what_a_copy_asks_for_inside_its_section_is_its_own() -> None:
    """In conditions of every kind, in remarks and in clocks; what stands outside stays."""
    name, outside = QuestionId("name"), QuestionId("country")
    condition = AllOf(
        (
            AnyOf((Answered(name), Answered(outside))),
            Not(Chose(name, ())),
            Fired((FindingId("minor"),)),
            StageIn((Stage.INSIDE,)),
            Settled(),
        )
    )
    remark = RemarkForm.model_construct(phrase="paused", when=condition, lines=())
    since = ClockForm(within=(0, 72), fires=(), since="name")
    free = ClockForm(within=(0, 72), fires=())
    asked = question("when").model_copy(update={"when": condition, "notes": (remark,), "clock": since})
    bare = question("bare").model_copy(update={"clock": free})
    second = {
        each.row: each
        for each in copies(section(question("name"), asked, bare, question("more")))
        if each.number == 2
    }

    own = QuestionId("name_2")
    expected = AllOf((AnyOf((Answered(own), Answered(outside))), Not(Chose(own, ())), *condition.of[2:]))
    assert second[1].form.when == expected
    assert second[1].form.notes[0].when == expected
    assert second[1].form.clock is not None
    assert second[1].form.clock.since == "name_2"
    assert second[2].form.clock == free


def test_the_texts_of_copies_are_one_and_tell_who_it_is_about() -> None:
    """One translation serves all; the number is filled in."""
    first, third = WHOLE.by_id[QuestionId("member_name")], WHOLE.by_id[QuestionId("member_name_3")]

    assert question_context(WHOLE, third) == question_context(WHOLE, first) == "victim.member_name"
    assert "Person 1:" in first.worded(first.text)
    assert "Person 3:" in third.worded(third.text)
    alone = WHOLE.by_id[QuestionId("alone")]
    assert alone.worded("{number}") == "{number}"


def test_members_are_asked_one_by_one_until_that_is_all() -> None:
    """Everything can be skipped, and somebody skipped has no one more behind them."""
    session = begin(WHOLE, id="a", now=0).session
    asked = []
    given = {"alone": "few", "members": "yes_each", "member_more": "one_more", "safe": "agree_safe"}
    session = resume(WHOLE, session, LanguageInput("en"), now=1).session
    while (due := prompt(WHOLE, session).question) is not None and not session.ended:
        asked.append(str(due.id))
        tap = given.get(due.id)
        step = ChoiceInput(ChoiceId(tap), due.id) if tap else Command(Control.SKIP, due.id)
        session = resume(WHOLE, session, step, now=len(asked)).session

    members = [name for name in asked if name.startswith("member_")]
    assert members == [
        copied(name, number)
        for number in (1, 2)
        for name in ("member_state", "member_home", "member_name", "member_more")
    ]
    assert current(session)[QuestionId("member_more")] == Chosen((ChoiceId("one_more"),))
