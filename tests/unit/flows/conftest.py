"""The definitions, read once for all tests of the flows."""

import pytest

from flows.definition import Flow
from flows.loading import Definitions, load
from flows.rubric import Rubric


@pytest.fixture(scope="session")
def definitions() -> Definitions:
    """Read the definitions that are shipped."""
    return load()


@pytest.fixture(scope="session")
def flow(definitions: Definitions) -> Flow:
    """Give the questionnaire for a person who may be held."""
    return definitions.whole


@pytest.fixture(scope="session")
def rubric(definitions: Definitions) -> Rubric:
    """Give the rubric that is shipped."""
    return definitions.rubric
