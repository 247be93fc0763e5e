"""X by the token that a person granted (OAuth 2): what ``connectors.x`` does, and its renewal.

X does not say when a token ends; the permit keeps what was told when it was issued. With a token
that has ended nothing is asked of X: whoever renews it is about to, or will hear why it cannot be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from connectors import texts, x_login, x_permit
from connectors.calls import field
from connectors.contract import Credential, Identity
from connectors.endpoints import Endpoints
from connectors.errors import CredentialRejected, NotSent
from connectors.x import XConnector
from connectors.x_client import Client
from connectors.x_permit import FIELD, Permit

STALE = "x.permit_over"


class XOAuth2Connector(XConnector):
    """One X account per credential, by its permit; ``external_id`` is the user id."""

    credential_fields = (FIELD,)

    def __init__(self, endpoints: Endpoints) -> None:
        super().__init__(endpoints)
        self._endpoints = endpoints

    def verify(self, credential: Credential) -> Identity:
        """Prove that the token acts as the account; say until when, and what it may do."""
        permit = self._permit(credential)
        if permit.is_over(datetime.now(UTC)):
            raise CredentialRejected(
                "the token ended", code="x.token_expired", sentence=texts.error("x", "permit_ended")
            )
        if permit.lacks:
            raise CredentialRejected(
                f"lacks {' '.join(permit.lacks)}",
                code="x.permission",
                sentence=texts.error("x", "permission"),
            )
        identity = super().verify(credential)
        return replace(identity, expires_at=permit.expires_at, scopes=permit.scopes)

    def renewal_at(self, credential: Credential, expires_at: datetime | None) -> datetime | None:  # noqa: ARG002
        """Say from when on the token should be renewed: half an hour before it ends."""
        if not x_login.may_renew(self._endpoints):
            return None
        return self._permit(credential).renewal_at

    def renew(self, credential: Credential) -> Mapping[str, str]:
        """Exchange the permit for a fresh one; the old right to renew is worthless then."""
        fresh = x_login.refresh(self._endpoints, self._permit(credential))
        return {FIELD: fresh.to_field()}

    def _client(self, credential: Credential) -> Client:
        permit = self._permit(credential)
        if permit.is_over(datetime.now(UTC)):
            raise NotSent("the token ended", code=STALE, sentence=texts.error("x", "permit_over"))
        return Client(permit.access, self._session, self._patience)

    def _permit(self, credential: Credential) -> Permit:
        return x_permit.read(field(self.network, credential, FIELD))
