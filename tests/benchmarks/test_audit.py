"""The measurements of the audit run small and return their figures."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import Engine, text

from benchmarks import audit
from publisher import db


def test_verifying_is_measured_on_a_chain_that_is_whole_and_signed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert audit.main(["verify", "--rows", "450", "--repeat", "2", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["rows"], told["checkpoints"], told["ok"]) == (450, 5, True)
    assert told["seconds"] > 0


def test_both_kinds_of_insert_write_the_same_columns(engine: Engine) -> None:
    audit._create(engine)
    audit._create_plain(engine)
    key, entry = audit._keys()[0], audit._entries(4, 1)[0]
    for insert in audit.INSERTS.values():
        insert(engine, key, entry)
    names = ", ".join(audit.COLUMNS)
    with db.read(engine) as session:
        rows = [
            session.execute(text(f"SELECT {names} FROM {table}")).one()
            for table in ("audit_entry", "plain_entry")
        ]
    assert [str(value)[:19] for value in rows[0]] == [str(value)[:19] for value in rows[1]]
