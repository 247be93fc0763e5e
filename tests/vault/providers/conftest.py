"""A key service, and a passphrase that costs little to stretch."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support import s3
from vault.providers import covers


@pytest.fixture(scope="package")
def service() -> Iterator[str]:
    """The address of moto's server, which speaks as AWS KMS does."""
    with s3.serve() as running:
        yield running.endpoint


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"MEMORY_KIB": 64, "PASSES": 1, "LANES": 1}.items():
        monkeypatch.setattr(covers, name, value)
