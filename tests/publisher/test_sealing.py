"""Every committed entry is linked, and the chain is signed when a checkpoint is due."""

from __future__ import annotations

import threading

from sqlalchemy import select

from publisher import db
from publisher.app import SYSTEM, App
from publisher.db import make_engine
from publisher.sealing import seal
from tests.support.house import SmallHouse
from vault import audit, checkpoints
from vault.audit_tables import AuditEntry, AuditLink
from vault.verify import verify


def unlinked(app: App) -> int:
    entry, link = AuditEntry.__table__, AuditLink.__table__
    with app.read() as session:
        return len(
            session.execute(
                select(entry.c.id)
                .outerjoin(link, link.c.entry_id == entry.c.id)
                .where(link.c.entry_id.is_(None))
            ).all()
        )


def note(app: App, n: int = 1) -> None:
    with app.write() as session:
        app.note(session, *(app.entry(SYSTEM, "prueba", "nada", k) for k in range(n)))


def test_sealing_leaves_nothing_unlinked_and_signs_the_first_time(small: SmallHouse) -> None:
    app = small.app
    assert unlinked(app) > 0
    seal(app)
    assert unlinked(app) == 0
    with app.read() as session:
        assert len(checkpoints.stored(session)) == 1
        assert verify(session, app.audit_key, now=app.clock()).ok
    assert seal(app) == 0


def test_a_checkpoint_comes_with_a_hundred_links_or_a_quarter_of_an_hour(
    small: SmallHouse,
) -> None:
    app = small.app
    seal(app)
    note(app, 50)
    seal(app)
    assert signed(app) == 1
    note(app, 50)
    seal(app)
    assert signed(app) == 2
    note(app)
    small.clock.pass_(minutes=15)
    seal(app)
    assert signed(app) == 3
    small.clock.pass_(minutes=15)
    seal(app)
    assert signed(app) == 3


def signed(app: App) -> int:
    with app.read() as session:
        return len(checkpoints.stored(session))


def test_sealers_at_once_make_one_chain_with_one_checkpoint_a_place(small: SmallHouse) -> None:
    app = small.app
    failures: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(10):
                note(app, 30)
                seal(app)
        except Exception as error:  # noqa: BLE001 - told by the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    seal(app, wait=True)
    assert unlinked(app) == 0
    with app.read() as session:
        result = verify(session, app.audit_key, now=app.clock())
    assert result.problems == ()


def test_nobody_signs_while_another_process_seals(small: SmallHouse, database_url: str) -> None:
    app = small.app
    seal(app)
    small.clock.pass_(minutes=20)
    note(app)
    with app.write() as session:  # linked and not yet signed: a checkpoint is due
        audit.seal(session, app.audit_key, now=app.clock())
    done = threading.Event()
    other = make_engine(database_url)
    with db.write(other) as session:
        audit.seal(session, app.audit_key, now=app.clock())
        thread = threading.Thread(target=lambda: (seal(app), done.set()))
        thread.start()
        assert not done.wait(0.5)
        assert signed(app) == 1
    thread.join()
    other.dispose()
    assert signed(app) == 2
