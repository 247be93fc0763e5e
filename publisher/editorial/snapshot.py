"""The exact content of a revision, and the digest that an approval binds.

The digest covers what becomes public and where: the final text of every network, its form where it
is not the feed's, what goes with it (a thread, a comment, a link), the bytes of every rendition (by
SHA-256), alt texts and accounts. It is computed from the rows each time, so a row changed by any
way after the approval no longer matches.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from typing import Any, BinaryIO

from sqlalchemy import Connection
from sqlmodel import Session

from connectors.contract import MediaItem, MediaKind, Part, PartForm
from publisher.delivery.outbox import rows
from publisher.editorial.extras import NONE, Extras
from publisher.editorial.extras import read as read_extras

BASE = "base"
FEED: PartForm = "feed"
STORY: PartForm = "story"
Key = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class MediaRef:
    """One rendition in its place; sizes in pixels and bytes, ``duration`` in seconds.

    Frame rate, bitrate and codecs are those of ``models.Media``.
    """

    sha256: str
    kind: str
    mime: str
    width: int
    height: int
    size: int
    alt_text: str
    duration: float | None = None
    frame_rate: float | None = None
    bitrate: int | None = None
    video_codec: str = ""
    audio_codec: str = ""
    persons_in_image: bool = False
    consent_ref: str = ""
    captions: bool | None = None


@dataclass(frozen=True, kw_only=True)
class TargetRef:
    """An account that the revision is meant for."""

    account_id: int
    network: str
    external_id: str


@dataclass(frozen=True)
class Snapshot:
    """What one revision of one post says on each network, in which form, on which accounts.

    ``forms`` holds only the networks whose form is not the feed, ``extras`` only those with any.
    """

    post_id: int
    revision: int
    texts: Mapping[str, str]
    media: Mapping[str, tuple[MediaRef, ...]]
    targets: tuple[TargetRef, ...]
    forms: Mapping[str, PartForm] = field(default_factory=dict)
    extras: Mapping[str, Extras] = field(default_factory=dict)

    def text(self, network: str) -> str:
        """Return the final text for ``network``: its own, or the common one.

        A story has no caption: the common text is not meant for it.
        """
        own = self.texts.get(network)
        if own is not None or self.form(network) == STORY:
            return own or ""
        return self.texts.get(BASE, "")

    def form(self, network: str) -> PartForm:
        """Return the form of the post on ``network``."""
        return self.forms.get(network, FEED)

    def parts(self, network: str, media: tuple[MediaItem, ...]) -> tuple[Part, ...]:
        """Return everything that an account of ``network`` shows, in its order.

        ``media`` are those of the post; what follows it is text.
        """
        extras = self.extras.get(network, NONE)
        post = Part(
            text=self.text(network),
            media=media,
            form=self.form(network),
            replies=extras.replies,
            link=extras.link,
        )
        following = (
            Part(text=part.text, kind=part.kind, position=position)
            for position, part in enumerate(extras.following, 1)
        )
        return (post, *following)

    def canonical(self) -> dict[str, Any]:
        """Return what the digest covers, as JSON values.

        Where every form is the feed's and nothing goes with a text there is no word of them, as
        before they existed: what was approved then stays approved.
        """
        networks = sorted({target.network for target in self.targets})
        forms = {name: self.form(name) for name in networks if self.form(name) != FEED}
        extras = {name: self.extras[name].as_json() for name in networks if name in self.extras}
        return {
            "format": 1,
            "post": self.post_id,
            "revision": self.revision,
            "texts": {network: self.text(network) for network in networks},
            "media": {
                network: [[item.sha256, item.alt_text] for item in self.media.get(network, ())]
                for network in networks
            },
            "accounts": [
                [target.account_id, target.network, target.external_id] for target in self.targets
            ],
            **({"forms": forms} if forms else {}),
            **({"extras": extras} if extras else {}),
        }

    @cached_property
    def digest(self) -> str:
        """SHA-256, in hex, of the canonical content."""
        return digest_of(self.canonical())

    @cached_property
    def content_digest(self) -> str:
        """The digest of texts, forms, extras and media with what was declared, without accounts."""
        extras = {name: one.as_json() for name, one in self.extras.items()}
        return digest_of(
            {
                "texts": dict(self.texts),
                "media": {
                    network: [
                        [item.sha256, item.alt_text, item.persons_in_image, item.consent_ref]
                        for item in items
                    ]
                    for network, items in self.media.items()
                },
                **({"forms": dict(self.forms)} if self.forms else {}),
                **({"extras": extras} if extras else {}),
            }
        )


def digest_of(canonical: Mapping[str, Any]) -> str:
    """Return the SHA-256, in hex, of ``canonical`` as sorted, compact UTF-8 JSON."""
    return hashlib.sha256(_compact(canonical).encode()).hexdigest()


_compact = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def media_item(
    ref: MediaRef,
    *,
    read: Callable[[], bytes] | None = None,
    open_: Callable[[], BinaryIO] | None = None,
    cover: Callable[[], bytes] | None = None,
    url: Callable[[], str] | None = None,
) -> MediaItem:
    """Return the connector's view of a rendition."""
    kind: MediaKind = "video" if ref.kind == "video" else "gif" if ref.kind == "gif" else "image"
    return MediaItem(
        sha256=ref.sha256,
        kind=kind,
        mime=ref.mime,
        width=ref.width,
        height=ref.height,
        size=ref.size,
        alt_text=ref.alt_text,
        duration=ref.duration,
        frame_rate=ref.frame_rate,
        video_codec=ref.video_codec,
        audio_codec=ref.audio_codec,
        bitrate=ref.bitrate,
        read=read,
        open=open_,
        cover=cover,
        url=url,
    )


def load_snapshot(session: Session, post_id: int, revision: int) -> Snapshot:
    """Return the snapshot of one revision as its rows say now."""
    return load_snapshots(session, [(post_id, revision)])[post_id, revision]


def load_snapshots(session: Session, keys: Iterable[Key]) -> dict[Key, Snapshot]:
    """Return the snapshots of many revisions with two statements, one where nothing has media."""
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    connection = session.connection()
    source = rows.table(connection, "r", post_id="int", revision="int")
    body = rows.dump(
        connection, ({"post_id": post_id, "revision": revision} for post_id, revision in wanted)
    )
    texts: dict[Key, dict[str, str]] = {key: {} for key in wanted}
    forms: dict[Key, dict[str, PartForm]] = {key: {} for key in wanted}
    extras: dict[Key, dict[str, Extras]] = {key: {} for key in wanted}
    targets: dict[Key, list[TargetRef]] = {key: [] for key in wanted}
    illustrated = False
    content = rows.fetch(connection, _CONTENT.format(source=source), _CONTENT_COLUMNS, rows=body)
    for what, post_id, revision, network, value, account_id, form, more in content:
        if what == "text":
            if value or network == BASE:
                texts[post_id, revision][network] = value
            if form and form != FEED:
                forms[post_id, revision][network] = form
            if more:
                extras[post_id, revision][network] = read_extras(more)
        elif what == "target":
            targets[post_id, revision].append(
                TargetRef(account_id=account_id, network=network, external_id=value)
            )
        else:
            illustrated = True
    media = _load_media(connection, source, body) if illustrated else {}
    return {
        key: Snapshot(
            post_id=key[0],
            revision=key[1],
            texts=texts[key],
            media=media.get(key, {}),
            targets=tuple(sorted(targets[key], key=_by_account)),
            forms=forms[key],
            extras=extras[key],
        )
        for key in wanted
    }


_by_account = attrgetter("account_id")

_CONTENT_COLUMNS = (
    "what",
    "post_id",
    "revision",
    "network",
    "value",
    "account_id",
    "form",
    "extras",
)
_CONTENT = """
    SELECT 'text' AS what, r.post_id, r.revision, variant.network, variant.text AS value,
           0 AS account_id, variant.form, variant.extras
    FROM {source} JOIN variant
         ON variant.post_id = r.post_id AND variant.revision = r.revision
    UNION ALL
    SELECT 'target', r.post_id, r.revision, account.network, account.external_id, account.id, NULL,
           NULL
    FROM {source} JOIN target ON target.post_id = r.post_id AND target.revision = r.revision
         JOIN account ON account.id = target.account_id
    UNION ALL
    SELECT 'media', r.post_id, r.revision, '', '', 0, NULL, NULL
    FROM {source} WHERE EXISTS (SELECT 1 FROM post_media
         WHERE post_media.post_id = r.post_id AND post_media.revision = r.revision)
"""
_MEDIA = """
    SELECT post_media.post_id, post_media.revision, post_media.alt_text,
           post_media.persons_in_image, post_media.consent_ref, post_media.captions,
           media.kind, media.duration, media.frame_rate, media.bitrate, media.video_codec,
           media.audio_codec,
           rendition.network, rendition.sha256, rendition.mime, rendition.width, rendition.height,
           rendition.size
    FROM {source} JOIN post_media
         ON post_media.post_id = r.post_id AND post_media.revision = r.revision
         JOIN media ON media.id = post_media.media_id
         JOIN rendition ON rendition.media_id = media.id
    ORDER BY post_media.position
"""


def _load_media(
    connection: Connection, source: str, body: str
) -> dict[Key, dict[str, tuple[MediaRef, ...]]]:
    found: dict[Key, dict[str, list[MediaRef]]] = defaultdict(lambda: defaultdict(list))
    for row in rows.run(connection, _MEDIA.format(source=source), rows=body):
        found[row.post_id, row.revision][row.network].append(
            MediaRef(
                sha256=row.sha256,
                kind=row.kind,
                mime=row.mime,
                width=row.width,
                height=row.height,
                size=row.size,
                alt_text=row.alt_text,
                duration=row.duration,
                frame_rate=row.frame_rate,
                bitrate=row.bitrate,
                video_codec=row.video_codec or "",
                audio_codec=row.audio_codec or "",
                persons_in_image=bool(row.persons_in_image),
                consent_ref=row.consent_ref,
                captions=None if row.captions is None else bool(row.captions),
            )
        )
    return {
        key: {network: tuple(items) for network, items in by_network.items()}
        for key, by_network in found.items()
    }
