"""The description of the API: a valid OpenAPI document, made from what serves the requests."""

import re
from typing import Any

import msgspec
import pytest
from openapi_spec_validator import validate

from bot.openapi import describe
from protocol.desk import RefusalCode
from protocol.requests import sign_request
from protocol.signing import SigningKey
from tests.unit.bot.desk_door import PARTS
from tests.unit.bot.test_authorisation import ROUTES

DOCUMENT = describe(ROUTES.values(), "https://desk.example.org")


def test_it_is_valid_openapi() -> None:
    """By the validator of those who make the standard; every reference resolves."""
    validate(DOCUMENT)
    refs = set(re.findall(r'"#/components/schemas/(\w+)"', msgspec.json.encode(DOCUMENT).decode()))
    assert refs <= set(DOCUMENT["components"]["schemas"])


def test_it_has_every_route_and_no_other() -> None:
    """And what each takes, gives and counts as."""
    described = {
        (method.upper(), path): operation
        for path, operations in DOCUMENT["paths"].items()
        for method, operation in operations.items()
    }
    assert set(described) == set(ROUTES) | {("GET", "/healthz"), ("GET", "/readyz")}
    for key, route in ROUTES.items():
        operation = described[key]
        assert operation["x-audited-as"] == route.act
        assert ("requestBody" in operation) == (route.body is not None)
        assert ("204" in operation["responses"]) == (route.may_be_empty or route.answer is None)
        names = [each["name"] for each in operation.get("parameters", [])]
        assert names == re.findall(r"\{(\w+)\}", route.path)


def test_operations_have_names_of_their_own() -> None:
    """Whoever makes a client from it gets a function for each."""
    names = [
        each["operationId"]
        for path in DOCUMENT["paths"].values()
        for each in path.values()
        if "operationId" in each
    ]
    assert len(set(names)) == len(names) == len(ROUTES)


@pytest.mark.parametrize("code", RefusalCode)
def test_every_refusal_is_described(code: RefusalCode) -> None:
    """With a status, and with a hint for those that are given."""
    responses: dict[str, Any] = DOCUMENT["paths"]["/v1/cases"]["get"]["responses"]
    assert any(code in each["description"].split(", ") for each in responses.values())
    assert code in DOCUMENT["components"]["schemas"]["RefusalCode"]["enum"]


def test_it_names_the_headers_that_a_signature_is_made_of() -> None:
    """All three, and what the signature covers."""
    headers = sign_request(
        method="GET",
        url="https://a/b",
        body=b"",
        key=SigningKey.generate(),
        key_id="c",
        now=1,  # type: ignore[arg-type]
    )
    schemes = DOCUMENT["components"]["securitySchemes"]
    assert {each["name"] for each in schemes.values()} == set(headers)
    assert DOCUMENT["security"] == [{name: [] for name in schemes}]
    assert all("@query" in each["description"] for each in schemes.values())


def test_it_says_nothing_of_the_installation() -> None:
    """The same table gives the same document, but for the address by which it is reached."""
    other = describe(ROUTES.values(), "https://another.example.org")
    assert other | {"servers": DOCUMENT["servers"]} == DOCUMENT
    assert PARTS.settings.public_url not in msgspec.json.encode(other).decode()
