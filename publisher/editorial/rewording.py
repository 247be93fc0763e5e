"""Another text for something that is public: what stands there now, and what is said of the new.

Only the text is judged, as if it were written today, and by the network as the part that it would
be: pictures, accounts and hour were decided long ago and do not change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import Session, col

from connectors.contract import Content
from publisher.app import App
from publisher.editorial.checking import FindingView
from publisher.editorial.evaluation import Setting, evaluate
from publisher.editorial.posts import made_centrally
from publisher.editorial.snapshot import BASE, Snapshot, load_snapshot, media_item
from publisher.manual.document import Manual
from publisher.models import Account, Delivery, Plantel, Post, RemoteChange

_WALL = "%Y-%m-%dT%H:%M"
_CHANGED = "correction.changed"


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What manual and network say of a new text; ``findings`` name the part as ``Checked`` does."""

    verdict: str
    findings: tuple[FindingView, ...]
    manual_version: str
    manual_hash: str

    @property
    def blocks(self) -> tuple[FindingView, ...]:
        """The findings that no correction may have."""
        return tuple(finding for finding in self.findings if finding.severity == "block")

    def as_json(self) -> dict[str, Any]:
        """Return what is kept with the correction."""
        return {
            "verdict": self.verdict,
            "manual": self.manual_version,
            "hash": self.manual_hash,
            "findings": [
                {
                    "source": finding.source,
                    "rule": finding.rule,
                    "section": finding.section,
                    "severity": finding.severity,
                    "category": finding.category,
                    "fragment": finding.fragment,
                    "explanation": finding.explanation,
                    "suggestion": finding.suggestion,
                }
                for finding in self.findings
            ],
        }


def public_text(session: Session, delivery: Delivery, part: int) -> str | None:
    """Return what a part says in public, as far as we know; None where it has no such part.

    That is the last correction's text, what the network showed where somebody had changed it
    there, or what was approved.
    """
    last = session.scalars(
        select(RemoteChange)
        .where(
            col(RemoteChange.delivery_id) == delivery.id,
            col(RemoteChange.part) == part,
            col(RemoteChange.kind) == "correction",
            (RemoteChange.__table__.c.state == "done")  # type: ignore[attr-defined]
            | (col(RemoteChange.code) == _CHANGED),
        )
        .order_by(col(RemoteChange.id).desc())
        .limit(1)
    ).first()
    if last is not None and last.code == _CHANGED:
        return _found(last.evidence or {}, last.replaced)
    if last is not None:
        return last.text
    snapshot = load_snapshot(session, delivery.post_id, delivery.revision)
    parts = snapshot.parts(delivery.network, ())
    return parts[part].text if part < len(parts) else None


def judge(
    app: App,
    session: Session,
    manual: Manual,
    delivery: Delivery,
    account: Account,
    *,
    part: int,
    text: str,
) -> Judged:
    """Say what the manual and the network hold against ``text`` in the place of a part. Offline."""
    post = session.get_one(Post, delivery.post_id)
    plantel = session.get_one(Plantel, post.plantel_id)
    said = evaluate(
        app,
        manual,
        Snapshot(post_id=0, revision=0, texts={BASE: text}, media={}, targets=()),
        Setting(
            topic=post.topic,
            local_at=_wall(app.clock(), delivery.timezone),
            plantel=plantel.name,
            author_is_plantel=not made_centrally(app, session, post),
            ways=(),
            credits=(),
        ),
    )
    place = delivery.network if part == 0 else f"{delivery.network}:{part + 1}"
    network = _of_network(app, session, delivery, account, part=part, text=text)
    findings = (*(replace(found, network=place) for found in said.findings), *network)
    severities = {finding.severity for finding in findings}
    return Judged(
        verdict="block" if "block" in severities else "flag" if "warn" in severities else "ok",
        findings=findings,
        manual_version=said.manual_version,
        manual_hash=said.manual_hash,
    )


def _of_network(
    app: App, session: Session, delivery: Delivery, account: Account, *, part: int, text: str
) -> tuple[FindingView, ...]:
    """Return what the network's own limits say of the whole with the new text in it."""
    snapshot = load_snapshot(session, delivery.post_id, delivery.revision)
    media = tuple(media_item(ref) for ref in snapshot.media.get(delivery.network, ()))
    parts = list(snapshot.parts(delivery.network, media))
    parts[part] = replace(parts[part], text=text)
    return tuple(
        FindingView(
            source="connector",
            network=delivery.network,
            rule=issue.code,
            section="",
            severity=issue.severity,
            category="",
            fragment="",
            start=None,
            end=None,
            explanation=issue.sentence,
            suggestion="",
        )
        for issue in app.connector(account.connector).check(Content(parts=tuple(parts)))
        if issue.part == part
    )


def _found(evidence: Mapping[str, Any], otherwise: str) -> str:
    return str((evidence.get("found") or {}).get("text") or otherwise)


def _wall(now: datetime, zone: str) -> str:
    return now.astimezone(ZoneInfo(zone)).strftime(_WALL)
