"""The parameters of one Bot API call, however they were sent: JSON, form or multipart."""

from dataclasses import dataclass, field
from typing import Any

import msgspec
from aiohttp import web

from sandbox.records import Json, JsonValue
from sandbox.refusals import BadRequest

_TRUE = ("true", "yes", "1", "True")


@dataclass(frozen=True, slots=True, repr=False)
class Upload:
    """One file that came with a call."""

    name: str
    mime_type: str
    content: bytes


@dataclass(frozen=True, slots=True, repr=False)
class Parameters:
    """Named values, each a string or already JSON, and the files sent along."""

    values: dict[str, Any] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        """Return a parameter as text."""
        value = self.values.get(name)
        return default if value is None else value if isinstance(value, str) else str(value)

    def integer(self, name: str, default: int = 0) -> int:
        """Return a parameter as an integer; what is no number counts as absent, as Telegram has it."""
        try:
            return int(self.values.get(name, default))
        except (TypeError, ValueError):
            return default

    def number(self, name: str) -> float | None:
        """Return a parameter as a number, or None."""
        try:
            return float(self.values[name])
        except (KeyError, TypeError, ValueError):
            return None

    def truth(self, name: str) -> bool:
        """Return a parameter as a Boolean."""
        value = self.values.get(name)
        return value is True or value in _TRUE

    def json(self, name: str) -> JsonValue:
        """Return a parameter as JSON, or None when it is absent; what is no JSON is refused."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return msgspec.json.decode(value)
        except msgspec.DecodeError as error:
            raise BadRequest(f"can't parse {name} JSON object") from error

    def logged(self) -> Json:
        """Return what the call log keeps: files as their size only."""
        return {name: self._plain(name) for name in self.values} | {
            name: {"bytes": len(upload.content), "name": upload.name} for name, upload in self.uploads.items()
        }

    def _plain(self, name: str) -> JsonValue:
        value = self.values[name]
        if isinstance(value, str) and value[:1] in "[{":
            try:
                return msgspec.json.decode(value)
            except msgspec.DecodeError:
                return value
        return value


async def read(request: web.Request) -> Parameters:
    """Read query string and body; later ones win."""
    values: dict[str, Any] = dict(request.query)
    if not request.body_exists:
        return Parameters(values)
    if request.content_type == "application/json":
        return Parameters(values | _json_object(await request.read()))
    if request.content_type not in ("multipart/form-data", "application/x-www-form-urlencoded"):
        return Parameters(values)
    uploads = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            uploads[name] = Upload(value.filename or name, value.content_type, value.file.read())
        else:
            values[name] = value
    return Parameters(values, uploads)


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(body, type=dict[str, Any]) if body.strip() else {}
    except msgspec.DecodeError as error:
        raise BadRequest("can't parse JSON object") from error
