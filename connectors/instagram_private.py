"""Instagram, the unofficial way, through instagrapi: opt-in per account, at its owner's risk.

Uploading (``stage``) and configuring (``publish``) are separate requests, in ``instagram_uploads``.
instagrapi's own upload verbs, left to themselves, repeat the configure request. Workers never log
in; the session comes from the vault as the JSON of ``Client.get_settings()``.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from connectors import checks, instagram_uploads, texts
from connectors.calls import call, field, same_account
from connectors.contract import (
    Absence,
    Capability,
    Content,
    Credential,
    Identity,
    Issue,
    Listing,
    Part,
    PartForm,
    Pending,
    Receipt,
    Seen,
    Sighting,
    Staged,
)
from connectors.endpoints import Endpoints
from connectors.errors import NotConfigured, OutcomeUnknown
from connectors.instagram_login import InstagramLogin
from connectors.instagram_private_after import InstagramPrivateAfter
from connectors.instagrapi_client import GuardedClient, facts_of
from connectors.limits import limits_for
from connectors.sighting import Page, Wanted, among, gather, look
from connectors.transport import Transport, once

STAGED_SECONDS = 3600
"""Nothing is published about how long an upload waits for its configure request: kept short."""

TRANSCODE_SECONDS = 10.0
"""A film that is configured sooner is refused as not ready, and tried again."""

_PAGE_SIZE = 20
_FORMS: Mapping[str, PartForm] = MappingProxyType({"clips": "reel", "story": "story"})


class InstagramPrivateConnector(InstagramPrivateAfter):
    """One account per credential (``settings``, JSON); ``external_id`` is its numeric id."""

    network = "instagram"
    limits = limits_for("instagram")
    capabilities: frozenset[Capability] = frozenset({"delete", "edit", "metrics"})
    credential_fields = ("settings",)
    needs_public_media = False

    _table = "instagram_private"

    def __init__(self, endpoints: Endpoints) -> None:
        self._endpoints = endpoints
        self._transport = Transport(
            endpoints.instagram_private_base_url,
            loopback_only=endpoints.loopback_only,
            timeout=(endpoints.connect_timeout, endpoints.upload_timeout),
        )
        self._rules = checks.Rules(
            network=self.network,
            limits=self.limits,
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
        """Upload the part's media; those of a fresh ``handle`` are kept.

        Nobody can ask how far Instagram is with a film: it gets a while after the upload.
        """
        sources = [item.sha256 for item in part.media]
        if handle and handle.get("sources") == sources and _is_fresh(handle):
            return Staged(handle=dict(handle))
        client = self._client(credential)
        uploads = [
            call(
                self._table,
                "stage",
                credential,
                lambda item=item: instagram_uploads.send(client, part, item),  # type: ignore[misc]
                facts_of,
            )
            for item in part.media
        ]
        steps = {"uploads": uploads, "sources": sources, "at": int(time.time())}
        if any(item.kind == "video" for item in part.media):
            return Pending(handle=steps, wait=TRANSCODE_SECONDS)
        return Staged(handle=steps)

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
                lambda: instagram_uploads.configure(client, part, uploads),
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
        handle: Mapping[str, Any],
        *,
        since: datetime,
        known: frozenset[str] = frozenset(),
        ignore: frozenset[str] = frozenset(),
        parent: Receipt | None = None,  # noqa: ARG002 - only posts go out this way
    ) -> Sighting:
        """Look through the account's feed for the text; of a story, for the time of its upload.

        Stories have no text, and the feed does not show upload ids reliably: a story that shows
        none of its own is taken for ours, one that shows another is not.
        """
        client, story = self._client(credential), part.form == "story"
        ids = {str(upload["id"]) for upload in handle.get("uploads", ())} if story else set()
        wanted = Wanted(
            text=part.text,
            media_keys=frozenset(ids),
            since=since,
            known=frozenset() if story else known,
            ignore=ignore,
        )

        def read() -> Sighting:
            if story:
                return look(_stories(client, credential.external_id), wanted, part)
            return look(_pages(client, credential.external_id), wanted, part)

        return call(self._table, "read", credential, read, facts_of)

    def recent(
        self, credential: Credential, *, since: datetime | None = None, limit: int = 20
    ) -> Listing:
        """List the account's newest posts, live stories included."""
        client, user = self._client(credential), credential.external_id

        def read() -> Listing:
            stories = [seen for page in _stories(client, user) for seen in page.items]
            return gather(among(_pages(client, user), stories), since=since, limit=limit)

        return call(self._table, "read", credential, read, facts_of)

    def login(self, credential: Credential) -> InstagramLogin:
        """Return a login of the account, not begun; the device of its settings stays the same."""
        return InstagramLogin(
            self._endpoints, credential.external_id, credential.get("settings", "")
        )

    @staticmethod
    def _read_post(item: Mapping[str, Any]) -> Seen:
        return _seen(item)

    def _client(self, credential: Credential) -> GuardedClient:
        stored = field(self._table, credential, "settings")
        client: GuardedClient | None = None
        try:
            settings = json.loads(stored)
            client = GuardedClient(
                settings, self._transport, lambda new: credential.changed({"settings": new})
            )
        except Exception:  # noqa: BLE001 - whatever is wrong with stored settings, it is unusable
            client = None
        if client is None:
            raise NotConfigured(
                "the stored session cannot be read",
                code="settings.session",
                sentence=texts.error(self._table, "settings.session"),
            )
        return client


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


def _stories(client: GuardedClient, user: str) -> Iterator[Page]:
    """Yield the one page of live stories, newest first; their keys are the times of upload."""
    reply = client.private_request(f"feed/user/{user}/story/")
    items = (reply.get("reel") or {}).get("items") or ()
    stories = sorted(map(_story, items), key=lambda seen: seen.created_at, reverse=True)
    yield Page(items=tuple(stories), last=True)


def _story(item: Mapping[str, Any]) -> Seen:
    key = str(item.get("device_timestamp") or "")
    return replace(_seen(item), form="story", media_keys=(key,) if key else ())


def _seen(item: Mapping[str, Any]) -> Seen:
    caption = item.get("caption")
    return Seen(
        remote_id=str(item["pk"]),
        text=str(caption.get("text") or "") if isinstance(caption, Mapping) else "",
        permalink=_permalink(item),
        created_at=datetime.fromtimestamp(int(item["taken_at"]), tz=UTC),
        form=_FORMS.get(str(item.get("product_type") or ""), "feed"),
    )


def _permalink(media: Mapping[str, Any]) -> str:
    code = str(media.get("code") or "")
    place = "reel" if media.get("product_type") == "clips" else "p"
    if media.get("product_type") == "story":
        handle = str((media.get("user") or {}).get("username") or "")
        return f"https://www.instagram.com/stories/{handle}/{media['pk']}/" if handle else ""
    return f"https://www.instagram.com/{place}/{code}/" if code else ""


def _is_fresh(handle: Mapping[str, Any]) -> bool:
    return 0 <= time.time() - float(handle.get("at", 0)) < STAGED_SECONDS
