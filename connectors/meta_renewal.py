"""How a token of Meta is renewed: exchanged for one that lives longer, for pages and Instagram."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime

from connectors import meta_tokens
from connectors.calls import call
from connectors.contract import Credential
from connectors.endpoints import Endpoints
from connectors.graph import Graph, facts_of


class MetaRenewal(ABC):
    """The part that both share; the token is the one field of the credential."""

    network: str
    credential_fields: tuple[str, ...]
    _endpoints: Endpoints

    @abstractmethod
    def _graph(self, credential: Credential) -> Graph: ...

    def renewal_at(self, credential: Credential, expires_at: datetime | None) -> datetime | None:  # noqa: ARG002
        """Say from when on the token should be exchanged for one that lives longer."""
        return meta_tokens.renewal_at(self._endpoints, expires_at)

    def renew(self, credential: Credential) -> Mapping[str, str]:
        """Exchange the token for one that lives longer."""
        graph = self._graph(credential)
        token = call(
            self.network,
            "read",
            credential,
            lambda: meta_tokens.exchange(graph, self._endpoints),
            facts_of,
        )
        (name,) = self.credential_fields
        return {name: token}
