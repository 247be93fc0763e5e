"""Instagram, the unofficial way, through instagrapi: opt-in per account, at its owner's risk.

Uploading (``stage``) and configuring (``publish``) are separate requests here. instagrapi's own
upload verbs are never called: they repeat the configure request by themselves. Workers never log
in; the session comes from the vault as the JSON of ``Client.get_settings()``.
"""

from __future__ import annotations

import json
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from connectors import checks, texts
from connectors.calls import call, content_of, field, same_account
from connectors.contract import (
    Absence,
    Capability,
    Content,
    Credential,
    Identity,
    Issue,
    Listing,
    MediaItem,
    Part,
    Pending,
    Receipt,
    Seen,
    Sighting,
    Staged,
)
from connectors.endpoints import Endpoints
from connectors.errors import NotConfigured, OutcomeUnknown
from connectors.instagram_private_after import InstagramPrivateAfter
from connectors.instagrapi_client import GuardedClient, facts_of
from connectors.limits import limits_for
from connectors.sighting import Page, Wanted, gather, look
from connectors.transport import Transport, once

STAGED_SECONDS = 3600
"""Nothing is published about how long an upload waits for its configure request: kept short."""

_PAGE_SIZE = 20


class _UploadIds:
    """The library names an upload by the millisecond; two of one millisecond would be one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def new(self) -> str:
        with self._lock:
            self._last = max(self._last + 1, int(time.time() * 1000))
            return str(self._last)


_upload_ids = _UploadIds()


class InstagramPrivateConnector(InstagramPrivateAfter):
    """One account per credential (``settings``, JSON); ``external_id`` is its numeric id."""

    network = "instagram"
    limits = limits_for("instagram")
    capabilities: frozenset[Capability] = frozenset({"delete", "metrics"})
    credential_fields = ("settings",)
    needs_public_media = False

    _table = "instagram_private"

    def __init__(self, endpoints: Endpoints) -> None:
        self._transport = Transport(
            endpoints.instagram_private_base_url,
            loopback_only=endpoints.loopback_only,
            timeout=(endpoints.connect_timeout, endpoints.upload_timeout),
        )
        self._rules = checks.Rules(
            network=self.network,
            limits=replace(self.limits, videos_max=0, forms=("feed",)),
            weigh=self.weigh,
            kinds=frozenset({"post"}),
        )

    def check(self, content: Content) -> tuple[Issue, ...]:
        """Say what Instagram would refuse."""
        return checks.check(content, self._rules)

    def weigh(self, text: str) -> int:
        """Return the number of characters."""
        return len(text)

    def verify(self, credential: Credential) -> Identity:
        """Prove that the stored session is alive and the account's own."""
        client = self._client(credential)
        user = call(
            self._table,
            "read",
            credential,
            lambda: client.private_request("accounts/current_user/", params={"edit": "true"})[
                "user"
            ],
            facts_of,
        )
        same_account(self._table, credential, str(user.get("pk", "")))
        return Identity(
            external_id=credential.external_id,
            handle=str(user.get("username") or ""),
            name=str(user.get("full_name") or user.get("username") or ""),
        )

    def stage(
        self, credential: Credential, part: Part, handle: Mapping[str, Any] | None = None
    ) -> Staged | Pending:
        """Upload the part's images; those of a fresh ``handle`` are kept."""
        sources = [item.sha256 for item in part.media]
        if handle and handle.get("sources") == sources and _is_fresh(handle):
            return Staged(handle=dict(handle))
        client = self._client(credential)
        uploads = [
            call(
                self._table,
                "stage",
                credential,
                lambda item=item: self._upload(  # type: ignore[misc]
                    client, item, album=len(part.media) > 1
                ),
                facts_of,
            )
            for item in part.media
        ]
        return Staged(handle={"uploads": uploads, "sources": sources, "at": int(time.time())})

    def publish(
        self,
        credential: Credential,
        part: Part,
        staged: Staged,
        *,
        deadline: float,
        parent: Receipt | None = None,  # noqa: ARG002 - a post answers nothing
    ) -> Receipt:
        """Configure the uploads as one post."""
        client = self._client(credential)
        uploads = list(staged.handle["uploads"])
        with once(deadline) as shot:
            reply = call(
                self._table,
                "publish",
                credential,
                lambda: _configure(client, part, uploads),
                facts_of,
                shot=shot,
            )
        media = reply.get("media")
        media = media if isinstance(media, dict) else {}
        remote_id = str(media.get("pk") or "")
        if not remote_id:
            raise OutcomeUnknown("a success without a medium", code=f"{self._table}.no_id")
        return Receipt(
            remote_id=remote_id, permalink=_permalink(media), created_at=datetime.now(UTC)
        )

    def absence(self, part: Part, handle: Mapping[str, Any]) -> Absence:  # noqa: ARG002
        """Ask a person: this feed is late by nobody knows how much, and refuses no repetition."""
        return "person"

    def find(
        self,
        credential: Credential,
        part: Part,
        handle: Mapping[str, Any],  # noqa: ARG002 - the feed does not show upload ids reliably
        *,
        since: datetime,
        known: frozenset[str] = frozenset(),
        ignore: frozenset[str] = frozenset(),
        parent: Receipt | None = None,  # noqa: ARG002 - only posts go out this way
    ) -> Sighting:
        """Look through the account's feed for the text."""
        wanted = Wanted(
            text=part.text, media_keys=frozenset(), since=since, known=known, ignore=ignore
        )
        pages = _pages(self._client(credential), credential.external_id)
        return call(self._table, "read", credential, lambda: look(pages, wanted, part), facts_of)

    def recent(
        self, credential: Credential, *, since: datetime | None = None, limit: int = 20
    ) -> Listing:
        """List the account's newest posts."""
        pages = _pages(self._client(credential), credential.external_id)
        return call(
            self._table,
            "read",
            credential,
            lambda: gather(pages, since=since, limit=limit),
            facts_of,
        )

    @staticmethod
    def _read_post(item: Mapping[str, Any]) -> Seen:
        return _seen(item)

    def _client(self, credential: Credential) -> GuardedClient:
        stored = field(self._table, credential, "settings")
        client: GuardedClient | None = None
        try:
            settings = json.loads(stored)
            client = GuardedClient(settings, self._transport)
        except Exception:  # noqa: BLE001 - whatever is wrong with stored settings, it is unusable
            client = None
        if client is None:
            raise NotConfigured(
                "the stored session cannot be read",
                code="settings.session",
                sentence=texts.error(self._table, "settings.session"),
            )
        return client

    def _upload(self, client: GuardedClient, item: MediaItem, *, album: bool) -> dict[str, Any]:
        data = content_of(self._table, item)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "image.jpg"
            path.write_bytes(data)
            name, width, height = client.photo_rupload(path, _upload_ids.new(), to_album=album)
        return {"id": str(name), "width": width, "height": height}


def _configure(
    client: GuardedClient, part: Part, uploads: list[Mapping[str, Any]]
) -> dict[str, Any]:
    captions = [
        {"custom_accessibility_caption": i.alt_text} if i.alt_text else {} for i in part.media
    ]
    if len(uploads) == 1:
        only = uploads[0]
        reply: dict[str, Any] = client.photo_configure(
            only["id"], only["width"], only["height"], part.text, extra_data=captions[0]
        )
        return reply
    children = [
        {**_child(upload), **caption} for upload, caption in zip(uploads, captions, strict=True)
    ]
    album: dict[str, Any] = client.album_configure(children, part.text)
    return album


def _child(upload: Mapping[str, Any]) -> dict[str, Any]:
    """Return an image of an album as the private API wants it."""
    size = [upload["width"], upload["height"]]
    edits = {"crop_original_size": size, "crop_center": [0.0, -0.0], "crop_zoom": 1.0}
    extra = {"source_width": size[0], "source_height": size[1]}
    return {
        "upload_id": upload["id"],
        "edits": json.dumps(edits, separators=(",", ":")),
        "extra": json.dumps(extra, separators=(",", ":")),
        "scene_capture_type": "",
        "scene_type": None,
    }


def _pages(client: GuardedClient, user: str) -> Iterator[Page]:
    cursor: str | None = None
    while True:
        # user_medias() would answer [] to every error: no evidence of absence.
        params = {"count": _PAGE_SIZE, **({"max_id": cursor} if cursor else {})}
        reply = client.private_request(f"feed/user/{user}/", params=params)
        items = tuple(map(_seen, reply["items"]))
        cursor = str(reply.get("next_max_id") or "") if reply.get("more_available") else None
        yield Page(items=items, last=not cursor)
        if not cursor:
            return


def _seen(item: Mapping[str, Any]) -> Seen:
    caption = item.get("caption")
    return Seen(
        remote_id=str(item["pk"]),
        text=str(caption.get("text") or "") if isinstance(caption, Mapping) else "",
        permalink=_permalink(item),
        created_at=datetime.fromtimestamp(int(item["taken_at"]), tz=UTC),
    )


def _permalink(media: Mapping[str, Any]) -> str:
    code = str(media.get("code") or "")
    return f"https://www.instagram.com/p/{code}/" if code else ""


def _is_fresh(handle: Mapping[str, Any]) -> bool:
    return 0 <= time.time() - float(handle.get("at", 0)) < STAGED_SECONDS
