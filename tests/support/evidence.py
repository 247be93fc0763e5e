"""What the invariants judge, read once: the rows of a database and what the sandbox saw."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from publisher import rulebook
from publisher.app import SYSTEM, App
from publisher.errors import Unready
from publisher.models import (
    Account,
    Approval,
    Attempt,
    Delivery,
    DeliveryPart,
    Finding,
    Handover,
    Pause,
    Post,
    Receipt,
)
from tests.support import transitions
from tests.support.transitions import Change
from vault import store
from vault.audit_tables import AuditEntry

Shown = tuple[str, str, str, tuple[str, ...], tuple[str, ...]]
"""Network, account, text, SHA-256 of each medium, its alternative texts: what a post is."""

Place = tuple[str, str]
"""Network and external id of an account."""

SLACK = timedelta(seconds=2)
VEDA_RULE = "7.3"
_NOBODY = (None, SYSTEM.person_id)


@dataclass(frozen=True)
class Seen:
    """A database, and the sandbox's posts and requests; ``logs`` are texts that processes wrote.

    Rows are read once, at first use. ``slack`` is what clocks of processes may differ.
    """

    app: App
    posts: Sequence[Mapping[str, Any]]
    requests: Sequence[Mapping[str, Any]]
    logs: Sequence[str] = ()
    slack: timedelta = SLACK

    @cached_property
    def deliveries(self) -> dict[int, Any]:
        """Deliveries by id, with their account's place and their post's author."""
        return self._by_id(
            select(
                col(Delivery.id),
                col(Delivery.post_id),
                col(Delivery.revision),
                col(Delivery.account_id),
                col(Delivery.network),
                col(Delivery.state),
                col(Delivery.part),
                col(Delivery.due_at),
                col(Delivery.timezone),
                col(Delivery.evidence),
                col(Account.external_id),
                col(Account.plantel_id),
                col(Account.connector),
                col(Post.author_id),
                col(Post.last_editor_id),
            )
            .join(Account, col(Account.id) == col(Delivery.account_id))
            .join(Post, col(Post.id) == col(Delivery.post_id))
        )

    @cached_property
    def attempts(self) -> dict[int, list[Any]]:
        """Attempts of each delivery, by fence."""
        return self._grouped(
            select(
                col(Attempt.delivery_id).label("id"),
                col(Attempt.part),
                col(Attempt.fence),
                col(Attempt.owner),
                col(Attempt.opened_at),
                col(Attempt.outcome),
                col(Attempt.digest),
            ).order_by(col(Attempt.delivery_id), col(Attempt.fence))
        )

    @cached_property
    def receipts(self) -> dict[int, list[Any]]:
        """Receipts of each delivery."""
        return self._grouped(
            select(
                col(Receipt.delivery_id).label("id"),
                col(Receipt.part),
                col(Receipt.remote_id),
                col(Receipt.found_by),
            ).order_by(col(Receipt.delivery_id), col(Receipt.part))
        )

    @cached_property
    def parts(self) -> dict[int, int]:
        """How many visible requests each delivery takes."""
        with self.app.read() as session:
            rows = session.execute(
                select(col(DeliveryPart.delivery_id), func.count()).group_by(
                    col(DeliveryPart.delivery_id)
                )
            )
            return {id_: int(n) for id_, n in rows}

    @cached_property
    def approvals(self) -> dict[tuple[int, int], list[Any]]:
        """Every approval of each revision, in force or void, oldest first."""
        found: dict[tuple[int, int], list[Any]] = defaultdict(list)
        with self.app.read() as session:
            for row in session.execute(
                select(
                    col(Approval.post_id),
                    col(Approval.revision),
                    col(Approval.digest),
                    col(Approval.snapshot),
                    col(Approval.approver_id),
                    col(Approval.at),
                    col(Approval.voided_at),
                ).order_by(col(Approval.id))
            ):
                found[row.post_id, row.revision].append(row)
        return found

    @cached_property
    def pauses(self) -> list[Any]:
        """Every emergency stop, in force or lifted."""
        with self.app.read() as session:
            return list(
                session.execute(select(col(Pause.plantel_id), col(Pause.at), col(Pause.lifted_at)))
            )

    @cached_property
    def vedas(self) -> list[tuple[date, date]]:
        """The electoral windows of the manual in force."""
        try:
            windows = rulebook.in_force(self.app).parameter(VEDA_RULE, "periodos", ())
        except Unready:
            return []
        return [(_day(row["inicio"]), _day(row["fin"])) for row in windows]

    @cached_property
    def judged_in_veda(self) -> set[tuple[int, int]]:
        """The revisions whose check knew of the window they fall into."""
        with self.app.read() as session:
            rows = session.execute(
                select(col(Finding.post_id), col(Finding.revision)).where(
                    col(Finding.rule) == VEDA_RULE
                )
            )
            return {(row.post_id, row.revision) for row in rows}

    @cached_property
    def handovers(self) -> dict[int, list[Any]]:
        """What people were asked to publish by hand, by delivery."""
        return self._grouped(
            select(
                col(Handover.delivery_id).label("id"),
                col(Handover.fence),
                col(Handover.at),
            ).order_by(col(Handover.at))
        )

    @cached_property
    def acts(self) -> dict[int, list[Any]]:
        """The audit's entries of each delivery."""
        found: dict[int, list[Any]] = defaultdict(list)
        with self.app.read() as session:
            for row in session.execute(
                select(
                    col(AuditEntry.object_id),
                    col(AuditEntry.action),
                    col(AuditEntry.actor_id),
                    col(AuditEntry.reason),
                ).where(col(AuditEntry.object_type) == "delivery")
            ):
                found[int(row.object_id)].append(row)
        return found

    @cached_property
    def history(self) -> dict[int, list[Change]]:
        """The recorded changes of each delivery, in their order."""
        found: dict[int, list[Change]] = defaultdict(list)
        if not transitions.is_recording(self.app.engine):
            return found
        for change in transitions.history(self.app.engine):
            found[change.delivery_id].append(change)
        return found

    @cached_property
    def expected(self) -> dict[int, Shown]:
        """How each delivery must look on its network, by its approval's own copy."""
        found = {}
        for id_, row in self.deliveries.items():
            approvals = self.approvals.get((row.post_id, row.revision))
            if approvals:
                body = approvals[-1].snapshot
                media = body["media"].get(row.network, [])
                found[id_] = (
                    row.network,
                    row.external_id,
                    body["texts"][row.network],
                    tuple(sha256 for sha256, _ in media),
                    tuple(alt for _, alt in media),
                )
        return found

    @cached_property
    def owners(self) -> dict[tuple[str, str, str], list[int]]:
        """The deliveries that claim each (network, account, remote id)."""
        found: dict[tuple[str, str, str], list[int]] = defaultdict(list)
        for id_, receipts in self.receipts.items():
            row = self.deliveries[id_]
            for receipt in receipts:
                found[row.network, row.external_id, receipt.remote_id].append(id_)
        return found

    @cached_property
    def secrets(self) -> set[str]:
        """Every secret that the vault holds for an account, in clear."""
        accounts = sorted({row.account_id for row in self.deliveries.values()})
        with self.app.read() as session:
            used = store.use_many(session, self.app.keyring, accounts)
        return {
            secret.reveal()
            for held in used.values()
            for secret in held.fields.values()
            if len(secret.reveal()) > 7
        }

    def may_be_public(self, delivery_id: int) -> bool:
        """Tell whether a delivery ever sent something whose fate was in doubt, or is public."""
        outcomes = {attempt.outcome for attempt in self.attempts.get(delivery_id, ())}
        return bool(outcomes & {None, "unknown", "published"}) or delivery_id in self.handovers

    def persons_acts(self, delivery_id: int, *actions: str) -> int:
        """Count the acts on a delivery, these or all, that name a person and give a reason."""
        return sum(
            act.actor_id not in _NOBODY
            and act.reason > ""
            and act.action in (actions or {act.action})
            for act in self.acts.get(delivery_id, ())
        )

    def _by_id(self, statement: Any) -> dict[int, Any]:
        with self.app.read() as session:
            return {row.id: row for row in session.execute(statement)}

    def _grouped(self, statement: Any) -> dict[int, list[Any]]:
        found: dict[int, list[Any]] = defaultdict(list)
        with self.app.read() as session:
            for row in session.execute(statement):
                found[row.id].append(row)
        return found


def approved(seen: Seen) -> Counter[Shown]:
    """Return what was approved and may be public, as its networks must show it."""
    wanted: Counter[Shown] = Counter()
    for id_, content in seen.expected.items():
        wanted[content] += seen.deliveries[id_].state != "cancelled" or seen.may_be_public(id_)
    return wanted


def shown(seen: Seen) -> Counter[Shown]:
    """Return what the networks show."""
    return Counter(content_of(post) for post in seen.posts)


def content_of(post: Mapping[str, Any]) -> Shown:
    """Return the content of one post of the sandbox."""
    return (
        post["network"],
        post["account"],
        post["text"],
        tuple(post["media_digests"]),
        tuple(post["alt_texts"]),
    )


def moment(value: str | datetime) -> datetime:
    """Read a time of the sandbox."""
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _day(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))
