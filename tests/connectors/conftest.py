"""The sandbox and the pictures that the connectors' tests of one module share."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from connectors.contract import MediaItem
from connectors.sandbox.testing import RunningSandbox, running_sandbox
from tests.connectors.films import FILMS, film
from tests.connectors.pictures import picture, picture_server


@pytest.fixture(scope="module")
def shared_sandbox() -> Iterator[RunningSandbox]:
    """A running sandbox; a test resets it before use."""
    with running_sandbox() as running:
        yield running


@pytest.fixture(scope="module")
def media_base() -> Iterator[str]:
    """Where the sandbox can fetch the tests' pictures and films."""
    with picture_server(FILMS) as base:
        yield base


@pytest.fixture(scope="module")
def images(media_base: str) -> Callable[[int], MediaItem]:
    """Pictures by number, with addresses from which the sandbox can fetch them."""
    return lambda number: picture(number, media_base)


@pytest.fixture(scope="module")
def films(media_base: str) -> Callable[[int], MediaItem]:
    """Films by number, likewise."""
    return lambda number: film(number, media_base)
