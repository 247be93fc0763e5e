"""What pages and Instagram accounts share: one token of Graph's, what it tells, its renewal."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import TypeVar

import requests

from connectors import checks, meta_tokens
from connectors.calls import call, field
from connectors.contract import Content, Credential, Issue, Limits, Listing
from connectors.endpoints import Endpoints
from connectors.graph import Graph, facts_of, shared_session
from connectors.sighting import Page, gather

T = TypeVar("T")


class MetaAccount(ABC):
    """The part that both share; the token is the one field of the credential."""

    network: str
    limits: Limits
    credential_fields: tuple[str, ...]

    def __init__(self, endpoints: Endpoints) -> None:
        self._endpoints = endpoints
        self._session: requests.Session = shared_session(endpoints)
        self._rules = checks.Rules(
            network=self.network,
            limits=self.limits,
            weigh=self.weigh,
            kinds=frozenset({"post", "comment"}),
        )

    @abstractmethod
    def _listing(self, credential: Credential) -> Iterator[Page]: ...

    def check(self, content: Content) -> tuple[Issue, ...]:
        """Say what the network would refuse."""
        return checks.check(content, self._rules)

    def weigh(self, text: str) -> int:
        """Return the number of characters."""
        return len(text)

    def recent(
        self, credential: Credential, *, since: datetime | None = None, limit: int = 20
    ) -> Listing:
        """List the account's newest posts, live stories included."""
        return self._read(
            credential, lambda: gather(self._listing(credential), since=since, limit=limit)
        )

    def renewal_at(self, credential: Credential, expires_at: datetime | None) -> datetime | None:  # noqa: ARG002
        """Say from when on the token should be exchanged for one that lives longer."""
        return meta_tokens.renewal_at(self._endpoints, expires_at)

    def renew(self, credential: Credential) -> Mapping[str, str]:
        """Exchange the token for one that lives longer."""
        graph = self._graph(credential)
        token = self._read(credential, lambda: meta_tokens.exchange(graph, self._endpoints))
        (name,) = self.credential_fields
        return {name: token}

    def _graph(self, credential: Credential) -> Graph:
        return Graph(self._token(credential), self._endpoints, self._session)

    def _describe(self, credential: Credential) -> meta_tokens.Description:
        token = self._token(credential)
        return self._read(
            credential,
            lambda: meta_tokens.describe(token, self._endpoints, self._session, self.network),
        )

    def _token(self, credential: Credential) -> str:
        (name,) = self.credential_fields
        return field(self.network, credential, name)

    def _read(self, credential: Credential, ask: Callable[[], T]) -> T:
        """Return what ``ask`` reads, with every fault as one of ours."""
        return call(self.network, "read", credential, ask, facts_of)
