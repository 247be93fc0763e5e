"""A worker's desk for tests: approved posts that are due, an engine driven a step at a time."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import Connection, func, select, update
from sqlmodel import Session, col

from connectors.contract import Credential, Part, Pending, Sighting, Staged
from connectors.errors import OutcomeUnknown
from connectors.registry import NETWORKS
from publisher import db, localtime
from publisher.app import App
from publisher.delivery import outbox, recovery
from publisher.delivery.engine import Engine
from publisher.delivery.outbox import Lease
from publisher.delivery.reconcile import reconcile
from publisher.models import (
    Account,
    Approval,
    Attempt,
    Delivery,
    Notice,
    Receipt,
    Worker,
)
from publisher.timing import Timing
from tests.support import transitions
from tests.support.evidence import Seen
from tests.support.house import PLANTELES, WALL, SmallHouse
from tests.support.networks import FakeConnector, FakeNetworks, FakePage, Fault
from vault.audit_tables import AuditEntry
from vault.tables import VaultSecretVersion


@dataclass
class Networks(FakeNetworks):
    """Fake networks whose next answers a test may write, and interrupt.

    ``answers`` are given before the ordinary behaviour; ``before`` is called at each verb.
    """

    answers: dict[tuple[str, str], deque[Any]] = field(default_factory=lambda: defaultdict(deque))
    before: Callable[[str], None] = lambda verb: None
    deadlines: list[float] = field(default_factory=list)

    def __call__(self, key: str) -> Scripted:
        return (ScriptedPage if key == "facebook" else Scripted)(key=key, networks=self)

    def answer(self, key: str, verb: str, *answers: Any) -> None:
        """Let the next calls of ``verb`` on ``key`` return these."""
        self.answers[key, verb].extend(answers)


@dataclass
class Scripted(FakeConnector):
    """The fake connector, with the test's answers first."""

    networks: Networks

    def stage(
        self, credential: Credential, part: Part, handle: Mapping[str, Any] | None = None
    ) -> Staged | Pending:
        self.networks.before("stage")
        done = super().stage(credential, part, handle)
        return self._scripted("stage", done)

    def publish(self, credential: Credential, part: Part, staged: Staged, **rest: Any) -> Any:
        self.networks.before("publish")
        self.networks.deadlines.append(rest["deadline"])
        return self._scripted("publish", super().publish(credential, part, staged, **rest))

    def find(self, *args: Any, **rest: Any) -> Sighting:
        self.networks.before("find")
        return self._scripted("find", super().find(*args, **rest))

    def _scripted(self, verb: str, otherwise: Any) -> Any:
        waiting = self.networks.answers[self.key, verb]
        return waiting.popleft() if waiting else otherwise


class ScriptedPage(Scripted, FakePage):
    """The same for a page."""


@dataclass
class Desk:
    """A small house with ``networks`` a test can script."""

    small: SmallHouse
    networks: Networks
    _numbers: Any = field(default_factory=lambda: count(1))

    @property
    def app(self) -> App:
        return self.small.app

    @property
    def timing(self) -> Timing:
        return self.app.timing

    @property
    def now(self) -> datetime:
        return self.small.clock.now

    def approve(
        self, *networks: str, code: str = "SAL", local_at: str = WALL, **changes: Any
    ) -> list[int]:
        """Approve one post with a text of its own; return the ids of its deliveries."""
        number = next(self._numbers)
        post_id = self.small.approved(
            f"El taller {number} del plantel abre su registro en la biblioteca a las 10:00 h.",
            code=code,
            local_at=local_at,
            account_ids=self.small.account_ids(*(networks or ("x",)), code=code),
            **changes,
        )
        with self.app.read() as session:
            return [
                id_ or 0
                for id_ in session.scalars(
                    select(col(Delivery.id))
                    .where(col(Delivery.post_id) == post_id)
                    .order_by(col(Delivery.id))
                )
            ]

    def due(self, *networks: str, **changes: Any) -> list[int]:
        """Approve one post for the next minute, in its plantel's zone, and let its time come."""
        zone = localtime.zone(PLANTELES[changes.get("code", "SAL")][2])
        soon = (self.now + timedelta(minutes=2)).astimezone(zone)
        changes.setdefault("local_at", soon.strftime("%Y-%m-%dT%H:%M"))
        ids = self.approve(*networks, **changes)
        self.small.clock.now = max(self.now, self.row(ids[-1]).due_at)
        return ids

    def hire(self, **identity: Any) -> str:
        """Enrol a worker; ``identity`` replaces columns of its row. Returns its id."""
        owner = recovery.enrol(self.app)
        if identity:
            self.change_worker(owner, **identity)
        return owner

    def engine(self, owner: str = "") -> Engine:
        """Return an engine without threads."""
        return Engine(self.app, owner=owner or self.hire())

    def run(self, engine: Engine, *, steps: int = 50) -> None:
        """Let the engine work until nothing moves."""
        for _ in range(steps):
            moved = engine.turn()
            while engine.perform():
                moved = True
            if not moved:
                return
        raise AssertionError("the engine does not come to rest")

    def row(self, delivery_id: int) -> Delivery:
        """Return the delivery as it is now."""
        with self.app.read() as session:
            return session.get_one(Delivery, delivery_id)

    def rows(self, state: str) -> list[Delivery]:
        with self.app.read() as session:
            return list(session.scalars(select(Delivery).where(col(Delivery.state) == state)))

    def account(self, delivery_id: int) -> Account:
        account_id = self.row(delivery_id).account_id
        with self.app.read() as session:
            return session.get_one(Account, account_id)

    def bury(self, owner: str) -> None:
        """Make a worker's row that of a process that is gone from this host."""
        self.change_worker(owner, pid=2**22 + 1, pid_start=1)

    def age(self, owner: str, *, beat: bool = True) -> None:
        """Let a worker's leases run out on the database's clock; ``beat``: nor does it beat."""
        over = timedelta(seconds=self.timing.lease + 1)
        with self.app.write() as session:
            table = Delivery.__table__  # type: ignore[attr-defined]
            until = db.read_clock(session.connection()) - timedelta(seconds=1)
            session.execute(update(table).where(table.c.owner == owner).values(lease_until=until))
        if beat:
            self.change_worker(owner, beat_at=until - over)

    def recover(self, owner: str = "") -> int:
        """Take back what dead workers held, as a new worker does first."""
        return recovery.recover(self.app, owner or self.hire())

    def settle_doubts(self, *, rounds: int = 4) -> None:
        """Let the time of looks come, and look."""
        for _ in range(rounds):
            self.small.clock.pass_(seconds=self.timing.settle)
            reconcile(self.app)

    def spoil_secret(self, account_id: int) -> None:
        """Change a sealed secret so that it no longer opens."""
        with self.app.write() as session:
            session.execute(
                update(VaultSecretVersion)
                .where(col(VaultSecretVersion.account_id) == account_id)
                .values(key_id="otra", sealed=func.replace(VaultSecretVersion.sealed, "A", "B"))
            )

    def seen(self, **changes: Any) -> Seen:
        """Return what the invariants judge: the rows, and what the networks saw."""
        posts = [
            {
                "network": post.network,
                "account": post.account,
                "id": post.remote_id,
                "text": post.text,
                "media_digests": post.media,
                "alt_texts": post.alt_texts,
                "created": post.created,
            }
            for post in self.networks.posts
        ]
        requests = [
            {
                "network": NETWORKS[call.connector],
                "account": call.account,
                "route": call.verb,
                "time": call.at,
            }
            for call in self.networks.calls
        ]
        return Seen(self.app, posts, requests, **({"slack": timedelta(0)} | changes))

    def state(self, delivery_id: int) -> str:
        return self.row(delivery_id).state

    def states(self) -> dict[int, str]:
        with self.app.read() as session:
            rows = session.execute(select(col(Delivery.id), col(Delivery.state))).all()
        return {row.id: row.state for row in rows}

    def change(self, delivery_id: int, **values: Any) -> None:
        """Change columns of a delivery behind the engine's back, and the recorder's."""
        self._update(Delivery, delivery_id, values)
        if "state" in values:
            transitions.forget(self.app.engine, delivery_id)

    def change_account(self, account_id: int, **values: Any) -> None:
        self._update(Account, account_id, values)

    def change_receipt(self, delivery_id: int, **values: Any) -> None:
        with self.app.write() as session:
            session.execute(
                update(Receipt).where(col(Receipt.delivery_id) == delivery_id).values(**values)
            )

    def void(self, delivery_id: int) -> None:
        """Void the approval of a delivery's revision."""
        row = self.row(delivery_id)
        with self.app.write() as session:
            session.execute(
                update(Approval)
                .where(col(Approval.post_id) == row.post_id)
                .values(voided_at=self.now, voided_reason="Pruebas")
            )

    def attempts(self, delivery_id: int) -> list[Attempt]:
        with self.app.read() as session:
            return list(
                session.scalars(
                    select(Attempt)
                    .where(col(Attempt.delivery_id) == delivery_id)
                    .order_by(col(Attempt.fence))
                )
            )

    def receipts(self, delivery_id: int) -> list[Receipt]:
        with self.app.read() as session:
            return list(
                session.scalars(select(Receipt).where(col(Receipt.delivery_id) == delivery_id))
            )

    def acts(self, prefix: str = "delivery.") -> list[str]:
        """Return the audit's actions that begin so, in the order of their writing."""
        with self.app.read() as session:
            actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id))
            return [action for action in actions if action.startswith(prefix)]

    def notices(self) -> list[str]:
        with self.app.read() as session:
            return list(session.scalars(select(col(Notice.kind)).order_by(col(Notice.id))))

    def write(self, act: Callable[[Session], Any]) -> Any:
        """Run ``act`` in a write transaction and return what it returns."""
        with self.app.write() as session:
            return act(session)

    def lose(self, *ids: int) -> None:
        """Let deliveries be sent, with their answers lost and nothing public."""
        for id_ in ids:
            self.networks.order(self.row(id_).network, "publish", Fault(OutcomeUnknown("lost")))

    def change_worker(self, owner: str, **values: Any) -> None:
        """Change columns of a worker's row."""
        with self.app.write() as session:
            session.execute(update(Worker).where(col(Worker.id) == owner).values(**values))

    def _update(self, model: Any, id_: int, values: Mapping[str, Any]) -> None:
        with self.app.write() as session:
            session.execute(update(model).where(model.__table__.c.id == id_).values(**values))


def lease_due(
    connection: Connection, k: int, *, owner: str, now: datetime, timing: Timing
) -> list[Lease]:
    """Lease the first due delivery of up to ``k`` accounts, as a turn does after a failed one."""
    found = outbox.find_due(connection, k, now=now, timing=timing)
    return outbox.take(connection, found, owner=owner, now=now, timing=timing)


def make_desk(small: SmallHouse, **settings: Any) -> Desk:
    """Return a desk on ``small``; ``settings`` replace the App's."""
    networks = Networks(clock=small.clock)
    app = replace(small.app, connect=networks)
    if settings:
        app = replace(app, settings=app.settings.model_copy(update=settings))
    return Desk(small=replace(small, app=app, networks=networks), networks=networks)
