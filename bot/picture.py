"""The picture of a questionnaire as SVG: no scripts, no fonts from elsewhere, light and dark, on screen and paper."""

import jinja2

from flows.definition import Kind
from flows.drawing import SPINE, TOP, Picture, draw
from flows.loading import Draft
from flows.rule import Dimension, Urgency
from flows.wording import Tag

KINDS = {
    Kind.CHOICE: "one line",
    Kind.MULTI: "several lines",
    Kind.TEXT: "words",
    Kind.NUMBER: "a number",
    Kind.AMOUNT: "money",
    Kind.WHEN: "a time",
    Kind.PHONE: "a phone number",
    Kind.WALLET: "a wallet",
    Kind.COUNTRY: "a country",
    Kind.COUNTRIES: "countries",
    Kind.LOCAL_TIME: "the time there",
    Kind.PLACE: "a place",
    Kind.ROUTE: "a route",
    Kind.LANGUAGE: "the language",
    Kind.WORD: "a word of their own",
}
"""How each kind of question is told in the legend; its glyph stands in the template."""
DIMENSIONS = {
    Dimension.DECEPTIVE_RECRUITMENT: "deceptive recruitment",
    Dimension.COERCIVE_RECRUITMENT: "coercive recruitment",
    Dimension.VULNERABILITY_AT_RECRUITMENT: "vulnerability at recruitment",
    Dimension.EXPLOITATION: "exploitation",
    Dimension.COERCION_AT_DESTINATION: "coercion at destination",
    Dimension.VULNERABILITY_AT_DESTINATION: "vulnerability at destination",
}
BEND = 7


def picture(draft: Draft, path: str | None = None) -> str:
    """Draw one path of those that are there, or the whole questionnaire."""
    drawn = draw(draft, path)
    templates = jinja2.Environment(
        loader=jinja2.PackageLoader("bot", "pictures"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["px"] = _px
    return templates.get_template("flow.svg").render(
        p=drawn,
        title=f"{drawn.name.replace('_', ' ').capitalize()}: what is asked, and what it means",
        sub=_sub(drawn),
        spine=SPINE,
        top=TOP,
        left=min(card.x for card in drawn.cards),
        kinds=KINDS.items(),
        dimensions=[{"code": code, "tag": Tag(told, code)} for code, told in DIMENSIONS.items()],
        codes=list(DIMENSIONS),
        urgencies=list(Urgency),
        flags=[
            Tag(f"{each} urgency" if each is not Urgency.NONE else "no urgency", each) for each in Urgency
        ],
        mark=Tag("stage, consent, safety, end", "mark"),
        bend=_bend,
    )


def _sub(drawn: Picture) -> str:
    findings = {placed.tag.finding for card in drawn.cards for row in card.rows for placed in row.tags} - {""}
    some = sum(bool(card.condition) for card in drawn.cards)
    return (
        f"{len(drawn.cards)} questions in {len(drawn.headings)} sections, {some} of them only for some; "
        f"{len(findings)} indicators and flags can be fired"
    )


def _px(value: float) -> str:
    """A length as short as it can be written, so that the same picture is the same file."""
    return format(round(value, 1), "g") if abs(value) < 1e5 else str(round(value))  # noqa: PLR2004 - `g` turns to powers


def _bend(x: float, y: float, lane: float, target: tuple[float, float]) -> str:
    """From a choice out to the lane, along it, and in to the question."""
    end_x, end_y = target
    way = 1 if end_y > y else -1
    return (
        f"M{_px(x)} {_px(y)}H{_px(lane + BEND)}Q{_px(lane)} {_px(y)} {_px(lane)} {_px(y + way * BEND)}"
        f"V{_px(end_y - way * BEND)}Q{_px(lane)} {_px(end_y)} {_px(lane + BEND)} {_px(end_y)}H{_px(end_x)}"
    )
