"""Networks whose every reply is chosen by the test: fates at publication, and what listings tell.

A post may be public before any listing shows it. A worker may die inside its call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from connectors.classify import Case, judge
from connectors.contract import Absence, Credential, Listing, Part, Receipt, Sighting, Staged
from connectors.errors import (
    CredentialRejected,
    NotSent,
    OutcomeUnknown,
    Refused,
    Throttled,
    Unavailable,
)
from connectors.verdicts import Facts
from tests.support.networks import FakeConnector, FakeNetworks, Shown

FATES = (
    "ok",
    "lost",
    "lost, shown",
    "defect, shown",
    "not sent",
    "throttled",
    "refused",
    "credential",
    "dies before",
    "dies, shown",
)
"""What may become of one visible request; ``shown`` means that it took effect."""


class Died(BaseException):
    """The process was killed at this point: nothing after it runs."""


@dataclass
class Sea(FakeNetworks):
    """``fates`` are taken one a publication, then all is ``ok``. ``lag`` is how long a new post
    stays out of listings. ``listing`` is ``whole``, ``partial`` or ``down``. ``meanwhile`` happens
    once, while a worker is paused between its last check and its send.
    """

    fates: list[str] = field(default_factory=list)
    lag: timedelta = timedelta(0)
    listing: str = "whole"
    meanwhile: Callable[[], object] | None = None
    _shown_from: dict[str, datetime] = field(default_factory=dict)

    def __call__(self, key: str) -> Ship:
        return Ship(key=key, networks=self)

    def listed(self, post: Shown) -> bool:
        """Tell whether listings show ``post`` by now."""
        return self._shown_from.get(post.remote_id, post.created) <= self.clock()

    def hide(self, receipt: Receipt) -> None:
        """Keep a new post out of listings for ``lag``."""
        self._shown_from[receipt.remote_id] = self.clock() + self.lag


@dataclass
class Ship(FakeConnector):
    """The connector of a ``Sea``."""

    networks: Sea

    def publish(
        self,
        credential: Credential,
        part: Part,
        staged: Staged,
        *,
        deadline: float,
        parent: Receipt | None = None,
    ) -> Receipt:
        sea = self.networks
        if sea.clock().timestamp() >= deadline:
            raise NotSent("the deadline has passed", code="transport.deadline")
        fate = sea.fates.pop(0) if sea.fates else "ok"
        meanwhile, sea.meanwhile = sea.meanwhile, None
        if meanwhile is not None:
            meanwhile()
        if fate == "dies before":
            raise Died
        errors = {
            "lost": OutcomeUnknown("lost"),
            "not sent": Unavailable("no connection"),
            "throttled": Throttled("wait", until=sea.clock() + timedelta(minutes=1)),
            "refused": Refused("no"),
            "credential": CredentialRejected("renew"),
        }
        if fate in errors:
            self._act("publish", credential, part.text)
            raise errors[fate]
        if fate == "429 instagram, shown":
            self._show(credential, part)
            raise judge(
                Facts(status=429),
                Case(network="instagram", step="publish", now=sea.clock()),
            )
        if self.absence(part, staged.handle) == "fenced" and self._has_shown(credential, part):
            self._act("publish", credential, part.text)
            raise OutcomeUnknown("it is there already")
        receipt = super().publish(credential, part, staged, deadline=deadline, parent=parent)
        sea.hide(receipt)
        if fate == "dies, shown":
            raise Died
        if fate == "lost, shown":
            raise OutcomeUnknown("lost")
        if fate == "defect, shown":
            raise KeyError("id")
        return receipt

    def _show(self, credential: Credential, part: Part) -> None:
        self._act("publish", credential, part.text)
        self.networks.hide(self.networks._show(self.network, credential.external_id, part))

    def absence(self, part: Part, handle: Mapping[str, Any]) -> Absence:
        # no container stands here between a repetition and the account
        return "canary" if self.network == "instagram" else super().absence(part, handle)

    def _has_shown(self, credential: Credential, part: Part) -> bool:
        return any(post.text == part.text for post in self._of(credential))

    def recent(
        self, credential: Credential, *, since: datetime | None = None, limit: int = 20
    ) -> Listing:
        sea = self.networks
        if sea.listing == "down":
            raise Unavailable("no listing")
        seen = super().recent(credential, since=since, limit=limit)
        shown = {post.remote_id for post in sea.posts if sea.listed(post)}
        items = () if sea.listing == "partial" else seen.items
        return replace(seen, items=tuple(item for item in items if item.remote_id in shown))

    def find(
        self,
        credential: Credential,
        part: Part,
        handle: Mapping[str, Any],
        **rest: Any,
    ) -> Sighting:
        sea = self.networks
        if sea.listing == "down":
            raise Unavailable("no listing")
        seen = super().find(credential, part, handle, **rest)
        shown = {post.remote_id for post in sea.posts if sea.listed(post)}
        matches = tuple(match for match in seen.matches if match.remote_id in shown)
        return Sighting(
            matches=() if sea.listing == "partial" else matches,
            trustworthy=sea.listing == "whole",
        )
