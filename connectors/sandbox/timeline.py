"""The visible posts."""

from __future__ import annotations

import json
import sqlite3
import unicodedata
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from connectors.sandbox.database import Database
from connectors.sandbox.records import DAY, Attached, Post, Upload


class Timeline(Database):
    """The part of the memory that everybody sees."""

    def publish(
        self,
        *,
        network: str,
        account: str,
        text: str,
        uploads: Sequence[Upload] = (),
        consumed: Sequence[str] = (),
        link: str = "",
        parent: str = "",
        replies: str = "",
        post_id: str | None = None,
        form: str = "feed",
    ) -> Post:
        """Make a post visible and consume its uploads, in one transaction."""
        post = Post(
            id=post_id or self.new_id(),
            network=network,
            account=account,
            text=text,
            link=link,
            parent=parent,
            media=tuple(
                Attached(upload=u.id, sha256=u.sha256, alt_text=u.alt_text)
                for u in uploads
                if u.sha256
            ),
            created=self.clock(),
            replies=replies,
            form=form,
        )
        with self.write() as db:
            db.execute(
                "INSERT INTO post (id, network, account, text, link, parent, media, text_digest,"
                " created, replies, form) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    post.id,
                    network,
                    account,
                    text,
                    link,
                    parent,
                    json.dumps([[m.upload, m.sha256, m.alt_text] for m in post.media]),
                    _digest(text),
                    post.created,
                    replies,
                    form,
                ),
            )
            for upload_id in (*(u.id for u in uploads), *consumed):
                db.execute("UPDATE upload SET used_by = ? WHERE id = ?", (post.id, upload_id))
        return post

    def has_text(
        self, network: str, account: str, text: str, parent: str = "", window: float = DAY
    ) -> bool:
        """Tell whether the account shows this text in this place, not older than ``window`` s."""
        row = self._db.execute(
            "SELECT 1 FROM post WHERE network = ? AND account = ? AND text_digest = ? AND created"
            " > ? AND deleted = 0 AND parent = ?",
            (network, account, _digest(text), self.clock() - self.span(window), parent),
        ).fetchone()
        return row is not None

    def count_since(self, network: str, account: str, since: float) -> int:
        """Count the account's posts since an instant, deleted ones too; comments are none."""
        row = self._db.execute(
            "SELECT count(*) FROM post WHERE network = ? AND account = ? AND created > ?"
            " AND (parent = '' OR network = 'x')",
            (network, account, since),
        ).fetchone()
        return int(row[0])

    def post(self, network: str, post_id: str) -> Post | None:
        """Return one visible post, or ``None``."""
        row = self._db.execute(
            "SELECT * FROM post WHERE network = ? AND id = ? AND deleted = 0", (network, post_id)
        ).fetchone()
        return _post(row) if row else None

    def posts(
        self,
        network: str | None = None,
        account: str | None = None,
        *,
        since: float = 0.0,
        before: float = float("inf"),
        limit: int = -1,
        newest_first: bool = True,
        below: str | None = None,
    ) -> list[Post]:
        """Return visible posts of a network or an account, created within ``[since, before)``.

        ``below`` keeps what answers that post; "" keeps what answers nothing.
        """
        where, values = ["deleted = 0", "created >= ?"], [since]
        if before != float("inf"):
            where.append("created < ?")
            values.append(before)
        rows = self._db.execute(
            f"SELECT * FROM post WHERE {' AND '.join(where)}"  # noqa: S608 - fixed fragments
            " AND (? IS NULL OR network = ?) AND (? IS NULL OR account = ?)"
            " AND (? IS NULL OR parent = ?)"
            f" ORDER BY created {'DESC' if newest_first else 'ASC'}, id LIMIT ?",
            (*values, network, network, account, account, below, below, limit),
        )
        return [_post(row) for row in rows]

    def listed(
        self,
        network: str,
        account: str,
        fault: tuple[str, float] | None,
        *,
        since: float = 0.0,
        before: float = float("inf"),
        limit: int = -1,
        below: str | None = None,
    ) -> list[Post]:
        """Return what the network's listing shows, newest first; ``fault`` (kind, s) spoils it.

        ``below`` keeps what answers that post, "" what answers nothing, as ``posts`` does.
        """
        kind, seconds = fault or ("", 0.0)
        if kind == "listing-empty":
            return []
        if kind == "listing-lag":
            before = min(before, self.clock() - seconds)
        found = self.posts(
            network,
            account,
            since=since,
            before=before,
            limit=limit,
            below=below,
        )
        return found[:1] if kind == "listing-truncated" else found

    def pulse(self) -> str:
        """Return a text that changes whenever what is visible changes."""
        row = self._db.execute("SELECT count(*), max(created), sum(deleted) FROM post").fetchone()
        return "-".join(str(value) for value in row)

    def edit_post(self, network: str, post_id: str, text: str) -> None:
        """Give a visible post another text."""
        with self.write() as db:
            db.execute(
                "UPDATE post SET text = ?, text_digest = ? WHERE network = ? AND id = ?",
                (text, _digest(text), network, post_id),
            )

    def engage(self, network: str, post_id: str, body: Mapping[str, Any]) -> None:
        """Say what people did with a post: ``likes``, ``shares``, ``views`` and ``comments``.

        ``comments`` is a list of ``{"author", "text"}``. A figure that is None is hidden.
        """
        with self.write() as db:
            db.execute(
                "INSERT OR REPLACE INTO engagement (network, post, body) VALUES (?, ?, ?)",
                (network, post_id, json.dumps(body)),
            )

    def engagement(self, post: Post) -> dict[str, Any]:
        """Return what people did with a post; nothing yet is noughts."""
        row = self._db.execute(
            "SELECT body FROM engagement WHERE network = ? AND post = ?", (post.network, post.id)
        ).fetchone()
        told = json.loads(row["body"]) if row else {}
        return {"likes": 0, "shares": 0, "views": 0, "comments": [], **told}

    def delete_post(self, network: str, post_id: str) -> None:
        """Take a post from view."""
        with self.write() as db:
            db.execute(
                "UPDATE post SET deleted = 1 WHERE network = ? AND id = ?", (network, post_id)
            )


def _digest(text: str) -> bytes:
    return sha256(unicodedata.normalize("NFC", text).strip().encode()).digest()


def _post(row: sqlite3.Row) -> Post:
    return Post(
        id=row["id"],
        network=row["network"],
        account=row["account"],
        text=row["text"],
        link=row["link"],
        parent=row["parent"],
        media=tuple(
            Attached(upload=u, sha256=d, alt_text=alt) for u, d, alt in json.loads(row["media"])
        ),
        created=row["created"],
        replies=row["replies"],
        form=row["form"],
    )
