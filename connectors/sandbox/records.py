"""The sandbox's tables and the values read from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

NETWORKS = ("facebook", "x", "instagram")
DAY = 86_400.0

SCHEMA = """
CREATE TABLE IF NOT EXISTS account (
  network TEXT NOT NULL, external_id TEXT NOT NULL, handle TEXT NOT NULL, name TEXT NOT NULL,
  connector TEXT NOT NULL, token TEXT NOT NULL, secrets TEXT NOT NULL,
  revoked INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (network, external_id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS account_token ON account (token);
CREATE TABLE IF NOT EXISTS media (
  sha256 TEXT PRIMARY KEY, mime TEXT NOT NULL, width INTEGER, height INTEGER, bytes BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS upload (
  id TEXT PRIMARY KEY, network TEXT NOT NULL, account TEXT NOT NULL, kind TEXT NOT NULL,
  state TEXT NOT NULL, sha256 TEXT, alt_text TEXT NOT NULL DEFAULT '',
  text TEXT NOT NULL DEFAULT '',
  children TEXT NOT NULL DEFAULT '[]', created REAL NOT NULL, used_by TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS chunk (
  upload TEXT NOT NULL, segment INTEGER NOT NULL, bytes BLOB NOT NULL,
  PRIMARY KEY (upload, segment));
CREATE TABLE IF NOT EXISTS post (
  id TEXT NOT NULL, network TEXT NOT NULL, account TEXT NOT NULL, text TEXT NOT NULL,
  link TEXT NOT NULL DEFAULT '', parent TEXT NOT NULL DEFAULT '', media TEXT NOT NULL DEFAULT '[]',
  text_digest BLOB NOT NULL, created REAL NOT NULL, deleted INTEGER NOT NULL DEFAULT 0,
  replies TEXT NOT NULL DEFAULT '',
  form TEXT NOT NULL DEFAULT 'feed',
  PRIMARY KEY (network, id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS post_timeline ON post (network, account, created);
CREATE INDEX IF NOT EXISTS post_same_text ON post (network, account, text_digest);
CREATE TABLE IF NOT EXISTS request (
  id INTEGER PRIMARY KEY AUTOINCREMENT, method TEXT NOT NULL, path TEXT NOT NULL,
  network TEXT NOT NULL,
  route TEXT NOT NULL, account TEXT, status INTEGER, fault TEXT, time REAL NOT NULL);
CREATE TABLE IF NOT EXISTS engagement (
  network TEXT NOT NULL, post TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (network, post)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS x_grant (
  access TEXT PRIMARY KEY, refresh TEXT NOT NULL, account TEXT NOT NULL, client TEXT NOT NULL,
  scopes TEXT NOT NULL, ends REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS fault (id INTEGER PRIMARY KEY, body TEXT NOT NULL);
"""


@dataclass(frozen=True, kw_only=True)
class Account:
    """One account of one network; ``secrets`` are the further fields of its credential."""

    network: str
    external_id: str
    handle: str
    name: str
    connector: str
    token: str
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    revoked: bool = False


@dataclass(frozen=True, kw_only=True)
class Upload:
    """Bytes or a container that wait to be published; ``used_by`` is the post that took it."""

    id: str
    network: str
    account: str
    kind: str
    state: str
    sha256: str | None
    alt_text: str
    text: str
    children: tuple[str, ...]
    created: float
    used_by: str | None


@dataclass(frozen=True, kw_only=True)
class Attached:
    """One medium of a visible post."""

    upload: str
    sha256: str
    alt_text: str


@dataclass(frozen=True, kw_only=True)
class Post:
    """One visible post, reply or comment. ``created`` is seconds since the epoch.

    ``replies`` says who may answer it, where the network was told; empty is everyone. ``form`` is
    feed, reel or story.
    """

    id: str
    network: str
    account: str
    text: str
    link: str
    parent: str
    media: tuple[Attached, ...]
    created: float
    replies: str = ""
    form: str = "feed"


@dataclass(kw_only=True)
class LogEntry:
    """One request in flight or answered; ``status`` stays ``None`` if no answer went out."""

    method: str
    path: str
    network: str
    route: str
    account: str | None
    time: float
    status: int | None = None
    fault: str | None = None
    row: int | None = None


def iso(moment: float) -> str:
    """Return seconds since the epoch as ISO 8601 in UTC, to the millisecond."""
    text = datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")
