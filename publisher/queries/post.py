"""One post from its first draft to its receipts: what it said, who decided what, where it went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from publisher import localtime
from publisher.app import Actor, App
from publisher.editorial import remarks, veda
from publisher.editorial.extras import Extras
from publisher.editorial.remarks import Remark
from publisher.editorial.snapshot import load_snapshot
from publisher.errors import Invalid, NotFound
from publisher.models import (
    Account,
    Approval,
    CheckRun,
    Delegation,
    ExceptionRequest,
    Person,
    Plantel,
    Post,
    Target,
)
from publisher.queries.allowed import Allowed, allowed_of, another
from publisher.queries.costs import CostRow, costs_of
from publisher.queries.findings import FindingRow, findings_of
from publisher.queries.following import extras_of
from publisher.queries.phases import phase
from publisher.queries.rows import delivery_counts, require, visible_posts
from publisher.queries.sending import DeliveryRow, deliveries_of
from publisher.queries.steps import StepRow, steps_of
from publisher.queries.using import PictureUse, pictures_of
from publisher.queries.variants import said, variants_of
from publisher.texts import queries as texts


@dataclass(frozen=True, kw_only=True)
class TargetRow:
    """An account that the revision is meant for."""

    account_id: int
    network: str
    handle: str
    plantel: str
    timezone: str


@dataclass(frozen=True, kw_only=True)
class Authorisation:
    """The approval in force: by whom, of which digest, for which wall time and tolerance."""

    at: datetime
    person: str
    on_behalf_of: str
    digest: str
    local_at: str
    tolerance_min: int


@dataclass(frozen=True, kw_only=True)
class Story:
    """Everything that the detail of a post shows.

    ``content_digest`` is what a visto bueno binds, empty where none is waited for.
    ``texts`` maps ``base`` and networks, ``forms`` the networks whose form is not the feed.
    ``legal_basis`` is what an exception in an electoral window rests on; ``needs_grounds`` says
    that approving asks for a reason, because the post goes out in one.
    """

    post_id: int
    plantel_id: int
    plantel: str
    timezone: str
    time_mode: str
    fold: int
    author: str
    mine: bool
    state: str
    phase: str
    revision: int
    version: int
    topic: str
    local_at: str | None
    due_at: datetime | None
    digest: str
    content_digest: str
    verdict: str
    manual_version: str
    texts: Mapping[str, str] = field(default_factory=dict)
    forms: Mapping[str, str] = field(default_factory=dict)
    pictures: tuple[PictureUse, ...] = ()
    targets: tuple[TargetRow, ...] = ()
    findings: tuple[FindingRow, ...] = ()
    steps: tuple[StepRow, ...] = ()
    exception_reason: str = ""
    legal_basis: str = ""
    needs_grounds: bool = False
    approval: Authorisation | None = None
    deliveries: tuple[DeliveryRow, ...] = ()
    costs: tuple[CostRow, ...] = ()
    allowed: Allowed = field(default_factory=Allowed)
    extras: Mapping[str, Extras] = field(default_factory=dict)
    remarks: tuple[Remark, ...] = ()

    def text(self, network: str) -> str:
        """Return what the post says on ``network``."""
        return said(self.texts, self.forms, network)

    @property
    def corrected(self) -> bool:
        """Tell whether a text of it was corrected after it was public (rule 16.3)."""
        return any(delivery.corrected for delivery in self.deliveries)

    @property
    def settled(self) -> bool:
        """Tell whether no delivery will change by itself any more."""
        open_groups = {"scheduled", "publishing", "retrying"}
        return not any(
            delivery.group in open_groups or delivery.is_leaving or delivery.is_being_corrected
            for delivery in self.deliveries
        )


def story(app: App, actor: Actor, post_id: int) -> Story:
    """Return a post with all that happened to it. Raises ``NotFound`` out of scope too."""
    where = require(actor, "calendar.read")
    with app.read() as session:
        row = session.execute(
            select(Post, col(Plantel.name), col(Plantel.timezone), col(Person.name))
            .join(Plantel, col(Plantel.id) == col(Post.plantel_id))
            .join(Person, col(Person.id) == col(Post.author_id))
            .where(col(Post.id) == post_id, visible_posts(where))
        ).first()
        if row is None:
            raise NotFound(texts.NO_SUCH_POST.format(id=post_id))
        post, plantel, plantel_zone, author = row
        key = (post_id, post.revision)
        check = session.get(CheckRun, key)
        counts = delivery_counts(session, [key]).get(key, {})
        pending = _pending(session, post_id)
        variants = variants_of(session, [key])[key]
        zone = plantel_zone if post.time_mode == "local" else post.timezone
        deliveries = deliveries_of(app, session, post_id)
        return Story(
            post_id=post_id,
            plantel_id=post.plantel_id,
            plantel=plantel,
            timezone=zone,
            time_mode=post.time_mode,
            fold=post.fold,
            author=author,
            mine=not another(actor, post),
            state=post.state,
            phase=phase(post.state, counts, clearing=post.awaits_clearance),
            revision=post.revision,
            version=post.version,
            topic=post.topic,
            local_at=post.local_at,
            due_at=_due(post.local_at, zone, post.fold),
            digest=post.digest or "",
            content_digest=_content_digest(session, post),
            verdict=check.verdict if check else "",
            manual_version=check.manual_version if check else "",
            texts=variants.texts,
            forms=variants.forms,
            pictures=pictures_of(session, post_id, post.revision),
            targets=_targets(session, post),
            findings=findings_of(session, post_id, post.revision),
            steps=steps_of(session, post, author),
            exception_reason=pending,
            legal_basis=veda.legal_basis_of(session, post),
            needs_grounds=post.state == "reviewed" and veda.needs_grounds(session, post),
            approval=_approval(session, post),
            deliveries=deliveries,
            costs=costs_of(app, session, post),
            allowed=allowed_of(
                app, session, actor, post, counts, deliveries, pending=bool(pending)
            ),
            extras=extras_of(session, [key])[key],
            remarks=remarks.of_post(session, post_id),
        )


def _content_digest(session: Session, post: Post) -> str:
    if not post.awaits_clearance:
        return ""
    return load_snapshot(session, post.id or 0, post.revision).content_digest


def _targets(session: Session, post: Post) -> tuple[TargetRow, ...]:
    rows = session.execute(
        select(
            col(Account.id).label("account_id"),
            col(Account.network),
            col(Account.handle),
            col(Plantel.name).label("plantel"),
            col(Plantel.timezone),
        )
        .join(Target, col(Target.account_id) == col(Account.id))
        .join(Plantel, col(Plantel.id) == col(Account.plantel_id))
        .where(col(Target.post_id) == post.id, col(Target.revision) == post.revision)
        .order_by(col(Plantel.name), col(Account.network))
    ).mappings()
    return tuple(TargetRow(**row) for row in rows)


def _pending(session: Session, post_id: int) -> str:
    return (
        session.scalar(
            select(col(ExceptionRequest.reason)).where(
                col(ExceptionRequest.post_id) == post_id, col(ExceptionRequest.state) == "open"
            )
        )
        or ""
    )


def _approval(session: Session, post: Post) -> Authorisation | None:
    approver, giver = aliased(Person), aliased(Person)
    row = session.execute(
        select(Approval, col(approver.name), col(giver.name))
        .join(approver, col(approver.id) == col(Approval.approver_id))
        .outerjoin(Delegation, col(Delegation.id) == col(Approval.delegation_id))
        .outerjoin(giver, col(giver.id) == col(Delegation.from_person_id))
        .where(
            col(Approval.post_id) == post.id,
            col(Approval.revision) == post.revision,
            col(Approval.voided_at).is_(None),
        )
    ).first()
    if row is None:
        return None
    approval, person, on_behalf_of = row
    return Authorisation(
        at=approval.at,
        person=person,
        on_behalf_of=on_behalf_of or "",
        digest=approval.digest,
        local_at=approval.local_at,
        tolerance_min=approval.tolerance_min,
    )


def _due(local_at: str | None, zone: str, fold: int) -> datetime | None:
    if not local_at:
        return None
    try:
        return localtime.resolve(local_at, zone, fold)
    except Invalid:
        return None
