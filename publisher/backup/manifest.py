"""What a backup says of itself: versions, counts, hashes, authenticated by a key of the house."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from publisher.errors import Invalid
from publisher.texts import backup as texts
from vault.keys import Keyring

FORMAT: Final = "pregonero-respaldo-v1"
NAME: Final = "manifiesto.json"
PURPOSE: Final = "backup"


@dataclass(frozen=True, kw_only=True)
class File:
    """A file of the backup by its path within it."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What must be the same after a restore; digests are keyed."""

    counts: Mapping[str, int]
    audit_links: int
    audit_head: str
    secrets: int
    secrets_digest: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """``made_at`` is UTC, ISO 8601. ``media`` maps the SHA-256 of a picture to its bytes.

    ``media_copied`` is False where a bucket keeps them: then only the list is here. ``mac`` covers
    everything else; ``root_check`` recognises the key that made it and reveals nothing of it.
    """

    made_at: str
    program: str
    schema: str
    dialect: str
    mode: str
    institution: str
    root_check: str
    key_ids: tuple[str, ...]
    facts: Facts
    files: tuple[File, ...]
    media: Mapping[str, int]
    media_copied: bool
    media_missing: tuple[str, ...] = ()
    mac: str = ""

    @property
    def rows(self) -> int:
        """How many rows there are in all tables."""
        return sum(self.facts.counts.values())

    def signed(self, keyring: Keyring) -> Manifest:
        """Return it with its MAC."""
        return replace(self, mac=_mac(self, keyring))

    def holds(self, keyring: Keyring) -> bool:
        """Tell whether ``keyring`` signed exactly this."""
        return hmac.compare_digest(self.mac, _mac(self, keyring))

    def write(self, folder: Path) -> None:
        """Write it as JSON into ``folder``."""
        body = {"format": FORMAT, **asdict(self)}
        text = json.dumps(body, ensure_ascii=False, indent=1)
        (folder / NAME).write_text(text + "\n", "utf-8")


def read(folder: Path) -> Manifest:
    """Return the manifest in ``folder``. Raises ``Invalid`` if there is none or it is damaged."""
    try:
        body = json.loads((folder / NAME).read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        raise Invalid(texts.NO_BACKUP.format(path=folder), field="from") from None
    except (OSError, ValueError):
        raise Invalid(texts.MANIFEST_DAMAGED.format(path=folder), field="from") from None
    try:
        return _parse(body)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Invalid(texts.MANIFEST_DAMAGED.format(path=folder), field="from") from None


def _parse(body: dict[str, Any]) -> Manifest:
    if body.pop("format") != FORMAT:
        raise ValueError("another format")
    return Manifest(
        **{
            **body,
            "key_ids": tuple(body["key_ids"]),
            "facts": Facts(**body["facts"]),
            "files": tuple(File(**item) for item in body["files"]),
            "media_missing": tuple(body["media_missing"]),
        }
    )


def _mac(manifest: Manifest, keyring: Keyring) -> str:
    body = {name: value for name, value in asdict(manifest).items() if name != "mac"}
    message = json.dumps(body, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hmac.digest(keyring.subkey(PURPOSE), message.encode(), hashlib.sha256).hex()
