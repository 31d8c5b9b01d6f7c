"""Primero: a family's report as a tracing request, as CPIMS+ takes it.

Source: domain research, section 6.5; what maps to what stands in standards/primero.yaml.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from responder.exports.standards import standard

if TYPE_CHECKING:
    from collections.abc import Mapping

    from responder.exports.statement import Statement


def primero(stated: Statement) -> dict[str, Any]:
    """Return the tracing request: every field that is known, in the form's order."""
    map_ = standard("primero")
    known = {
        "inquirer": _inquirer(stated, map_),
        "traced_person": _traced(stated, map_),
        "protection": _protection(stated, map_),
        "consent": _consent(stated, map_),
    }
    forms = {
        form: {name: known[form][name] for name in fields if known[form].get(name) not in (None, "", [])}
        for form, fields in map_["fields"].items()
    }
    left = stated.narrowed.left_out
    out = {"tiers": left.tiers, "redacted": left.redacted, "never": left.never}
    return {"schema": "primero-tracing-request/1", **forms, "left_out": out}


def primero_json(stated: Statement) -> str:
    """Return the request as JSON."""
    return msgspec.json.format(msgspec.json.encode(primero(stated)), indent=2).decode() + "\n"


def _inquirer(stated: Statement, map_: Mapping[str, Any]) -> dict[str, Any]:
    asked = map_["answers"]
    agreed = stated.narrowed.consents.get(map_["consents"]["disclosure_other_orgs"])
    return {
        "inquiry_date": stated.header.received_at.date().isoformat(),
        "status": map_["status"],
        "relation_language": stated.header.language or "",
        "relation_location_current": stated.country(asked["here"]),
        "relation_telephone": stated.phone(asked["phone"]),
        "disclosure_other_orgs": agreed,
        **_separation(stated, asked),
    }


def _traced(stated: Statement, map_: Mapping[str, Any]) -> dict[str, Any]:
    """Return the person who is looked for. A year is no date of birth: it gives the age, else the band stands there."""
    asked = map_["answers"]
    born = stated.year(asked["born"])
    return {
        "name": stated.text(asked["name"]),
        "relation": stated.first(asked["relation"], map_["relations"]),
        "sex": stated.first(asked["sex"], map_["sexes"]),
        "age": stated.header.received_at.year - int(born) if born else stated.text(asked["age"]),
        "tracing_request_status": map_["status"],
        **_separation(stated, asked),
    }


def _separation(stated: Statement, asked: Mapping[str, str]) -> dict[str, Any]:
    places = (stated.text(asked["place"]), stated.country(asked["country"]))
    return {
        "date_of_separation": stated.day(asked["last_contact"]),
        "location_last": ", ".join(each for each in places if each),
    }


def _protection(stated: Statement, map_: Mapping[str, Any]) -> dict[str, Any]:
    urgency = stated.header.urgency.value
    concerned = bool(stated.likelihoods & set(map_["concerned"]))
    return {
        "urgent_protection_concern": urgency in map_["urgent"],
        "risk_level": map_["risks"].get(urgency, ""),
        "protection_concerns": map_["concerns"] if concerned else [],
        "unhcr_needs_codes": map_["needs_codes"] if concerned else [],
    }


def _consent(stated: Statement, map_: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was agreed; what nobody was asked is not there, which is no yes."""
    said = stated.narrowed.consents
    asked = {name: said[who] for name, who in map_["consents"].items() if who in said}
    return {"interview_subject": map_["interview_subject"], **asked}
