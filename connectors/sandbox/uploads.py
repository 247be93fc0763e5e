"""Bytes received, and the uploads and containers that wait to be published."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256

from connectors.sandbox.database import Database
from connectors.sandbox.records import Upload


class Uploads(Database):
    """The part of the memory that is not visible yet."""

    def put_media(self, data: bytes, mime: str, width: int, height: int) -> str:
        """Keep bytes under their SHA-256, which is returned."""
        digest = sha256(data).hexdigest()
        with self.write() as db:
            db.execute(
                "INSERT OR IGNORE INTO media VALUES (?, ?, ?, ?, ?)",
                (digest, mime, width, height, data),
            )
        return digest

    def media(self, digest: str) -> tuple[str, bytes] | None:
        """Return MIME type and bytes of a medium, or ``None``."""
        row = self._db.execute("SELECT mime, bytes FROM media WHERE sha256 = ?", (digest,))
        found = row.fetchone()
        return (found["mime"], found["bytes"]) if found else None

    def mime(self, digest: str) -> str:
        """Return the MIME type of a medium; empty if there is none."""
        row = self._db.execute("SELECT mime FROM media WHERE sha256 = ?", (digest,)).fetchone()
        return str(row["mime"]) if row else ""

    def add_upload(
        self,
        *,
        network: str,
        account: str,
        kind: str,
        state: str = "ready",
        digest: str | None = None,
        alt_text: str = "",
        text: str = "",
        children: Sequence[str] = (),
        upload_id: str | None = None,
    ) -> str:
        """Remember an upload or container and return its id."""
        upload_id = upload_id or self.new_id()
        with self.write() as db:
            db.execute(
                "INSERT OR REPLACE INTO upload (id, network, account, kind, state, sha256,"
                " alt_text, text, children, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    upload_id,
                    network,
                    account,
                    kind,
                    state,
                    digest,
                    alt_text,
                    text,
                    json.dumps(list(children)),
                    self.clock(),
                ),
            )
        return upload_id

    def upload(self, upload_id: str) -> Upload | None:
        """Return one upload or container, or ``None``."""
        row = self._db.execute("SELECT * FROM upload WHERE id = ?", (upload_id,)).fetchone()
        if row is None:
            return None
        return Upload(**{**dict(row), "children": tuple(json.loads(row["children"]))})

    def finish_upload(self, upload_id: str, digest: str | None, state: str = "ready") -> None:
        """Mark a chunked upload as complete from now on and forget its chunks."""
        with self.write() as db:
            db.execute(
                "UPDATE upload SET sha256 = ?, state = ?, created = ? WHERE id = ?",
                (digest, state, self.clock(), upload_id),
            )
            db.execute("DELETE FROM chunk WHERE upload = ?", (upload_id,))

    def set_alt_text(self, upload_id: str, alt_text: str) -> None:
        """Set the alternative text of an upload."""
        with self.write() as db:
            db.execute("UPDATE upload SET alt_text = ? WHERE id = ?", (alt_text, upload_id))

    def add_chunk(self, upload_id: str, segment: int, data: bytes) -> None:
        """Keep one segment of a chunked upload; sending it again replaces it."""
        with self.write() as db:
            db.execute("INSERT OR REPLACE INTO chunk VALUES (?, ?, ?)", (upload_id, segment, data))

    def chunks(self, upload_id: str) -> list[tuple[int, bytes]]:
        """Return the segments received, in order."""
        rows = self._db.execute(
            "SELECT segment, bytes FROM chunk WHERE upload = ? ORDER BY segment", (upload_id,)
        )
        return [(row["segment"], row["bytes"]) for row in rows]
