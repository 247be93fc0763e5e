"""The sandbox and the pictures that the connectors' tests of one module share."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from connectors.contract import MediaItem
from connectors.sandbox.testing import RunningSandbox, running_sandbox
from tests.connectors.pictures import picture, picture_server


@pytest.fixture(scope="module")
def shared_sandbox() -> Iterator[RunningSandbox]:
    """A running sandbox; a test resets it before use."""
    with running_sandbox() as running:
        yield running


@pytest.fixture(scope="module")
def images() -> Iterator[Callable[[int], MediaItem]]:
    """Pictures by number, with addresses from which the sandbox can fetch them."""
    with picture_server() as base:
        yield lambda number: picture(number, base)
