"""Fake networks behind the connectors' port: in memory, at once, with faults in an order.

``FakeNetworks`` is what ``App.connect`` takes. It keeps what is public and every call, so that a
test can say "nothing was sent" and "this was sent once".
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from threading import RLock
from typing import Any

from connectors.after import Metrics
from connectors.contract import (
    Absence,
    Capability,
    Content,
    Credential,
    Identity,
    Issue,
    Limits,
    Listing,
    MediaItem,
    Part,
    PartForm,
    Pending,
    Receipt,
    Seen,
    Sighting,
    Staged,
)
from connectors.registry import NETWORKS

EPOCH = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
LIMITS = Limits(text_max=280, images_max=4, alt_text_max=1000, image_bytes_max=None, image_mimes=())

ABSENCE: Mapping[str, Absence] = {
    "x": "fenced",
    "x_oauth2": "fenced",
    "facebook": "canary",
    "instagram": "fenced",
    "instagram_private": "person",
    "facebook_assisted": "person",
    "instagram_assisted": "person",
    "x_assisted": "person",
}


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call that a connector got; ``account`` is the external id, empty for offline verbs."""

    connector: str
    verb: str
    account: str = ""
    text: str = ""
    at: datetime = EPOCH


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One public post; ``media`` are SHA-256, ``parent`` is what it answers, if anything."""

    network: str
    account: str
    text: str
    media: tuple[str, ...]
    alt_texts: tuple[str, ...]
    remote_id: str
    created: datetime = EPOCH
    parent: str = ""
    form: PartForm = "feed"
    items: tuple[MediaItem, ...] = ()


@dataclass(frozen=True)
class Fault:
    """What a verb does instead: raises ``error``, with the post public before it or not."""

    error: BaseException
    visible: bool = False


@dataclass
class FakeNetworks:
    """Three networks. ``faults`` and ``issues`` say what happens instead of success."""

    posts: list[Shown] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    issues: dict[str, tuple[Issue, ...]] = field(default_factory=dict)
    needs: dict[str, Absence] = field(default_factory=lambda: dict(ABSENCE))
    figures: dict[str, Metrics] = field(default_factory=dict)
    trustworthy: bool = True
    clock: Callable[[], datetime] = lambda: EPOCH
    _faults: dict[tuple[str, str], deque[Fault]] = field(default_factory=lambda: defaultdict(deque))
    _lock: Any = field(default_factory=RLock)

    def __call__(self, key: str) -> FakeConnector:
        """Return the connector ``key``: what ``App.connect`` is."""
        return (FakePage if key == "facebook" else FakeConnector)(key=key, networks=self)

    def order(self, key: str, verb: str, *faults: Fault) -> None:
        """Let the next calls of ``verb`` on connector ``key`` fail, one each."""
        self._faults[key, verb].extend(faults)

    def called(self, verb: str) -> list[Call]:
        """Return the calls of ``verb`` so far."""
        return [call for call in self.calls if call.verb == verb]

    def _note(self, call: Call) -> Fault | None:
        with self._lock:
            self.calls.append(replace(call, at=self.clock()))
            waiting = self._faults[call.connector, call.verb]
            return waiting.popleft() if waiting else None

    def _show(self, network: str, account: str, part: Part, parent: str = "") -> Receipt:
        with self._lock:
            remote_id = f"{network}-{len(self.posts) + 1}"
            self.posts.append(
                Shown(
                    network=network,
                    account=account,
                    text=part.text,
                    media=tuple(item.sha256 for item in part.media),
                    alt_texts=tuple(item.alt_text for item in part.media),
                    remote_id=remote_id,
                    created=self.clock(),
                    parent=parent,
                    form=part.form,
                    items=part.media,
                )
            )
        return _receipt(remote_id)


@dataclass
class FakeConnector:
    """The port's whole surface over ``FakeNetworks``."""

    key: str
    networks: FakeNetworks
    limits: Limits = LIMITS
    capabilities: frozenset[Capability] = frozenset()
    credential_fields: tuple[str, ...] = ("access_token",)
    needs_public_media: bool = False

    @property
    def network(self) -> str:
        return NETWORKS[self.key]

    def check(self, content: Content) -> tuple[Issue, ...]:
        self._act("check", text=content.parts[0].text)
        return self.networks.issues.get(self.key, ())

    def weigh(self, text: str) -> int:
        return len(text)

    def verify(self, credential: Credential) -> Identity:
        self._act("verify", credential)
        return Identity(external_id=credential.external_id, handle="cuenta", name="Cuenta")

    def stage(
        self, credential: Credential, part: Part, handle: Mapping[str, Any] | None = None
    ) -> Staged | Pending:
        self._act("stage", credential, part.text)
        return Staged(handle=dict(handle or {"staged": part.text[:40]}))

    def publish(
        self,
        credential: Credential,
        part: Part,
        staged: Staged,
        *,
        deadline: float,
        parent: Receipt | None = None,
    ) -> Receipt:
        fault = self.networks._note(
            Call(connector=self.key, verb="publish", account=credential.external_id, text=part.text)
        )
        if fault is not None and not fault.visible:
            raise fault.error
        above = parent.remote_id if parent else ""
        receipt = self.networks._show(self.network, credential.external_id, part, above)
        if fault is not None:
            raise fault.error
        return receipt

    def absence(self, part: Part, handle: Mapping[str, Any]) -> Absence:
        return self.networks.needs[self.key]

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
        self._act("find", credential, part.text)
        return Sighting(
            matches=tuple(
                _receipt(post.remote_id)
                for post in self._of(credential)
                if post.text == part.text
                and post.remote_id not in ignore
                and post.parent == (parent.remote_id if parent else "")
            ),
            trustworthy=self.networks.trustworthy,
        )

    def recent(
        self, credential: Credential, *, since: datetime | None = None, limit: int = 20
    ) -> Listing:
        self._act("recent", credential)
        items = tuple(
            Seen(
                remote_id=post.remote_id,
                text=post.text,
                permalink=_receipt(post.remote_id).permalink,
                created_at=EPOCH,
            )
            for post in reversed(self._of(credential))
        )
        return Listing(items=items[:limit], complete=len(items) <= limit)

    def metrics(self, credential: Credential, remote_ids: Collection[str]) -> Mapping[str, Metrics]:
        self._act("metrics", credential)
        shown = {post.remote_id for post in self._of(credential)}
        figures = self.networks.figures
        return {id_: figures.get(id_, Metrics(likes=0)) for id_ in remote_ids if id_ in shown}

    def see(self, credential: Credential, remote_id: str) -> Seen | None:
        self._act("see", credential)
        return next(
            (
                Seen(
                    remote_id=post.remote_id,
                    text=post.text,
                    permalink=_receipt(post.remote_id).permalink,
                    created_at=post.created,
                )
                for post in self._of(credential)
                if post.remote_id == remote_id
            ),
            None,
        )

    def delete(self, credential: Credential, remote_id: str, *, deadline: float) -> None:
        fault = self.networks._note(
            Call(connector=self.key, verb="delete", account=credential.external_id)
        )
        if fault is None or fault.visible:
            self.networks.posts = [p for p in self.networks.posts if p.remote_id != remote_id]
        if fault is not None:
            raise fault.error

    def _act(self, verb: str, credential: Credential | None = None, text: str = "") -> None:
        account = credential.external_id if credential else ""
        fault = self.networks._note(Call(connector=self.key, verb=verb, account=account, text=text))
        if fault is not None:
            raise fault.error

    def _of(self, credential: Credential) -> list[Shown]:
        return [
            post
            for post in self.networks.posts
            if (post.network, post.account) == (self.network, credential.external_id)
        ]


class FakePage(FakeConnector):
    """A page of Facebook, whose posts may get another text."""

    def edit(self, credential: Credential, remote_id: str, text: str, *, deadline: float) -> None:
        networks = self.networks
        account = credential.external_id
        fault = networks._note(Call(connector=self.key, verb="edit", account=account, text=text))
        if fault is None or fault.visible:
            networks.posts = [
                replace(post, text=text) if post.remote_id == remote_id else post
                for post in networks.posts
            ]
        if fault is not None:
            raise fault.error


def _receipt(remote_id: str) -> Receipt:
    return Receipt(
        remote_id=remote_id, permalink=f"https://red.invalid/{remote_id}", created_at=EPOCH
    )
