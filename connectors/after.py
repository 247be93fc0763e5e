"""What a network lets us do with a post that is public already: look, take it down, correct, count.

Small ports beside ``Connector``, one an ability: an adapter has those that its network offers, and
``offers`` asks for one. All raise only ``connectors.errors.ConnectorError``; none waits or repeats.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar, runtime_checkable

from connectors.assisted import Assisted
from connectors.contract import Connector, Credential, Seen, Usage


@dataclass(frozen=True, kw_only=True)
class Metrics:
    """What a network counts of one post; None where it does not say, which is not nought."""

    likes: int | None = None
    comments: int | None = None
    shares: int | None = None
    views: int | None = None


@dataclass(frozen=True, kw_only=True)
class Comment:
    """One public answer to a post; ``author`` is empty where the network does not name people.

    ``own`` says that the account itself wrote it, where the network tells.
    """

    remote_id: str
    author: str
    text: str
    created_at: datetime
    own: bool = False


@runtime_checkable
class Seer(Protocol):
    """Reads one post by its id."""

    def see(self, credential: Credential, remote_id: str) -> Seen | None:
        """Return the post as it is public now; None only if the network shows that it is gone."""
        ...


@runtime_checkable
class Remover(Seer, Protocol):
    """Takes posts down."""

    def delete(self, credential: Credential, remote_id: str, *, deadline: float) -> None:
        """Take the post down; one request.

        ``deadline`` is ``time.monotonic()`` seconds. ``OutcomeUnknown`` where the reply was lost:
        ``see`` settles it, and another ``delete`` does no harm.
        """
        ...


@runtime_checkable
class Corrector(Seer, Protocol):
    """Changes the text of posts."""

    def edit(self, credential: Credential, remote_id: str, text: str, *, deadline: float) -> None:
        """Give the post another text; one request, as in ``Remover.delete``."""
        ...


@runtime_checkable
class Meter(Protocol):
    """Counts what people did with posts."""

    def metrics(self, credential: Credential, remote_ids: Collection[str]) -> Mapping[str, Metrics]:
        """Return what the network counts, by id; a post that it does not show is left out."""
        ...


@runtime_checkable
class Listener(Protocol):
    """Reads the answers to posts."""

    def comments(
        self, credential: Credential, remote_id: str, *, limit: int = 20
    ) -> tuple[Comment, ...]:
        """Return the newest answers to a post, newest first."""
        ...


@runtime_checkable
class Rationed(Protocol):
    """Tells how many posts the account may still make."""

    def allowance(self, credential: Credential) -> tuple[Usage, ...]:
        """Return the quota of posts as the network states it now."""
        ...


Ability = TypeVar("Ability")
_CHANGING: frozenset[object] = frozenset({Remover, Corrector})


def offers(connector: Connector, ability: type[Ability]) -> Ability | None:
    """Return ``connector`` as one that has ``ability``, None if its network does not offer it.

    An assisted account is read as its network reads it; what changes a post there is a person's.
    """
    if isinstance(connector, Assisted) and ability not in _CHANGING:
        return offers(connector.direct, ability)
    return connector if isinstance(connector, ability) else None
