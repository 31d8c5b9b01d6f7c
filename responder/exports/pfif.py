"""PFIF 1.4: a family's report as one person record and one note, for one recipient, with an end.

Source: domain research, section 6.3; fields and their order stand in standards/pfif.yaml.
"""

from __future__ import annotations

import unicodedata
from datetime import timedelta
from html import escape
from typing import TYPE_CHECKING, Any

from responder.exports.standards import standard
from responder.exports.statement import utc
from responder.failures import ExportWrong

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from responder.exports.statement import Statement


def pfif(stated: Statement, *, now: datetime, expires_days: int | None = None) -> str:
    """Return the document; raises ExportWrong where a field is not known without which there is no record."""
    map_ = standard("pfif")
    expires = now + timedelta(days=expires_days or map_["expires_days"])
    record = f"{map_['record_domain']}/{stated.header.id}"
    times = {"entry_date": utc(now), "source_date": utc(stated.header.received_at)}
    person = {
        "person_record_id": record,
        **times,
        "expiry_date": utc(expires),
        "source_name": map_["source_name"],
        "author_name": map_["author_name"],
        **_person(stated, map_),
    }
    note = {
        "note_record_id": f"{record}.note",
        "person_record_id": record,
        **times,
        "author_name": map_["author_name"],
        **_note(stated, map_),
    }
    lines = (
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<pfif:pfif xmlns:pfif="{map_["namespace"]}">',
        f"  <!-- {map_['notice']} -->",
        "  <pfif:person>",
        *_fields(person, map_["person"], map_, "    "),
        "    <pfif:note>",
        *_fields(note, map_["note"], map_, "      "),
        "    </pfif:note>",
        "  </pfif:person>",
        "</pfif:pfif>",
        "",
    )
    return "\n".join(lines)


def _person(stated: Statement, map_: Mapping[str, Any]) -> dict[str, str]:
    asked = map_["answers"]
    return {
        "full_name": stated.text(asked["name"]),
        "sex": stated.first(asked["sex"], map_["sexes"]),
        "date_of_birth": stated.year(asked["born"]),
        "age": stated.first(asked["age"], map_["ages"]),
        "home_country": stated.country(asked["home"]),
    }


def _note(stated: Statement, map_: Mapping[str, Any]) -> dict[str, str]:
    asked = map_["answers"]
    states: dict[str, dict[str, str]] = map_["contacts"]
    known = next((states[each] for each in stated.chosen(asked["contact"]) if each in states), {})
    places = (stated.text(asked["place"]), stated.country(asked["country"]))
    heard = stated.text(asked["last_contact"])
    return {
        "status": map_["otherwise"],
        **known,
        "last_known_location": ", ".join(each for each in places if each),
        "text": " ".join((f"Last contact: {heard}." if heard else "", map_["notice"], _said(stated))).strip(),
    }


def _said(stated: Statement) -> str:
    """Say what was agreed, and what this does not have."""
    agreed = ", ".join(f"{who} {'yes' if yes else 'no'}" for who, yes in stated.narrowed.consents.items())
    left = stated.narrowed.left_out
    out = ", ".join((*(tier.value for tier in left.tiers), *left.redacted, *left.never))
    return f"Agreed: {agreed or 'nothing'}. Left out: {out}."


def _fields(values: Mapping[str, str], order: list[str], map_: Mapping[str, Any], indent: str) -> list[str]:
    missing = [name for name in order if name in map_["must"] and not values.get(name)]
    if missing:
        msg = f"a PFIF record cannot be without {', '.join(missing)}"
        raise ExportWrong(msg, "The name stands in the tier identity. Choose that too, or ask for it.")
    return [
        f"{indent}<pfif:{name}>{written(values[name])}</pfif:{name}>" for name in order if values.get(name)
    ]


def written(text: str) -> str:
    """Return text as XML can hold it: what XML has no way to write is not there."""
    return escape("".join(mark for mark in text if _writable(mark)))


def _writable(mark: str) -> bool:
    return mark in "\t\n" or not (unicodedata.category(mark) in BARRED or mark in NO_CHARACTERS)


BARRED = frozenset({"Cc", "Cs"})
"""Controls, and halves of characters."""
NO_CHARACTERS = frozenset("\ufffe\uffff")
