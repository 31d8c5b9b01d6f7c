"""The rig, built and taken down for each acceptance test."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from sandbox.client import Sandbox
from sandbox.server import Server
from tests.acceptance.rig import Build, Rig, new_token


@pytest.fixture
async def build(tmp_path: Path) -> AsyncIterator[Build]:
    """Builds a hotline on the sandbox; keyword arguments are settings."""
    token = new_token()
    made: list[Rig] = []
    async with (
        Server(tmp_path / "sandbox", token=token, retry_seconds=0.05) as server,
        Sandbox(server.url) as sandbox,
    ):

        async def make(**settings: str) -> Rig:
            rig = await Rig.build(tmp_path, server, sandbox, token, **settings)
            made.append(rig)
            return rig

        yield make
        for rig in made:
            await rig.close()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """The responder's HTTP session."""
    async with aiohttp.ClientSession() as session:
        yield session
