"""The responder API with nothing behind it: enough to read its table of routes."""

from types import SimpleNamespace
from typing import Any

from flows.directory import Directory

NOTHING: Any = None
PARTS: Any = SimpleNamespace(
    settings=SimpleNamespace(lease_seconds=3600, public_url="https://desk.example.org"),
    keyring=SimpleNamespace(signing=bytes(32), box=NOTHING),
    recipients=NOTHING,
    database=NOTHING,
    library=SimpleNamespace(relay=NOTHING, telephones=SimpleNamespace(directory=Directory(()))),
    log=NOTHING,
)
