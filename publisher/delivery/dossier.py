"""What the rows say of leased deliveries at this moment, in a fixed number of statements.

One reads accounts, approvals, stops and parts, one the content (``editorial.snapshot``), one the
credentials (``vault.store``); the manual in force is parsed once. This runs in each turn, for each
delivery that is about to go out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection
from sqlmodel import Session

from connectors.contract import Receipt
from publisher import rulebook
from publisher.app import App
from publisher.consents import using
from publisher.consents.covers import Consents
from publisher.delivery.outbox import Lease, rows
from publisher.editorial.snapshot import Snapshot, load_snapshots
from vault import store

VEDA_RULE = "7.3"
NOTHING_CITED = Consents()

_COLUMNS = (
    "id",
    "network",
    "connector",
    "external_id",
    "state",
    "digest",
    "paused",
    "judged",
    "parts",
    "manual",
    "cap",
)
_FACTS = """
    SELECT r.id, account.network, account.connector, account.external_id, account.state,
           approval.digest,
           EXISTS (SELECT 1 FROM pause WHERE pause.lifted_at IS NULL
                   AND (pause.plantel_id IS NULL OR pause.plantel_id = account.plantel_id))
               AS paused,
           EXISTS (SELECT 1 FROM finding WHERE finding.post_id = r.post_id
                   AND finding.revision = r.revision AND finding.rule = '{rule}') AS judged,
           (SELECT count(*) FROM delivery_part WHERE delivery_part.delivery_id = r.id) AS parts,
           (SELECT hash FROM manual_version WHERE in_force_from <= :now
            ORDER BY in_force_from DESC, id DESC LIMIT 1) AS manual,
           (SELECT amount FROM spending_cap WHERE spending_cap.network = account.network
            ORDER BY spending_cap.id DESC LIMIT 1) AS cap
    FROM {source}
    JOIN account ON account.id = r.account_id
    LEFT JOIN approval ON approval.post_id = r.post_id AND approval.revision = r.revision
         AND approval.voided_at IS NULL
"""


_PARENT_COLUMNS = ("id", "remote_id", "permalink")
_PARENTS = """
    SELECT r.id, receipt.remote_id, receipt.permalink
    FROM {source}
    JOIN delivery_part ON delivery_part.delivery_id = r.id AND delivery_part.position = r.part
    JOIN receipt ON receipt.delivery_id = r.id
         AND receipt.part = CASE delivery_part.kind WHEN 'comment' THEN 0 ELSE r.part - 1 END
"""


@dataclass(frozen=True, kw_only=True)
class Veda:
    """An electoral window of the manual in force, under which the revision was never judged."""

    name: str
    first: date
    last: date


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the rows say of a leased delivery.

    ``digest`` is the approval's, None without one; ``state`` is the account's. ``credential`` is
    None where the vault holds nothing. ``parts`` counts the visible requests; ``parent`` is the
    receipt of what the next one answers, None for the post. ``consents`` is what the register says
    of the citations of media that show minors. ``capped`` is whether the network has a monthly cap.
    """

    snapshot: Snapshot
    digest: str | None
    connector: str
    external_id: str
    state: str
    paused: bool
    credential: store.Used | None
    parts: int
    parent: Receipt | None
    veda: tuple[Veda, ...]
    consents: Consents = NOTHING_CITED
    capped: bool = False


def gather(app: App, session: Session, leases: Sequence[Lease]) -> Iterator[tuple[Lease, Facts]]:
    """Yield each lease with its facts, in the order given."""
    if not leases:
        return
    connection = session.connection()
    found = _read(connection, leases, now=app.clock())
    snapshots = load_snapshots(session, {(lease.post_id, lease.revision) for lease in leases})
    credentials = store.use_many(
        connection, app.keyring, sorted({lease.account_id for lease in leases})
    )
    windows = _windows(session, found[leases[0].id].manual)
    consents = using.of_revisions(
        session, {key: using.cited(snapshot.media) for key, snapshot in snapshots.items()}
    )
    parents = _parents(connection, [lease for lease in leases if lease.part])
    for lease in leases:
        row, used = found[lease.id], credentials[lease.account_id]
        yield (
            lease,
            Facts(
                snapshot=snapshots[lease.post_id, lease.revision],
                digest=row.digest,
                connector=row.connector,
                external_id=row.external_id,
                state=row.state,
                paused=bool(row.paused),
                credential=used if used.fields else None,
                parts=row.parts or 1,
                parent=parents.get(lease.id),
                veda=() if row.judged else windows,
                consents=consents.get((lease.post_id, lease.revision), NOTHING_CITED),
                capped=row.cap is not None,
            ),
        )


def _read(connection: Connection, leases: Sequence[Lease], *, now: datetime) -> dict[int, Any]:
    source = rows.table(connection, "r", id="int", post_id="int", revision="int", account_id="int")
    found = rows.fetch(
        connection,
        _FACTS.format(source=source, rule=VEDA_RULE),
        _COLUMNS,
        now=rows.moment(connection, now),
        rows=rows.dump(
            connection,
            (
                {
                    "id": lease.id,
                    "post_id": lease.post_id,
                    "revision": lease.revision,
                    "account_id": lease.account_id,
                }
                for lease in leases
            ),
        ),
    )
    return {row.id: row for row in found}


def _parents(connection: Connection, leases: Sequence[Lease]) -> dict[int, Receipt]:
    """Return what the later parts of ``leases`` answer: a comment the post, else the part before.

    No statement where there are none, as nearly always.
    """
    if not leases:
        return {}
    source = rows.table(connection, "r", id="int", part="int")
    found = rows.fetch(
        connection,
        _PARENTS.format(source=source),
        _PARENT_COLUMNS,
        rows=rows.dump(connection, ({"id": lease.id, "part": lease.part} for lease in leases)),
    )
    return {row.id: Receipt(remote_id=row.remote_id, permalink=row.permalink) for row in found}


def _windows(session: Session, manual_hash: str | None) -> tuple[Veda, ...]:
    if manual_hash is None:
        return ()
    return tuple(
        Veda(name=str(row["nombre"]), first=_date(row["inicio"]), last=_date(row["fin"]))
        for row in rulebook.by_hash(session, manual_hash).parameter(VEDA_RULE, "periodos", ())
    )


def _date(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))
