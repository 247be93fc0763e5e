"""From draft to consulta: the check and the submission (3.2, RS-5.1.4).

A *bloqueo* of the manual stops the submission unless the Directora granted an exception for exactly
that content; a network's own refusal always does.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete
from sqlmodel import Session

from publisher import access, rulebook
from publisher.app import Actor, App
from publisher.editorial.checking import Checked, Setting, evaluate
from publisher.editorial.content import (
    DraftContent,
    Place,
    due_at,
    media_of,
    places_of,
    read_content,
)
from publisher.editorial.draft import EDITABLE
from publisher.editorial.posts import excepted, find_post, record, require_state
from publisher.editorial.snapshot import Snapshot, TargetRef, load_snapshot
from publisher.errors import Conflict, Invalid
from publisher.manual.document import Manual
from publisher.models import CheckRun, Finding, Plantel, Post
from publisher.texts import editorial as texts


def check(app: App, actor: Actor, plantel_id: int, content: DraftContent) -> Checked:
    """Check what a composer holds, without storing anything."""
    access.authorize(actor, "post.draft", plantel_id=plantel_id)
    manual = rulebook.in_force(app)
    with app.read() as session:
        plantel = session.get_one(Plantel, plantel_id)
        places = places_of(session, content.account_ids)
        media = media_of(session, content.media)
    snapshot = Snapshot(
        post_id=0,
        revision=0,
        texts={network: text for network, text in content.texts.items() if text},
        media=media,
        targets=tuple(
            TargetRef(account_id=p.account_id, network=p.network, external_id=p.external_id)
            for p in places
        ),
    )
    return evaluate(app, manual, snapshot, _setting(actor, content, plantel.name, places))


def submit(app: App, actor: Actor, post_id: int, *, version: int) -> Checked:
    """Send a draft to consulta, with its findings stored; returns them.

    When the author speaks for Difusión, the post goes straight to the Directora's queue: her
    approval carries the dictamen. Raises ``Invalid`` where something blocks it.
    """
    manual = rulebook.in_force(app)
    with app.write() as session:
        post = find_post(session, actor, "post.submit", post_id)
        require_state(post, EDITABLE, texts.ACTION_SUBMIT)
        if post.version != version:
            raise Conflict(texts.CHANGED_MEANWHILE)
        checked, snapshot, places = check_stored(app, session, actor, post, manual)
        if not snapshot.texts.get("base", "").strip() and not snapshot.media:
            raise Invalid(texts.NO_TEXT, field="texts")
        direct = _speaks_for_difusion(actor)
        if direct and not post.local_at:
            raise Invalid(texts.NO_TIME, field="local_at")
        require_targets(post, places, app)
        refuse_blocked(session, post, checked, snapshot)
        store_findings(app, session, post, checked)
        post.submitted_by_id = actor.person_id
        post.submitted_at = app.clock()
        post.state = "reviewed" if direct else "in_review"
        post.digest = snapshot.digest if direct else None
        post.version += 1
        record(app, session, actor, post, "submitted")
        return checked


def check_stored(
    app: App, session: Session, actor: Actor, post: Post, manual: Manual
) -> tuple[Checked, Snapshot, tuple[Place, ...]]:
    """Evaluate the stored working revision; returns (checked, snapshot, accounts)."""
    content = read_content(session, post)
    places = places_of(session, content.account_ids)
    snapshot = load_snapshot(session, post.id or 0, post.revision)
    plantel = session.get_one(Plantel, post.plantel_id)
    setting = _setting(actor, content, plantel.name, places)
    return evaluate(app, manual, snapshot, setting), snapshot, places


def store_findings(app: App, session: Session, post: Post, checked: Checked) -> None:
    """Replace the stored evaluation of the post's revision."""
    of_revision = {"post_id": post.id, "revision": post.revision}
    for model in (Finding, CheckRun):
        table = model.__table__
        session.execute(
            delete(model).where(table.c.post_id == post.id, table.c.revision == post.revision)
        )
    session.add(
        CheckRun(
            **of_revision,
            verdict=checked.verdict,
            manual_version=checked.manual_version,
            manual_hash=checked.manual_hash,
            lexicon_hash=checked.lexicon_hash,
            engine_version=checked.engine_version,
            at=app.clock(),
        )
    )
    for view in checked.findings:
        session.add(
            Finding(
                **of_revision,
                source=view.source,
                network=view.network,
                rule=view.rule,
                section=view.section,
                severity=view.severity,
                category=view.category,
                fragment=view.fragment,
                start=view.start,
                end=view.end,
                explanation=view.explanation,
                suggestion=view.suggestion,
            )
        )
    session.flush()


def require_targets(post: Post, places: tuple[Place, ...], app: App) -> None:
    """Raise ``Invalid`` unless there are accounts, all active, and a time still to come."""
    if not places:
        raise Invalid(texts.NO_ACCOUNTS, field="account_ids")
    for place in places:
        if place.state != "active":
            raise Invalid(
                texts.ACCOUNT_INACTIVE.format(handle=place.handle, plantel=place.plantel),
                field="account_ids",
            )
        if post.local_at and due_at(post, place.timezone) <= app.clock():
            raise Invalid(
                texts.TIME_PAST.format(wall=post.local_at.replace("T", " "), zone=place.timezone),
                field="local_at",
            )


def refuse_blocked(session: Session, post: Post, checked: Checked, snapshot: Snapshot) -> None:
    """Raise ``Invalid`` for a *bloqueo* that no granted exception covers."""
    network = next((f for f in checked.blocks if f.source == "connector"), None)
    if network is not None:
        raise Invalid(texts.BLOCKED_BY_NETWORK.format(sentence=network.explanation))
    if checked.blocks and not excepted(session, post, snapshot.content_digest):
        rules = ", ".join(sorted({f"regla {finding.rule}" for finding in checked.blocks}))
        raise Invalid(texts.BLOCKED.format(rules=rules))


def _setting(
    actor: Actor, content: DraftContent, plantel: str, places: tuple[Place, ...]
) -> Setting:
    connectors: Mapping[str, str] = {place.network: place.connector for place in places}
    return Setting(
        topic=content.topic,
        local_at=content.local_at,
        plantel=plantel,
        author_is_plantel=not _speaks_for_difusion(actor),
        connectors=connectors,
        credits=tuple(use.credit for use in content.media),
    )


def _speaks_for_difusion(actor: Actor) -> bool:
    return "COOR" in actor.roles
