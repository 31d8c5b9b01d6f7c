"""The description of the server's addresses as OpenAPI 3.1, made from the routes and the types that serve them.

Anybody may read it: it is the same for every installation and says nothing of this one.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from aiohttp import web

from bot.refusals import HINTS, STATUSES, UNSIGNED
from bot.route import Route
from bot.server import Health, Ready
from protocol.desk import Refusal, RefusalCode
from protocol.requests import COVERED, MAX_AGE, MAX_SKEW, TAG

Json = dict[str, Any]
_REF = "#/components/schemas/{name}"
_ID = {"type": "string", "pattern": "^[0-9a-f]{32}$"}
_PARAMETERS: Mapping[str, Json] = {
    "case": _ID,
    "attachment": _ID,
    "job": _ID,
    "number": {"type": "integer", "minimum": 0, "maximum": 999_999_999},
}
_ABOUT = (
    "The responder API of a Wayout server. It hands out what it cannot open: sealed files are age files, and only a"
    " responder's program has the key. protocol/FORMAT.md of the program says what is in them and which signatures a"
    " reader must check. Readers must ignore fields that they do not know."
)
_SIGNING = (
    f"RFC 9421. One signature by the card's Ed25519 key, tag {TAG}, over {', '.join(COVERED)}, with created, keyid (the"
    f" card's id), alg ed25519 and a nonce of 16 to 64 characters. It is good for {MAX_AGE} seconds, may be"
    f" {MAX_SKEW} seconds ahead, and is good once. Content-Digest (RFC 9530) is the sha-256 of the body, also of none."
)
_SIGNED = ("Signature-Input", "Signature", "Content-Digest")


def describe(table: Iterable[Route], url: str) -> Json:
    """The document; `url` is how responders reach the server."""
    routes = list(table)
    paths: dict[str, Json] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    document: Json = {
        "openapi": "3.1.0",
        "info": {"title": "Wayout", "version": "1", "description": _ABOUT},
        "servers": [{"url": url}],
        "paths": paths | _probes(),
        "components": {
            "schemas": _schemas(routes),
            "securitySchemes": {name.lower(): _scheme(name) for name in _SIGNED},
        },
        "security": [{name.lower(): [] for name in _SIGNED}],
    }
    # As it is read: with lists where a default of ours is a tuple.
    return msgspec.json.decode(msgspec.json.encode(document), type=Json)


def serve(table: Iterable[Route], url: str) -> web.RouteDef:
    """The route that hands it out."""
    body = msgspec.json.encode(describe(table, url))

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(body=body, content_type="application/json")

    return web.get("/openapi.json", answer)


def _operation(route: Route) -> Json:
    said = route.handler.__doc__ or ""
    operation: Json = {
        "operationId": "_".join([route.method.lower(), *re.findall(r"\w+", route.path)]),
        "summary": said.partition("\n")[0] or route.act.value.replace("_", " "),
        "responses": _responses(route),
        "x-audited-as": route.act.value,
    }
    names = re.findall(r"\{(\w+)\}", route.path)
    if names:
        operation["parameters"] = [
            {"name": name, "in": "path", "required": True, "schema": _PARAMETERS[name]} for name in names
        ]
    if route.body is not None:
        operation["requestBody"] = {"required": True, "content": _json(route.body)}
    return operation


def _responses(route: Route) -> Json:
    good: Json = {}
    if route.answer is bytes:
        file = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
        good["200"] = {"description": "an age file", "content": file}
    elif route.answer is not None:
        good["200"] = {"description": route.answer.__name__, "content": _json(route.answer)}
    if route.answer is None or route.may_be_empty:
        good["204"] = {"description": "done, and nothing to say of it"}
    return good | _refusals()


def _refusals() -> Json:
    codes: dict[int, list[RefusalCode]] = {}
    for code in RefusalCode:
        for status in {STATUSES.get(code, UNSIGNED)} | ({403} if code is RefusalCode.NOT_HOLDER else set()):
            codes.setdefault(status, []).append(code)
    return {
        str(status): {"description": ", ".join(sorted(of)), "content": _json(Refusal)}
        for status, of in sorted(codes.items())
    }


def _probes() -> Json:
    def probe(answer: type[msgspec.Struct], *statuses: str) -> Json:
        said = {"description": answer.__doc__, "content": _json(answer)}
        return {"get": {"security": [], "responses": dict.fromkeys(statuses, said)}}

    return {"/healthz": probe(Health, "200"), "/readyz": probe(Ready, "200", "503")}


def _schemas(routes: Iterable[Route]) -> Json:
    kinds = {each for route in routes for each in (route.body, route.answer) if each not in {None, bytes}}
    _, schemas = msgspec.json.schema_components([*kinds, Refusal, Health, Ready], ref_template=_REF)
    hints = {code.value: HINTS[code] for code in RefusalCode if code in HINTS}
    schemas["RefusalCode"]["x-hints"] = hints
    return {name: schemas[name] for name in sorted(schemas)}


def _json(kind: Any) -> Json:  # noqa: ANN401 - one of the kinds of a route
    return {"application/json": {"schema": {"$ref": _REF.format(name=kind.__name__)}}}


def _scheme(name: str) -> Json:
    return {"type": "apiKey", "in": "header", "name": name, "description": _SIGNING}
