"""Instagram, the official way: containers through ``graph``; posts, carousels, reels, stories.

The network fetches each medium from a public address into a container (``stage``); publishing a
container (``publish``) consumes it once. So ``find`` asks the container first: its state is the
network's own answer, and the listing only gives the published medium its id.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from connectors import comments, containers
from connectors.calls import call, same_account
from connectors.contract import (
    Absence,
    Capability,
    Credential,
    Identity,
    Part,
    PartForm,
    Pending,
    Receipt,
    Seen,
    Sighting,
    Staged,
)
from connectors.errors import ConnectorError, OutcomeUnknown
from connectors.graph import Graph, GraphFault, facts_of
from connectors.graph_after import InstagramAfter
from connectors.limits import limits_for
from connectors.sighting import Page, Wanted, among, look, moment
from connectors.throttle import usage
from connectors.transport import once

CONTAINER_SECONDS = 23 * 3600
"""Containers expire after 24 hours."""

LISTING_PATIENCE = timedelta(minutes=10)
"""How long a published medium may be missing from the listing before its container's id stands in
for its own."""

_PAGE_SIZE = 25
_FIELDS = "id,caption,timestamp,permalink,media_type,media_product_type"
_FORMS: Mapping[str, PartForm] = MappingProxyType({"REELS": "reel", "STORY": "story"})
_NOT_ALLOWED = frozenset({10, *range(200, 300)})
_PERMALINK_PATIENCE = (2.0, 4.0)


class InstagramConnector(InstagramAfter):
    """One professional account per credential (``access_token``); ``external_id`` is its id."""

    network = "instagram"
    limits = limits_for("instagram")
    capabilities: frozenset[Capability] = frozenset(
        {"first_comment", "delete", "metrics", "comments"}
    )
    credential_fields: tuple[str, ...] = ("access_token",)
    needs_public_media = True

    def verify(self, credential: Credential) -> Identity:
        """Prove that the token reads the account."""
        me = self._read(
            credential,
            lambda: self._graph(credential).get_object(
                credential.external_id, fields="id,username,name,profile_picture_url"
            ),
        )
        same_account(self.network, credential, str(me.get("id", "")))
        handle = str(me.get("username") or "")
        told = self._describe(credential)
        return Identity(
            external_id=credential.external_id,
            handle=handle,
            name=str(me.get("name") or handle),
            expires_at=told.expires_at,
            scopes=told.scopes,
            picture_url=str(me.get("profile_picture_url") or ""),
        )

    def stage(
        self, credential: Credential, part: Part, handle: Mapping[str, Any] | None = None
    ) -> Staged | Pending:
        """Create the container, or the carousel's; a fresh ``handle`` is only asked for."""
        if part.kind == "comment":
            return Staged(handle={})
        sources = [item.sha256 for item in part.media]
        steps: dict[str, Any] = {"sources": sources, "at": int(time.time()), "children": []}
        if handle and handle.get("sources") == sources and _is_fresh(handle):
            steps = dict(handle)
        graph = self._graph(credential)
        return call(
            self.network,
            "stage",
            credential,
            lambda: containers.advance(graph, credential.external_id, part, steps),
            facts_of,
        )

    def publish(
        self,
        credential: Credential,
        part: Part,
        staged: Staged,
        *,
        deadline: float,
        parent: Receipt | None = None,
    ) -> Receipt:
        """Publish the container, which already holds all of the post; or comment on the post."""
        graph = self._graph(credential)
        if part.kind == "comment":
            return comments.send(
                self.network, graph, credential, part, deadline=deadline, parent=parent
            )
        container = staged.handle["container"]
        with once(deadline) as shot:
            reply = call(
                self.network,
                "publish",
                credential,
                lambda: graph.put_object(
                    credential.external_id, "media_publish", creation_id=container
                ),
                facts_of,
                shot=shot,
            )
        remote_id = str(reply.get("id") or "")
        if not remote_id:
            raise OutcomeUnknown("a success without an id", code="instagram.no_id")
        return Receipt(
            remote_id=remote_id,
            permalink=self._permalink(credential, graph, remote_id),
            created_at=datetime.now(UTC),
            usage=usage(shot.headers, datetime.now(UTC)),
        )

    def absence(self, part: Part, handle: Mapping[str, Any]) -> Absence:
        """Rely on the container: it is published once, and looks ask it beside the listing.

        A comment has none, and nothing tells how late the list of comments is.
        """
        if part.kind == "comment":
            return "person"
        return "fenced" if handle.get("container") and _is_fresh(handle) else "canary"

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
        """Ask the container, then the listing; of a comment, the list below its post."""
        graph = self._graph(credential)
        if part.kind == "comment":
            return comments.find(
                self.network,
                graph,
                credential,
                part,
                comments.INSTAGRAM,
                parent=parent,
                since=since,
                ignore=ignore,
            )
        container = str(handle.get("container") or "")
        story = part.form == "story"
        wanted = Wanted(
            text=part.text,
            media_keys=frozenset(),
            since=since,
            # The list of live stories shows none of our posts.
            known=frozenset() if story else known,
            ignore=ignore,
        )

        def read() -> Sighting:
            state = containers.state_of(graph, container) if container else ""
            pages = self._pages(graph, credential.external_id, "stories" if story else "media")
            listed = look(pages, wanted, part)
            return conclude(state, container, listed, age=datetime.now(UTC) - since, alike=story)

        return self._read(credential, read)

    def _permalink(self, credential: Credential, graph: Graph, remote_id: str) -> str:
        """Read the public address; nothing that goes wrong here undoes a publication."""
        try:
            reply = self._read(
                credential,
                lambda: graph.request(
                    f"{graph.version}/{remote_id}",
                    {"fields": "permalink"},
                    timeout=_PERMALINK_PATIENCE,
                ),
            )
        except ConnectorError:
            return ""
        return str(reply.get("permalink") or "")

    _seen_fields = _FIELDS

    @staticmethod
    def _read_post(item: Mapping[str, Any]) -> Seen:
        return _seen(item)

    def _listing(self, credential: Credential) -> Iterator[Page]:
        """Yield the posts with the live stories among them, newest first."""
        graph, account = self._graph(credential), credential.external_id
        yield from among(self._pages(graph, account), self._stories(graph, account))

    def _stories(self, graph: Graph, account: str) -> list[Seen]:
        """Return the live stories; none to a token that may not see them."""
        try:
            pages = list(self._pages(graph, account, "stories"))
        except GraphFault as fault:
            if fault.facts.code not in _NOT_ALLOWED:
                raise
            return []
        return [seen for page in pages for seen in page.items]

    def _pages(self, graph: Graph, account: str, edge: str = "media") -> Iterator[Page]:
        for items, last in graph.pages(account, edge, fields=_FIELDS, limit=_PAGE_SIZE):
            yield Page(items=tuple(_seen(item) for item in items), last=last)


def conclude(
    state: str, container: str, listed: Sighting, *, age: timedelta, alike: bool = False
) -> Sighting:
    """Weigh the container's ``state`` against the listing; ``age`` is since the attempt began.

    A published container is published whatever the listing shows, though only the listing knows
    the medium's id. An unpublished one cannot be what the listing shows with the same text; where
    posts are ``alike``, having none, that is no contradiction.
    """
    evidence = {**listed.evidence, "container": state or None}
    if state == "PUBLISHED":
        matches = listed.matches
        if not matches and age >= LISTING_PATIENCE:
            matches = (Receipt(remote_id=container, permalink=""),)
        known = bool(listed.matches) and listed.trustworthy
        return Sighting(matches=matches, trustworthy=known, evidence=evidence)
    if state and listed.matches:
        evidence["same_text"] = [match.remote_id for match in listed.matches]
        return Sighting(matches=(), trustworthy=alike and listed.trustworthy, evidence=evidence)
    return Sighting(matches=listed.matches, trustworthy=listed.trustworthy, evidence=evidence)


def _is_fresh(handle: Mapping[str, Any]) -> bool:
    return 0 <= time.time() - float(handle.get("at", 0)) < CONTAINER_SECONDS


def _seen(item: Mapping[str, Any]) -> Seen:
    return Seen(
        remote_id=str(item["id"]),
        text=str(item.get("caption") or ""),
        permalink=str(item.get("permalink") or ""),
        created_at=moment(item.get("timestamp")),
        form=_FORMS.get(str(item.get("media_product_type") or ""), "feed"),
    )
