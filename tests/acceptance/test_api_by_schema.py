"""The API of a real bot process against its own description: whatever is asked of it, it answers as it says it does."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import aiohttp
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from requests.auth import AuthBase
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from protocol.requests import sign_request
from tests.acceptance.rig import Build, Rig, Worker
from tests.acceptance.test_regrades import in_danger

SEEDS = (5, 1123)
EXAMPLES = 4
"""Of each route, kind of data and seed."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
MODES = (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)


class Signing(AuthBase):
    """Signs what is sent, as it is sent, like a responder's program."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """The request with its three headers."""
        body = request.body or b""
        assert request.method is not None
        assert request.url is not None
        request.headers.update(
            sign_request(
                method=request.method,
                url=request.url,
                body=body.encode() if isinstance(body, str) else body,
                key=self.rig.keys.signing_key,
                key_id=self.rig.card,
                now=int(time.time()),
            )
        )
        return request


@dataclass
class Api:
    """What is asked, about which case, by whom; and every route and status that came of it."""

    schema: schemathesis.BaseSchema
    case: str
    worker: Worker
    auth: Signing
    session: requests.Session = field(default_factory=requests.Session)
    seen: set[tuple[str, int]] = field(default_factory=set)

    def ask(self, made: schemathesis.Case) -> None:
        """Once as it was made, and once about the case that there is."""
        self._ask(made)
        if "case" in made.path_parameters:
            made.path_parameters["case"] = self.case
            self._ask(made)

    def _ask(self, made: schemathesis.Case) -> None:
        answer = made.call(base_url=self.worker.url, session=self.session, auth=self.auth)
        made.validate_response(answer, checks=CHECKS)
        self.seen.add((made.operation.label, answer.status_code))


async def ready(build: Build, http: aiohttp.ClientSession) -> Api:
    """A bot with one case, which is held, and its description."""
    rig = await build()
    worker = await rig.start()
    await in_danger(rig)
    case = (await rig.desk(worker, http).next()).header.id
    async with http.get(f"{worker.url}/openapi.json") as answer:
        document = await answer.json()
    assert document["servers"] == [{"url": worker.url}]
    return Api(schemathesis.openapi.from_dict(document), case, worker, Signing(rig))


def attempts(api: Api) -> Iterator[Callable[[], None]]:
    """Each route, data as it should be and as it should not, each seed."""
    for result in api.schema.get_all_operations():
        operation = result.ok()
        # Of what takes nothing at all there is nothing that could be wrong.
        modes = MODES if operation.label.startswith(("GET /v1", "POST /v1")) else MODES[:1]
        for mode in modes:

            @settings(
                max_examples=EXAMPLES,
                database=None,
                deadline=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(operation.as_strategy(generation_mode=mode))
            def attempt(made: schemathesis.Case) -> None:
                api.ask(made)

            yield from (seed(number)(attempt) for number in SEEDS)


@pytest.mark.timeout(180)
async def test_whatever_is_asked_is_answered_as_described(build: Build, http: aiohttp.ClientSession) -> None:
    """No fault of the server, no status, type or document that the description does not have."""
    api = await ready(build, http)

    def play() -> None:
        for attempt in attempts(api):
            attempt()

    await asyncio.to_thread(play)

    # It came past the signature everywhere, and was told yes and no.
    assert {label for label, _ in api.seen} == {each.ok().label for each in api.schema.get_all_operations()}
    assert {status for _, status in api.seen} >= {200, 400, 404, 409}
    assert 401 not in {status for _, status in api.seen}
    assert "request.failed" not in api.worker.log.read_text()
