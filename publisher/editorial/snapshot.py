"""The exact content of a revision, and the digest that an approval binds.

The digest covers what becomes public and where: the final text of every network, the bytes of every
rendition (by SHA-256), alt texts and accounts. It is computed from the rows each time, so a row
changed by any way after the approval no longer matches.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import select, tuple_
from sqlmodel import Session, col

from connectors.contract import MediaItem, MediaKind
from publisher.models import Account, Media, PostMedia, Rendition, Target, Variant

BASE = "base"
Key = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class MediaRef:
    """One rendition in its place; sizes in pixels and bytes, ``duration`` in seconds."""

    sha256: str
    kind: str
    mime: str
    width: int
    height: int
    size: int
    alt_text: str
    duration: float | None = None
    persons_in_image: bool = False
    consent_ref: str = ""


@dataclass(frozen=True, kw_only=True)
class TargetRef:
    """An account that the revision is meant for."""

    account_id: int
    network: str
    external_id: str


@dataclass(frozen=True)
class Snapshot:
    """What one revision of one post says on each network, and on which accounts."""

    post_id: int
    revision: int
    texts: Mapping[str, str]
    media: Mapping[str, tuple[MediaRef, ...]]
    targets: tuple[TargetRef, ...]

    def text(self, network: str) -> str:
        """Return the final text for ``network``: its own, or the common one."""
        return self.texts.get(network, self.texts.get(BASE, ""))

    def canonical(self) -> dict[str, Any]:
        """Return what the digest covers, as JSON values."""
        networks = sorted({target.network for target in self.targets})
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
        }

    @cached_property
    def digest(self) -> str:
        """SHA-256, in hex, of the canonical content."""
        return digest_of(self.canonical())

    @cached_property
    def content_digest(self) -> str:
        """The digest of texts and media with what was declared of them; accounts stay aside."""
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
            }
        )


def digest_of(canonical: Mapping[str, Any]) -> str:
    """Return the SHA-256, in hex, of ``canonical`` as sorted, compact UTF-8 JSON."""
    body = json.dumps(canonical, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(body.encode()).hexdigest()


def media_item(
    ref: MediaRef,
    *,
    read: Callable[[], bytes] | None = None,
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
        read=read,
        url=url,
    )


def load_snapshot(session: Session, post_id: int, revision: int) -> Snapshot:
    """Return the snapshot of one revision as its rows say now."""
    return load_snapshots(session, [(post_id, revision)])[post_id, revision]


def load_snapshots(session: Session, keys: Iterable[Key]) -> dict[Key, Snapshot]:
    """Return the snapshots of many revisions with three queries."""
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    texts: dict[Key, dict[str, str]] = defaultdict(dict)
    for variant in session.execute(
        select(
            col(Variant.post_id), col(Variant.revision), col(Variant.network), col(Variant.text)
        ).where(tuple_(col(Variant.post_id), col(Variant.revision)).in_(wanted))
    ):
        texts[variant.post_id, variant.revision][variant.network] = variant.text
    media = _load_media(session, wanted)
    targets: dict[Key, list[TargetRef]] = defaultdict(list)
    for row in session.execute(
        select(
            col(Target.post_id),
            col(Target.revision),
            col(Account.id),
            col(Account.network),
            col(Account.external_id),
        )
        .join(Account, col(Account.id) == col(Target.account_id))
        .where(tuple_(col(Target.post_id), col(Target.revision)).in_(wanted))
        .order_by(col(Account.id))
    ):
        targets[row.post_id, row.revision].append(
            TargetRef(account_id=row.id, network=row.network, external_id=row.external_id)
        )
    return {
        key: Snapshot(
            post_id=key[0],
            revision=key[1],
            texts=texts.get(key, {}),
            media=media.get(key, {}),
            targets=tuple(targets.get(key, ())),
        )
        for key in wanted
    }


def _load_media(
    session: Session, keys: Sequence[Key]
) -> dict[Key, dict[str, tuple[MediaRef, ...]]]:
    found: dict[Key, dict[str, list[MediaRef]]] = defaultdict(lambda: defaultdict(list))
    rows = session.execute(
        select(
            col(PostMedia.post_id),
            col(PostMedia.revision),
            col(PostMedia.alt_text),
            col(PostMedia.persons_in_image),
            col(PostMedia.consent_ref),
            col(Media.kind),
            col(Media.duration),
            col(Rendition.network),
            col(Rendition.sha256),
            col(Rendition.mime),
            col(Rendition.width),
            col(Rendition.height),
            col(Rendition.size),
        )
        .join(Media, col(Media.id) == col(PostMedia.media_id))
        .join(Rendition, col(Rendition.media_id) == col(Media.id))
        .where(tuple_(col(PostMedia.post_id), col(PostMedia.revision)).in_(keys))
        .order_by(col(PostMedia.position))
    )
    for row in rows:
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
                persons_in_image=row.persons_in_image,
                consent_ref=row.consent_ref,
            )
        )
    return {
        key: {network: tuple(items) for network, items in by_network.items()}
        for key, by_network in found.items()
    }
