"""HTCDS 2.0: one case as a possible victim, never more, with what the standard cannot say as declared extensions.

Source: domain research, section 6.1; what maps to what stands in standards/htcds.yaml.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from responder.exports.flat import table
from responder.exports.standards import standard
from responder.exports.statement import day_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flows.answer import Leg, Place
    from responder.exports.statement import Statement

Row = dict[str, Any]
SEPARATOR = ";"
"""Between the values of one cell, where a field takes several."""


def htcds(stated: Statement) -> Row:
    """Return the document: what is known, by the standard's tables, and the extensions that are used."""
    map_, fields = standard("htcds"), case_fields(stated)
    tables: dict[str, Row] = {}
    for name, value in fields.items():
        tables.setdefault(name.partition("_")[0], {})[name] = value
    used = {name: about for name, about in map_["extensions"].items() if name in fields}
    left = stated.narrowed.left_out
    return {
        "schema": "htcds/2.0",
        "notice": map_["notice"],
        "extensions": used,
        **tables,
        "hte": events(stated),
        "left_out": {"tiers": left.tiers, "redacted": left.redacted, "never": left.never},
    }


def htcds_csv(stated: Statement) -> str:
    """Return the same as a table: a line for the case, and one for each event."""
    map_ = standard("htcds")
    columns = ["record", *map_["fields"], *map_["event_fields"]]
    lines = [{"record": "case", **case_fields(stated)}]
    lines += [{"record": "event", **event} for event in events(stated)]
    return table([columns, *([_cell(line.get(name)) for name in columns] for line in lines)])


def case_fields(stated: Statement) -> Row:
    """Return every field of the case that is known, in the standard's order; one that is not known is not there."""
    map_ = standard("htcds")
    found: dict[str, list[Any]] = {}
    for meaning in _meanings(stated, map_):
        for name, values in meaning.items():
            if name in map_["fields"]:
                found.setdefault(name, []).extend(values)
    for name, value in _facts(stated, map_):
        found.setdefault(name, []).append(value)
    return {name: _value(name, found[name], map_) for name in map_["fields"] if found.get(name)}


def _value(name: str, values: list[Any], map_: Mapping[str, Any]) -> object:
    """Return one value, or all of them in the order of the picklist where the field takes several."""
    picklist = map_["fields"][name]
    once = list(dict.fromkeys(values))
    if isinstance(picklist, list):
        once = [each for each in picklist if each in once]
    return once if name in map_["many"] else once[0]


def _meanings(stated: Statement, map_: Mapping[str, Any]) -> Iterable[Mapping[str, list[Any]]]:
    """What choices and indicators stand for; a field that a choice fills is not filled from an indicator too."""
    said: set[str] = set()
    for question, choices in map_["choices"].items():
        for choice in stated.chosen(question):
            if choice in choices:
                said |= choices[choice].keys()
                yield choices[choice]
    for indicator, meaning in map_["indicators"].items():
        if indicator in stated.findings:
            yield {name: values for name, values in meaning.items() if name not in said}


def _facts(stated: Statement, map_: Mapping[str, Any]) -> Iterable[tuple[str, object]]:
    """What stands in the header and in single answers."""
    header, asked = stated.header, map_["answers"]
    yield "cas_Status", map_["states"][header.state.value]
    yield "cas_IncomingReferralDate", header.received_at.date().isoformat()
    yield "prs_Gender", "NonSpecifiedUnknown"
    if language := map_["languages"].get((header.language or "").partition("_")[0]):
        yield "prs_PrimaryLanguage", language
    if citizenship := stated.country(asked["citizenship"]):
        yield "prs_Citizenship", citizenship
    if phone := stated.phone(asked["phone"]):
        yield "prs_MobilePhone", phone
    if stated.likelihoods & set(map_["status_from"]):
        yield "vic_TraffickingStatus", map_["status"]
    if where := _exploited(stated, map_):
        yield "vic_LocationOfExploitation", where
    yield "cco_CaseComment", _comment(stated, map_)
    for who, yes in stated.narrowed.consents.items():
        yield "con_Consent", f"{who}: {'yes' if yes else 'no'}"


def _comment(stated: Statement, map_: Mapping[str, Any]) -> str:
    left = stated.narrowed.left_out
    out = (*(tier.value for tier in left.tiers), *left.redacted)
    return f"{map_['aid']} Left out: {', '.join(out) or 'no tier'}."


def _exploited(stated: Statement, map_: Mapping[str, Any]) -> str:
    if stated.stage not in map_["exploited_at"]:
        return ""
    asked = map_["answers"]
    words = (stated.text(asked["place"]), stated.country(asked["country"]))
    return ", ".join(each for each in words if each)


def events(stated: Statement) -> list[Row]:
    """Return the way there and the place, one event each, as far as places may go."""
    map_ = standard("htcds")
    asked = map_["answers"]
    route = [_event("Transit", leg.place, _day(leg, stated)) for leg in stated.legs(asked["route"])]
    if stated.stage in map_["exploited_at"]:
        there = stated.place(asked["place"]) or stated.place(asked["country"])
        country = stated.country(asked["country"])
        if there is not None:
            route.append(
                {**_event("Exploitation", there, ""), **({"hte_Country": country} if country else {})}
            )
    return route or [{"hte_Type": kind} for kind in _signs(stated, map_)]


def _signs(stated: Statement, map_: Mapping[str, Any]) -> list[str]:
    """What indicators alone say of events, without a place."""
    found = (map_["indicators"].get(each, {}).get("hte_Type", []) for each in sorted(stated.findings))
    return list(dict.fromkeys(kind for kinds in found for kind in kinds))


def _day(leg: Leg, stated: Statement) -> str:
    return day_of(leg.when, int(stated.header.received_at.timestamp())) if leg.when else ""


def _event(kind: str, place: Place, day: str) -> Row:
    whole = {
        "hte_Type": kind,
        "hte_Country": place.country,
        "hte_City": place.text,
        "hte_Date": day,
        "hte_Latitude": place.latitude,
        "hte_Longitude": place.longitude,
    }
    return {name: value for name, value in whole.items() if value not in (None, "")}


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case list():
            return SEPARATOR.join(map(str, value))
        case _:
            return str(value)


def htcds_json(stated: Statement) -> str:
    """Return the document as JSON."""
    return msgspec.json.format(msgspec.json.encode(htcds(stated)), indent=2).decode() + "\n"
