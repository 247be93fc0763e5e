"""A real sender process, whose connector is obedient."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from publisher.delivery.senders.child import Forked, fork
from tests.publisher.delivery.senders.processes import Process
from tests.publisher.delivery.senders.works import Obedient


@pytest.fixture
def obedient(tmp_path: Path) -> Obedient:
    """The connector of the sender process."""
    folder = tmp_path / "publicado"
    folder.mkdir()
    return Obedient(folder)


@pytest.fixture
def forked(obedient: Obedient) -> Iterator[Forked]:
    """A sender process that waits for its first word."""
    made = fork(obedient.load())
    assert made is not None
    process = Process(made.pid)
    yield made
    process.forget()
    made.connection.close()


@pytest.fixture
def process(forked: Forked) -> Iterator[Process]:
    """The same, to be signalled and waited for."""
    process = Process(forked.pid)
    yield process
    process.close()
