"""One enrolled responder and one desk server, for every test here."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.unit.test_responder.enrolled import Enrolled, enrolled_desk


@pytest.fixture
async def enrolled(tmp_path: Path) -> AsyncIterator[Enrolled]:
    """A responder called Amina with a locked identity, enrolled at a desk server that runs."""
    async with enrolled_desk(tmp_path / "amina") as found:
        yield found
