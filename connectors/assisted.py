# ruff: noqa: ARG002 - what refuses uses none of its arguments
"""Assisted accounts: the network has not granted us access yet, so a person publishes by hand.

A platform's review of an application takes weeks. Until then an account's connector is one of
these: what the network would refuse is checked as ever, but nothing is sent. The engine hands the
work to people (``publisher.delivery.by_hand``) before ``stage`` or ``publish`` would be called;
both refuse. Reads go the network's own way wherever the account has a credential for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, NoReturn

from connectors import texts
from connectors.contract import (
    Absence,
    Capability,
    Connector,
    Content,
    Credential,
    Identity,
    Issue,
    Limits,
    Listing,
    Part,
    Pending,
    Receipt,
    Sighting,
    Staged,
)
from connectors.endpoints import Endpoints
from connectors.errors import NotConfigured
from connectors.registry import load

BY_HAND = "settings.by_hand"
_WRITES: frozenset[Capability] = frozenset({"edit", "delete"})


class Assisted:
    """The network ``network`` without the right to publish; ``direct`` is its own connector."""

    network: str
    key: ClassVar[str]
    needs_public_media = False

    def __init__(self, endpoints: Endpoints) -> None:
        self.direct: Connector = load(self.network, endpoints)
        self.limits: Limits = self.direct.limits
        self.credential_fields: tuple[str, ...] = self.direct.credential_fields
        self.capabilities: frozenset[Capability] = self.direct.capabilities - _WRITES

    def check(self, content: Content) -> tuple[Issue, ...]:
        """Say what the network would refuse; whoever publishes by hand meets the same limits."""
        return self.direct.check(content)

    def weigh(self, text: str) -> int:
        """Return the length of ``text`` as the network counts it."""
        return self.direct.weigh(text)

    def verify(self, credential: Credential) -> Identity:
        """Prove that the token acts as the account: the first step out of assisted mode."""
        return self.direct.verify(credential)

    def stage(
        self, credential: Credential, part: Part, handle: Mapping[str, Any] | None = None
    ) -> Staged | Pending:
        """Refuse: nothing is uploaded for what a person publishes."""
        self._refuse()

    def publish(
        self,
        credential: Credential,
        part: Part,
        staged: Staged,
        *,
        deadline: float,
        parent: Receipt | None = None,
    ) -> Receipt:
        """Refuse: no visible request is ever made for an assisted account."""
        self._refuse()

    def absence(self, part: Part, handle: Mapping[str, Any]) -> Absence:
        """Return ``person``: what somebody published by hand is never sent by itself."""
        return "person"

    def find(
        self,
        credential: Credential,
        part: Part,
        handle: Mapping[str, Any],
        *,
        since: datetime,
        known: frozenset[str] = frozenset(),
        ignore: frozenset[str] = frozenset(),
        parent: Receipt | None = None,
    ) -> Sighting:
        """Look for ``part`` as the network's own connector does; read-only."""
        return self.direct.find(
            credential,
            part,
            handle,
            since=since,
            known=known,
            ignore=ignore,
            parent=parent,
        )

    def recent(
        self, credential: Credential, *, since: datetime | None = None, limit: int = 20
    ) -> Listing:
        """List the account's newest posts as the network's own connector does."""
        return self.direct.recent(credential, since=since, limit=limit)

    def _refuse(self) -> NoReturn:
        raise NotConfigured(
            f"{self.key} publishes by hand",
            code=BY_HAND,
            sentence=texts.error(self.network, BY_HAND),
        )


class AssistedFacebook(Assisted):
    """A page whose permission to publish is under review."""

    network = "facebook"
    key = "facebook_assisted"


class AssistedInstagram(Assisted):
    """A professional account whose permission to publish is under review."""

    network = "instagram"
    key = "instagram_assisted"


class AssistedX(Assisted):
    """An account of X without an application, or without credits."""

    network = "x"
    key = "x_assisted"
