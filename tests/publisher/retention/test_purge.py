"""What is past its term goes, in short batches; what proves something stays."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text, update
from sqlmodel import SQLModel, col

from publisher import institution
from publisher.app import SYSTEM, App
from publisher.delivery.outbox import rows
from publisher.editorial import draft
from publisher.models import Consent
from publisher.retention import purge
from publisher.retention.policy import _OF_DRAFT, POLICY
from tests.support.consents import registered
from tests.support.house import START, SmallHouse
from vault import store
from vault.secret import Secret
from vault.verify import verify

KEPT = ("audit_entry", "audit_link", "receipt", "approval", "post", "delivery", "review")


def insert_many(app: App, n: int, make: Callable[[int], dict[str, Any]], table: str) -> None:
    with app.write() as session:
        connection = session.connection()
        body = [
            {
                k: rows.moment(connection, v) if isinstance(v, datetime) else v
                for k, v in row.items()
            }
            for row in map(make, range(n))
        ]
        names = list(body[0])
        columns, values = ", ".join(names), ", ".join(f":{name}" for name in names)
        statement = text(f"INSERT INTO {table} ({columns}) VALUES ({values})")
        connection.execute(statement, body)


def count(app: App, query: str) -> int:
    with app.read() as session:
        return int(session.connection().scalar(text(query)) or 0)


def old_things(house: SmallHouse) -> None:
    """Put two of each kind: one past its term by far, one of today."""
    person = house.directora.person_id
    times = (START, START + timedelta(days=800))
    insert_many(
        house.app,
        2,
        lambda i: {"email": "a@b.mx", "address": "1", "succeeded": False, "at": times[i]},
        "sign_in",
    )
    insert_many(
        house.app,
        2,
        lambda i: {
            "token_hash": str(i),
            "person_id": person,
            "created_at": times[i],
            "seen_at": times[i],
            "expires_at": times[i],
            "address": "",
            "agent": "",
        },
        "web_session",
    )
    insert_many(
        house.app,
        3,
        lambda i: {
            "person_id": person,
            "kind": "x",
            "subject": "x",
            "body": "x",
            "link": "",
            "at": START,
            # the third was never read
            "read_at": (*times, None)[i],
            "mail_state": "none",
            "tries": 0,
        },
        "notice",
    )
    insert_many(
        house.app,
        2,
        lambda i: {
            "id": f"w{i}",
            "host": "h",
            "boot_id": "b",
            "pid_namespace": "n",
            "pid": 1,
            "pid_start": 1,
            "started_at": times[i],
            "beat_at": times[i],
        },
        "worker",
    )


def seen_on_accounts(house: SmallHouse, delivery_id: int) -> None:
    """Put a comment of then and one of today under a post of ours, and two posts of others."""
    account, later = house.account_ids("x")[0], START + timedelta(days=790)
    insert_many(
        house.app,
        3,
        lambda i: {
            "account_id": account,
            "remote_id": f"p{i}",
            "delivery_id": (None, delivery_id, None)[i],
            "text": "",
            "permalink": "",
            "created_at": (START, START, later)[i],
            "first_seen_at": START,
            "seen_at": (START, START, later)[i],
        },
        "remote_post",
    )
    ours = count(house.app, "SELECT id FROM remote_post WHERE remote_id = 'p1'")
    insert_many(
        house.app,
        2,
        lambda i: {
            "remote_post_id": ours,
            "remote_id": f"c{i}",
            "author": "Ana",
            "text": "¡Bien!",
            "created_at": (START, later)[i],
            "seen_at": START,
        },
        "remote_comment",
    )


def published(house: SmallHouse) -> int:
    """Publish one post as the engine would leave it; return a delivery's id."""
    post_id = house.approved(account_ids=house.account_ids("x"))
    with house.app.write() as session:
        connection = session.connection()
        now = rows.moment(connection, START)
        connection.execute(
            text(
                "UPDATE delivery SET state = 'published', evidence = '[1]', updated_at = :now"
                " WHERE post_id = :post"
            ),
            {"now": now, "post": post_id},
        )
        id_ = connection.scalar(
            text("SELECT id FROM delivery WHERE post_id = :post"), {"post": post_id}
        )
        connection.execute(
            text(
                "INSERT INTO attempt (delivery_id, part, fence, owner, opened_at, closed_at,"
                " outcome, code, detail, digest) VALUES (:id, 0, 1, 'w0', :now, :now, 'published',"
                " 'ok', 'respuesta larga', '')"
            ),
            {"id": id_, "now": now},
        )
    return int(id_ or 0)


def test_what_is_past_its_term_goes_and_what_proves_something_stays(small: SmallHouse) -> None:
    app = small.app
    dropped, kept_draft = small.draft(), small.draft()
    draft.discard(app, small.operador(), dropped, reason="Ya no hace falta.")
    sent_in = small.submitted()
    old_things(small)
    delivery_id = published(small)
    ended, current = registered(small), registered(small)
    with app.write() as session:
        session.execute(
            update(Consent)
            .where(col(Consent.folio) == ended)
            .values(valid_until=START.date() - timedelta(days=1200))
        )
    credential = {"access_token": Secret("renovado")}
    account = small.account_ids("x")[0]
    institution.install_credential(app, SYSTEM, account, credential, reason="Se renovó")
    seen_on_accounts(small, delivery_id)
    log = app.settings.data_dir / "logs" / "viejo.log"
    log.parent.mkdir()
    log.write_text("{}")
    os.utime(log, (START.timestamp(),) * 2)
    small.clock.pass_(days=800)
    before = {table: count(app, f"SELECT count(*) FROM {table}") for table in KEPT}

    wanted = purge.count(app)
    assert count(app, "SELECT count(*) FROM sign_in") == 2
    done = purge.purge(app)
    assert {k: v for k, v in done.counts.items() if k != "media"} == wanted.counts
    assert wanted.counts == {
        "drafts": 1,
        "sessions": 1,
        "sign_ins": 1,
        "notices": 1,
        "attempts": 1,
        "evidence": 1,
        "workers": 1,
        "consents": 1,
        "comments": 1,
        "elsewhere": 1,
        "logs": 1,
        "secrets": 1,
    }
    with app.read() as session:
        used = store.use(session, app.keyring, account)
    assert used.fields["access_token"] == credential["access_token"]
    assert not log.exists()
    told = "SELECT count(*) FROM consent WHERE subject <> '' AND folio ="
    assert count(app, f"{told} '{ended}'") == 0
    assert count(app, f"{told} '{current}'") == 1
    after = {table: count(app, f"SELECT count(*) FROM {table}") for table in KEPT}
    assert after == {
        **before,
        "post": before["post"] - 1,
        "review": before["review"] - 1,
        "audit_entry": before["audit_entry"] + 2,  # the purge, and the versions erased
    }
    assert {kept_draft, sent_in} <= {small.post(id_).id for id_ in (kept_draft, sent_in)}
    assert count(app, f"SELECT count(*) FROM post WHERE id = {dropped}") == 0
    attempt = "SELECT count(*) FROM attempt WHERE detail = '' AND code = 'ok'"
    assert count(app, f"{attempt} AND delivery_id = {delivery_id}") == 1
    with app.read() as session:
        detail = session.connection().scalar(
            text("SELECT detail FROM audit_entry WHERE action = 'retention.purge'")
        )
        assert verify(session, app.audit_key, now=START).ok is False  # nothing is linked yet
    assert json.loads(detail)["sign_ins"] == 1
    assert purge.purge(app).total == 0
    assert count(app, "SELECT count(*) FROM audit_entry") == after["audit_entry"]


def test_a_purge_that_was_killed_is_taken_up_and_told_whole(
    small: SmallHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = small.app
    insert_many(
        app,
        25,
        lambda i: {"email": "a@b.mx", "address": "1", "succeeded": False, "at": START},
        "sign_in",
    )
    small.clock.pass_(days=100)
    real, calls = purge._remove, []

    def dies(*given: Any) -> float:
        if len(calls) == 2:
            raise KeyboardInterrupt
        calls.append(1)
        return real(*given)

    with monkeypatch.context() as broken:
        broken.setattr(purge, "_remove", dies)
        with pytest.raises(KeyboardInterrupt):
            purge.purge(app, batch=10)
    assert count(app, "SELECT count(*) FROM sign_in") == 5
    assert count(app, "SELECT count(*) FROM audit_entry WHERE action = 'retention.purge'") == 0
    done = purge.purge(app, batch=10)
    assert done.counts["sign_ins"] == 25
    assert count(app, "SELECT count(*) FROM sign_in") == 0
    with app.read() as session:
        told = session.connection().scalar(
            text("SELECT detail FROM audit_entry WHERE action = 'retention.purge'")
        )
    assert json.loads(told) == {"sign_ins": 25}


def test_ten_thousand_rows_go_in_batches_none_of_which_holds_writers_for_a_second(
    small: SmallHouse,
) -> None:
    insert_many(
        small.app,
        10_000,
        lambda i: {"email": "a@b.mx", "address": "1", "succeeded": False, "at": START},
        "sign_in",
    )
    small.clock.pass_(days=100)
    done = purge.purge(small.app)
    assert (done.counts["sign_ins"], done.batches) == (10_000, 10)
    assert done.longest < 1


def test_every_table_that_hangs_from_a_post_is_removed_with_a_draft_or_keeps_it() -> None:
    children = {
        table.name
        for table in SQLModel.metadata.tables.values()
        for key in table.foreign_keys
        if key.target_fullname == "post.id"
    }
    assert children == {*_OF_DRAFT, "approval", "delivery"}


def test_the_terms_never_end_before_what_they_are_for() -> None:
    from publisher.people.throttle import KNOWN_FOR

    assert POLICY.term("sign_ins") > KNOWN_FOR
    assert POLICY.term("attempts") >= timedelta(days=365)
