"""Facebook pages: text, link, photos, films, reels and a first comment, through ``graph``.

Photos are uploaded unpublished (``stage``) and made visible by one post to the feed (``publish``).
Their ids are the media handles by which ``find`` recognises the post. Films are in
``facebook_films``.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from connectors import comments, facebook_feed, facebook_films, matching, weight
from connectors.calls import call, content_of, same_account
from connectors.contract import (
    Absence,
    Capability,
    Credential,
    Identity,
    MediaItem,
    Part,
    Pending,
    Receipt,
    Seen,
    Sighting,
    Staged,
)
from connectors.errors import OutcomeUnknown
from connectors.graph import Graph, facts_of
from connectors.graph_after import FacebookAfter
from connectors.limits import limits_for
from connectors.sighting import Page, Wanted, look
from connectors.throttle import usage
from connectors.transport import once

STAGED_SECONDS = 20 * 3600
"""Unpublished photos are dropped by the network after about a day."""

_WHO = "id,name,picture.width(128).height(128){url}"
_COMMENT = "comment_id={id}"
_FILM = re.compile("/(?:reel|watch|videos?)/")
_EXTENSIONS = {"image/png": "png", "image/gif": "gif", "image/webp": "webp"}


class FacebookConnector(FacebookAfter):
    """One Facebook page per credential (``page_token``); ``external_id`` is the page's id."""

    network = "facebook"
    limits = limits_for("facebook")
    capabilities: frozenset[Capability] = frozenset(
        {"first_comment", "delete", "edit", "metrics", "comments"}
    )
    credential_fields: tuple[str, ...] = ("page_token",)
    needs_public_media = False

    def verify(self, credential: Credential) -> Identity:
        """Prove that the token is the page's own."""
        me = self._read(
            credential,
            lambda: self._graph(credential).get_object("me", fields=_WHO),
        )
        same_account(self.network, credential, str(me.get("id", "")))
        name = str(me.get("name") or "")
        told = self._describe(credential)
        return Identity(
            external_id=credential.external_id,
            handle=name,
            name=name,
            expires_at=told.expires_at,
            scopes=told.scopes,
            picture_url=_picture(me),
        )

    def stage(
        self, credential: Credential, part: Part, handle: Mapping[str, Any] | None = None
    ) -> Staged | Pending:
        """Upload photos unpublished, or a film; what a fresh ``handle`` names is kept."""
        sources = [item.sha256 for item in part.media]
        fresh = handle if handle and handle.get("sources") == sources else None
        fresh = fresh if fresh and _is_fresh(fresh) else None
        graph = self._graph(credential)
        if facebook_films.is_film(part):
            return call(
                self.network,
                "stage",
                credential,
                lambda: facebook_films.stage(graph, credential.external_id, part, fresh),
                facts_of,
            )
        if fresh:
            return Staged(handle=dict(fresh))
        photos = [
            call(
                self.network,
                "stage",
                credential,
                lambda item=item: self._upload(graph, credential.external_id, item),  # type: ignore[misc]
                facts_of,
            )
            for item in part.media
        ]
        return Staged(handle={"photos": photos, "sources": sources, "at": int(time.time())})

    def publish(
        self,
        credential: Credential,
        part: Part,
        staged: Staged,
        *,
        deadline: float,
        parent: Receipt | None = None,
    ) -> Receipt:
        """Post to the page's feed, or below the page's own post."""
        graph = self._graph(credential)
        if part.kind == "comment":
            return comments.send(
                self.network,
                graph,
                credential,
                part,
                deadline=deadline,
                parent=_whole(credential, parent),
                suffix=_COMMENT,
            )
        if facebook_films.is_film(part):
            return facebook_films.publish(graph, credential, part, staged, deadline=deadline)
        fields: dict[str, Any] = {"message": part.text} if part.text else {}
        for index, photo in enumerate(staged.handle.get("photos", ())):
            fields[f"attached_media[{index}]"] = {"media_fbid": photo}
        if not part.media and (link := part.link or _first_link(part.text)):
            fields["link"] = link
        with once(deadline) as shot:
            reply = call(
                self.network,
                "publish",
                credential,
                lambda: graph.put_object(credential.external_id, "feed", **fields),
                facts_of,
                shot=shot,
            )
        remote_id = str(reply.get("id") or reply.get("post_id") or "")
        if not remote_id:
            raise OutcomeUnknown("a success without an id", code="facebook.no_id")
        now = datetime.now(UTC)
        return Receipt(
            remote_id=remote_id,
            permalink=facebook_feed.permalink(remote_id),
            created_at=now,
            usage=usage(shot.headers, now),
        )

    def absence(self, part: Part, handle: Mapping[str, Any]) -> Absence:  # noqa: ARG002
        """Ask for a canary: a page shows the same post as often as it is sent.

        The feed does not show comments: of those nothing tells how late their list is. Nor does
        anything tell how long a film is processed before it is shown.
        """
        return "canary" if part.kind == "post" and not facebook_films.is_film(part) else "person"

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
        """Look through the page's feed for the staged photos or the text, or below its post."""
        if part.kind == "comment":
            return comments.find(
                self.network,
                self._graph(credential),
                credential,
                part,
                comments.FACEBOOK,
                parent=_whole(credential, parent),
                since=since,
                ignore=ignore,
                suffix=_COMMENT,
            )
        wanted = Wanted(
            text=part.text,
            media_keys=frozenset(map(str, handle.get("photos", ()))),
            since=since,
            known=known,
            ignore=ignore,
        )
        if facebook_films.is_film(part):
            pages = self._pages(credential)
            graph = self._graph(credential)
            return facebook_films.find(graph, credential, part, handle, pages, wanted)
        return self._read(
            credential,
            lambda: look(self._pages(credential), wanted, part),
        )

    def _upload(self, graph: Graph, page: str, item: MediaItem) -> str:
        name = f"{item.sha256[:16]}.{_EXTENSIONS.get(item.mime, 'jpg')}"
        reply = graph.put_photo(
            (name, content_of(self.network, item), item.mime),
            album_path=f"{page}/photos",
            published=False,
            alt_text_custom=item.alt_text or None,
        )
        return str(reply["id"])

    _seen_fields = facebook_feed.FIELDS

    @staticmethod
    def _read_post(item: Mapping[str, Any]) -> Seen:
        return facebook_feed.seen(item)

    def _listing(self, credential: Credential) -> Iterator[Page]:
        return self._pages(credential)

    def _pages(self, credential: Credential) -> Iterator[Page]:
        return facebook_feed.pages(self._graph(credential), credential.external_id)


def _whole(credential: Credential, parent: Receipt | None) -> Receipt | None:
    """Return ``parent`` by its whole id: a link that a person gave holds only its second half.

    A film whose post is not known goes by its own id, which takes comments too.
    """
    if parent is None or "_" in parent.remote_id or _FILM.search(parent.permalink):
        return parent
    return replace(parent, remote_id=f"{credential.external_id}_{parent.remote_id}")


def _picture(me: Mapping[str, Any]) -> str:
    told = me.get("picture")
    data = told.get("data") if isinstance(told, Mapping) else None
    return str(data.get("url") or "") if isinstance(data, Mapping) else ""


def _is_fresh(handle: Mapping[str, Any]) -> bool:
    return 0 <= time.time() - float(handle.get("at", 0)) < STAGED_SECONDS


def _first_link(text: str) -> str | None:
    for start, end in weight.links(text):
        link = text[start:end]
        return link if matching.has_scheme(link) else f"https://{link}"
    return None
