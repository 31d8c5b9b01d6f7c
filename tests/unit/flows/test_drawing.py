"""The picture of a questionnaire: everything is in it, nothing overlaps, and it is the same each time."""

from itertools import pairwise
from pathlib import Path

import pytest

from flows.clauses import read_condition
from flows.definition import Then
from flows.drawing import MARGIN, WIDTH, Picture, draw, fit, short
from flows.forms import ChoiceForm
from flows.loading import FIXED, FOLDER, Draft, read_draft
from flows.tables import FILES
from flows.wording import Tag, means, only_if, styles

OWN = {
    "questionnaire.yaml": """
questionnaire: small
parts: [door, far, other]
paths: [other, far]
endings: {read: ended, unread: ended_unread, asking: asked_for_help, lines: []}
""",
    "door.yaml": """
part: door
sections:
  - about: The door
    questions:
      - id: which
        ref: V1
        kind: choice
        text: Which?
        choices:
          - {id: one, text: One, stage: offer, then: pause, consents: {organisation: true, embassy: false}}
          - id: two
            text: Two
            fires: [danger_now, minor, medical_emergency, torture_now, fleeing_now, cut_off, asked_for_help]
          - {id: three, text: Three, safety: {phone: watched}, then: end}
      - id: later
        ref: V1
        kind: multi
        text: Later?
        when: {answered: back}
        choices: [{id: a, text: A, none: true}]
""",
    "far.yaml": """
part: far
when: {not: {chose: {which: [one]}}}
sections:
  - about: Far
    by_worth: true
    when: {not: {fires: [cut_off]}}
    notes: [{phrase: paused}]
    questions:
      - id: day
        ref: V2
        kind: when
        text: When?
        tier: identity
        notes: [{phrase: ended}]
        when: {any: [{stage: [offer]}, {fires: [minor]}]}
        clock: {within: [-24, 24], fires: [departure_72h], otherwise: [departure_14d]}
        choices: [{id: now, text: Now, hours: [0, 1]}]
      - id: back
        ref: V2
        kind: when
        text: Back?
        when: {all: [{settled: true}, {not: {chose: {which: [one]}}}]}
        at_once: true
        clock: {within: [0, 1], fires: [departure_72h]}
      - {id: spot, ref: V3, kind: place, text: "Where?", at_site: [last_seen_on_known_route]}
      - id: land
        ref: V3
        kind: country
        text: Land?
        countries: [MM, TH]
        when: {chose: {which: [two, three]}}
""",
    "other.yaml": """
part: other
when: {chose: {which: [one]}}
sections: [{about: Other, questions: [{id: what, ref: O1, kind: text, text: "What?"}]}]
""",
}


@pytest.fixture(scope="module")
def shipped() -> Draft:
    """Read what comes with Wayout."""
    return read_draft()


@pytest.fixture
def small(tmp_path: Path) -> Draft:
    """Read a small questionnaire that has one of everything."""
    for name in FIXED[:4] + FILES:
        (tmp_path / name).write_text((FOLDER / name).read_text("utf-8"), "utf-8")
    for name, text in OWN.items():
        (tmp_path / name).write_text(text, "utf-8")
    return read_draft(tmp_path)


def tags(picture: Picture) -> list[Tag]:
    """Give every tag in the picture."""
    return [placed.tag for card in picture.cards for row in card.rows for placed in row.tags]


@pytest.mark.parametrize("path", [None, "victim", "family", "other"])
def test_every_question_and_finding_is_in_it(shipped: Draft, path: str | None) -> None:
    """In their order, each once."""
    asked = [laid.form for laid in (shipped.layout.questions if path is None else shipped.layout.of(path))]
    fired = {finding for form in asked for choice in form.choices for finding in choice.fires}
    drawn = draw(shipped, path)

    assert [card.form.id for card in drawn.cards] == [form.id for form in asked]
    assert [card.number for card in drawn.cards] == list(range(1, len(asked) + 1))
    assert fired <= {tag.finding for tag in tags(drawn)}
    assert [row.id for row in drawn.cards[0].rows] == [choice.id for choice in asked[0].choices]


def test_nothing_overlaps_or_runs_out(shipped: Draft) -> None:
    """Cards stand below each other, tags inside their card, headings between."""
    drawn = draw(shipped)
    for above, below in pairwise(drawn.cards):
        assert above.y + above.height < below.y
    for card in drawn.cards:
        assert card.x + card.width == WIDTH - MARGIN
        for placed in (placed for row in card.rows for placed in row.tags):
            assert card.x < placed.x
            assert placed.x + placed.width <= card.x + card.width
            assert card.y < placed.y < card.y + card.height
    assert drawn.cards[-1].y + drawn.cards[-1].height < drawn.height


def test_it_is_the_same_each_time(shipped: Draft) -> None:
    """A picture that is kept changes only when the questionnaire does."""
    assert draw(shipped, "victim") == draw(read_draft(), "victim")


def test_rails_run_beside_each_other(shipped: Draft) -> None:
    """Two that pass the same height have lanes of their own, left of all cards."""
    rails = draw(shipped, "victim").rails
    left = min(card.x for card in draw(shipped, "victim").cards)

    assert rails
    for one in rails:
        assert one.x < left
        for other in rails:
            apart = one.span[1] < other.span[0] or other.span[1] < one.span[0]
            assert one is other or apart or one.x != other.x


def test_an_answer_leads_to_the_question_that_hangs_on_it(small: Draft) -> None:
    """By what was chosen, by a stage, by a finding, or by an answer of any kind, also to a question further up."""
    drawn = draw(small)
    cards = {card.form.id: card for card in drawn.cards}
    rails = {
        next(name for name, card in cards.items() if rail.target == (card.x, card.port)): rail
        for rail in drawn.rails
    }
    rows = {row.id: row.y - 4 for row in cards["which"].rows}

    assert rails.keys() == {"later", "day", "land"}
    assert [y for _, y in rails["land"].sources] == [rows["two"], rows["three"]]
    assert [y for _, y in rails["day"].sources] == [rows["one"], rows["two"]]
    assert rails["later"].sources == [(cards["back"].x, cards["back"].port)]
    assert rails["later"].span[0] == cards["later"].port


def test_what_an_answer_brings_stands_beside_it(small: Draft) -> None:
    """Clocks, known routes, stages, consents, safety, and where it ends; many tags take several lines."""
    drawn = draw(small)
    told = {tag.text for tag in tags(drawn)}
    labels = {row.label for card in drawn.cards for row in card.rows}
    (which, *_) = drawn.cards

    assert {
        "stage offer",
        "agrees: organisation",
        "says no: embassy",
        "phone: watched",
        "pauses",
        "ends",
    } <= told
    assert {"departure 72h", "departure 14d", "last seen on known route", "0 to 1 hours"} <= told
    assert {"Between -24 and 24 hours", "At another time", "A place on a known route", "MM  TH"} <= labels
    assert len({placed.y for placed in which.rows[1].tags}) == 2


def test_cards_and_headings_say_for_whom(small: Draft) -> None:
    """Parts and sections once above, questions on their card; tiers, phrases and haste as well."""
    drawn = draw(small)
    cards = {card.form.id: card for card in drawn.cards}

    assert [(each.part, each.text) for each in drawn.headings] == [
        ("door", "The door"),
        ("far", "Far"),
        ("other", "Other"),
    ]
    assert drawn.headings[1].remarks == [
        "not if which: one",
        "not if cut off",
        "most telling first while time is short",
    ]
    assert cards["day"].badges == ["identity", "says first: ended"]
    assert cards["back"].badges == ["at once"]
    assert cards["land"].condition == ["only if which: two or three"]
    assert cards["land"].x > cards["spot"].x


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (None, ""),
        ({"chose": {"where_known": ["no_idea", "yes"]}}, "only if where known: no idea or yes"),
        ({"answered": "people"}, "only if people is answered"),
        ({"fires": ["minor", "cut_off"]}, "only if minor or cut off"),
        ({"stage": ["offer"]}, "only if stage is offer"),
        ({"settled": True}, "only if enough is known to act"),
        ({"not": {"stage": ["offer", "free"]}}, "not if stage is offer or free"),
        (
            {"all": [{"not": {"stage": ["offer"]}}, {"not": {"fires": ["minor"]}}]},
            "not if stage is offer, or minor",
        ),
        (
            {"all": [{"fires": ["minor"]}, {"any": [{"answered": "a"}, {"not": {"answered": "b"}}]}]},
            "only if minor, and (a is answered, or not b is answered)",
        ),
    ],
)
def test_conditions_are_told_in_words(condition: object, said: str) -> None:
    """As an author would say them."""
    assert only_if(None if condition is None else read_condition(condition)) == said


def test_flags_have_the_highest_urgency_that_they_can_bring(shipped: Draft) -> None:
    """Indicators have their dimension; what no rule of urgency looks at has none."""
    known = styles(shipped.indicators, shipped.flags, shipped.rules)

    assert known["danger_now"] == "critical"
    assert known["departure_14d"] == "medium"
    assert known["documents_confiscated"] == "CD"
    assert set(known.values()) <= {
        "critical",
        "high",
        "medium",
        "low",
        "none",
        "DR",
        "CR",
        "VR",
        "EX",
        "CD",
        "VD",
    }


def test_a_choice_that_means_nothing_has_no_tag() -> None:
    """It is drawn paler."""
    assert list(means(ChoiceForm(id="no", text="No", none=True, then=Then.GO_ON), {})) == []


def test_texts_are_cut_to_what_is_asked() -> None:
    """The last paragraph that asks, else the last; lines break between words."""
    assert short("Please tap.\n\nWhere\nare you?\n\nThank you.") == "Where are you?"
    assert short("One.\n\nTwo.") == "Two."
    assert fit("one two three", 8 * 10 * 0.55, 10) == ["one two", "three"]
    assert fit("", 100, 10) == []
