"""The helper for a police report: what an Interpol yellow notice needs, what of it is there and what is missing.

Source: domain research, section 6.4; lines stand in standards/yellow.yaml. Only police can ask for a notice.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from locales.territories import territory
from responder.exports.standards import standard

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from responder.exports.statement import Statement

MISP_OBJECT = "bb0dbf38-fbf1-4d3a-b1a4-d44be4d2a7d6"
"""A name space of ours for the ids of attributes: the same case gives the same ids."""


@dataclass(frozen=True, slots=True)
class Need:
    """One line of a report: the field, our phrase for it, what we know of it, whether a notice cannot be without it."""

    field: str
    says: str
    known: str = ""
    must: bool = False
    one: bool = False
    to_check: bool = False
    """A person has to look whether what is there is enough."""


@dataclass(frozen=True, slots=True)
class YellowHelp:
    """What a family brings to the police, and what is missing still."""

    needs: tuple[Need, ...]
    reported: bool
    reference: str

    @property
    def there(self) -> tuple[Need, ...]:
        """Return what is known."""
        return tuple(need for need in self.needs if need.known)

    @property
    def missing(self) -> tuple[Need, ...]:
        """Return what a notice cannot be without and is not known."""
        return tuple(need for need in self.needs if need.must and not need.known)

    @property
    def lacks_one(self) -> bool:
        """Say whether nothing is there of what one is enough of: description, photo."""
        return not any(need.known for need in self.needs if need.one)

    @property
    def wanted(self) -> tuple[Need, ...]:
        """Return what would help and is not known."""
        return tuple(need for need in self.needs if not need.must and not need.known)


def yellow(stated: Statement, *, language: str = "en") -> YellowHelp:
    """Return what there is; a name that was written in one piece stands as forename, to be looked at."""
    map_ = standard("yellow")
    known = _known(stated, map_, language)
    needs = tuple(
        Need(
            line["id"],
            line["says"],
            known.get(line["id"], ""),
            line.get("must", False),
            line.get("one", False),
            line["id"] in TO_CHECK and bool(known.get(line["id"])),
        )
        for line in map_["lines"]
    )
    asked = map_["answers"]
    reported = bool(set(stated.chosen(asked["reported"])) & set(map_["police"]))
    return YellowHelp(needs, reported, stated.text(asked["reference"]))


TO_CHECK = frozenset({"forename", "portrait"})


def _known(stated: Statement, map_: Mapping[str, Any], language: str) -> dict[str, str]:
    asked = map_["answers"]
    home, country = stated.country(asked["home"]), stated.country(asked["country"])
    there = (stated.text(asked["place"]), territory(country, language) if country else "")
    photos = stated.of_kind(map_["photos"])
    return {
        "forename": stated.text(asked["name"]),
        "sex": stated.first(asked["sex"], map_["sexes"]),
        "date-of-birth": stated.year(asked["born"]),
        "nationality": territory(home, language) if home else "",
        "date-of-disappearance": stated.day(asked["last_contact"]) or stated.text(asked["last_contact"]),
        "place-of-disappearance": ", ".join(each for each in there if each),
        "portrait": str(photos) if photos else "",
    }


def misp(stated: Statement, *, now: datetime) -> dict[str, Any]:
    """Return the MISP object `interpol-notice`: what is known, and the notice's colour."""
    found = yellow(stated)
    values = [("notice-color", "Yellow")]
    values += [(need.field, need.known) for need in found.there if need.field != "portrait"]
    space = uuid.uuid5(uuid.UUID(MISP_OBJECT), str(stated.header.id))
    left = stated.narrowed.left_out
    return {
        "schema": "misp-interpol-notice/1",
        "Object": {
            "name": "interpol-notice",
            "meta-category": "misc",
            "uuid": str(space),
            "timestamp": str(int(now.timestamp())),
            "distribution": "0",
            "comment": "Helper for a police report. Not a notice: only a police force can ask for one.",
            "Attribute": [
                {
                    "object_relation": relation,
                    "type": "text",
                    "value": value,
                    "distribution": "0",
                    "uuid": str(uuid.uuid5(space, relation)),
                }
                for relation, value in values
            ],
        },
        "missing": [need.field for need in found.missing],
        "left_out": {"tiers": left.tiers, "redacted": left.redacted, "never": left.never},
    }


def misp_json(stated: Statement, *, now: datetime) -> str:
    """Return the object as JSON."""
    return msgspec.json.format(msgspec.json.encode(misp(stated, now=now)), indent=2).decode() + "\n"
