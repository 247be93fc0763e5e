"""Links by which one person may decide on one content from an e-mail (``editorial.by_mail``).

The token is derived from the row and the installation's root: the database keeps only its digest,
and it is written out only while the e-mail is made.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Final
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import select
from sqlmodel import Session, col

from publisher.app import App
from publisher.models import DecisionLink, Post

PURPOSE: Final = "decision-link"
PATH: Final = "/decidir/{token}"
_LINK: Final = "/publicacion?id={post_id}&enlace={link_id}"


def offer(
    app: App, session: Session, post: Post, person_ids: Collection[int], *, until: datetime
) -> Mapping[int, str]:
    """Return a notice's link for each person, on the post as it is now, good until ``until``.

    In the list it opens the post; its e-mail names the page where the decision is made. A link
    that the person already has for this content is given again.
    """
    return {
        person_id: _LINK.format(
            post_id=post.id, link_id=_row(app, session, post, person_id, until).id
        )
        for person_id in sorted(person_ids)
    }


def outside(app: App, session: Session, link: str) -> str:
    """Return a notice's link as its e-mail names it: with the token, where it is one to decide."""
    asked = parse_qs(urlsplit(link).query).get("enlace", [""])[0]
    row = session.get(DecisionLink, int(asked)) if asked.isdecimal() and len(asked) < 12 else None
    return PATH.format(token=_token(app, row)) if row is not None else link


def digest_of(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _row(app: App, session: Session, post: Post, person_id: int, until: datetime) -> DecisionLink:
    now = app.clock()
    same = (
        col(DecisionLink.post_id) == post.id,
        col(DecisionLink.revision) == post.revision,
        col(DecisionLink.content_digest) == post.digest,
        col(DecisionLink.person_id) == person_id,
    )
    held = session.scalars(
        select(DecisionLink)
        .where(*same, col(DecisionLink.used_at).is_(None), col(DecisionLink.expires_at) > now)
        .limit(1)
    ).first()
    if held is not None:
        return held
    row = DecisionLink(
        token_digest="",
        post_id=post.id or 0,
        revision=post.revision,
        content_digest=post.digest or "",
        person_id=person_id,
        created_at=now,
        expires_at=until,
    )
    row.token_digest = digest_of(_token(app, row))
    known = session.scalars(
        select(DecisionLink).where(col(DecisionLink.token_digest) == row.token_digest)
    ).one_or_none()
    if known is not None:
        return known
    session.add(row)
    session.flush()
    return row


def _token(app: App, row: DecisionLink) -> str:
    made = row.created_at.astimezone(UTC).isoformat()
    text = f"{row.post_id}:{row.revision}:{row.content_digest}:{row.person_id}:{made}"
    mac = hmac.digest(app.keyring.subkey(PURPOSE), text.encode(), "sha256")
    return urlsafe_b64encode(mac).decode().rstrip("=")
