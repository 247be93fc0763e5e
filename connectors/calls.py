"""One call to a network, from an SDK's exception to ours; shared by all connectors."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any, BinaryIO, TypeVar

from connectors import texts
from connectors.classify import Case, Step, explain
from connectors.contract import Credential, MediaItem, Part, Receipt
from connectors.errors import ConnectorError, CredentialRejected, NotConfigured
from connectors.transport import Shot
from connectors.verdicts import Facts

T = TypeVar("T")
_SECRET_MIN = 8


def call(
    network: str,
    step: Step,
    credential: Mapping[str, str],
    action: Callable[[], T],
    facts_of: Callable[[BaseException], Facts | None],
    *,
    shot: Shot | None = None,
) -> T:
    """Run ``action`` and raise only ``ConnectorError``.

    Nothing of the SDK's exception is chained: its text and its frames may hold a token.
    """
    problem: ConnectorError
    try:
        return action()
    except ConnectorError as error:
        problem = error
    except Exception as error:  # noqa: BLE001 - an SDK raises what it likes, KeyError included
        case = Case(
            network=network,
            step=step,
            now=datetime.now(UTC),
            shot=shot,
            secrets=secrets_of(credential),
        )
        problem = explain(error, _facts(error, facts_of), case)
    problem.__traceback__ = problem.__context__ = problem.__cause__ = None
    raise problem


def secrets_of(credential: Mapping[str, str]) -> tuple[str, ...]:
    """Return every secret text of ``credential``, also those inside a field that is JSON."""
    found: list[str] = []
    for value in credential.values():
        found.append(value)
        if value.startswith("{"):
            with suppress(ValueError):
                found += _leaves(json.loads(value))
    return tuple(found)


def _leaves(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [leaf for inner in value.values() for leaf in _leaves(inner)]
    if isinstance(value, list):
        return [leaf for inner in value for leaf in _leaves(inner)]
    return [value] if isinstance(value, str) and len(value) >= _SECRET_MIN else []


def _facts(error: BaseException, facts_of: Callable[[BaseException], Facts | None]) -> Facts | None:
    try:
        return facts_of(error)
    except Exception:  # noqa: BLE001 - an unreadable reply is no reply
        return None


def field(network: str, credential: Credential, name: str) -> str:
    """Return one secret field; ``NotConfigured`` if the credential lacks it."""
    value = credential.get(name, "")
    if not value:
        raise NotConfigured(
            f"the credential lacks {name}",
            code="settings.field",
            sentence=texts.error(network, "settings.field", name=name),
        )
    return value


def content_of(network: str, item: MediaItem) -> bytes:
    """Return the bytes of ``item``; ``NotConfigured`` if nobody can read them.

    A ``ConnectorError`` of whoever keeps them passes: a store that is away for a while is no fault
    of the set-up.
    """
    return _given(network, item, item.read)


@contextmanager
def opened(network: str, item: MediaItem) -> Iterator[tuple[BinaryIO, int]]:
    """Open ``item`` to be read piece by piece; yield it with its length. As ``content_of``."""
    if item.open is None:
        data = content_of(network, item)
        yield io.BytesIO(data), len(data)
        return
    with _given(network, item, item.open) as source:
        size = source.seek(0, io.SEEK_END)
        source.seek(0)
        yield source, size


def _given(network: str, item: MediaItem, give: Callable[[], T] | None) -> T:
    given: T | None = None
    if give is not None:
        try:
            given = give()
        except ConnectorError:
            raise
        except Exception:  # noqa: BLE001 - a store fails in its own ways; the answer is the same
            given = None
    if not given:
        raise NotConfigured(
            f"no bytes for {item.sha256}",
            code="settings.bytes",
            sentence=texts.error(network, "settings.bytes"),
        )
    return given


def parent_of(network: str, part: Part, parent: Receipt | None) -> str:
    """Return the remote id of what ``part`` answers, empty for a post.

    ``NotConfigured`` for an answer to nothing: it would become a post of its own.
    """
    if part.kind == "post":
        return ""
    if parent is None:
        raise NotConfigured(
            "an answer to nothing",
            code="part.parent",
            sentence=texts.error(network, "part.parent"),
        )
    return parent.remote_id


def same_account(network: str, credential: Credential, external_id: str) -> None:
    """Raise ``CredentialRejected`` unless the network names the account we expect."""
    if external_id != credential.external_id:
        raise CredentialRejected(
            f"acts as {external_id}, not {credential.external_id}",
            code=f"{network}.other_account",
            sentence=texts.error(network, "other_account"),
        )
