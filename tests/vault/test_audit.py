from __future__ import annotations

import json
import threading
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, select
from sqlalchemy.exc import IntegrityError

from tests.vault.conftest import NOW, House, make_entries
from vault import audit
from vault.audit import AuditKey, Entry, entry_mac
from vault.audit_tables import AuditEntry
from vault.keys import MasterKey
from vault.rows import export_lines
from vault.verify import verify

KEY = AuditKey.from_keyring(MasterKey(b"k" * 32, b"r" * 32))


def test_an_entry_comes_back_as_it_was_written(house: House) -> None:
    entries = make_entries(20)
    house.append(entries)
    with house.read() as session:
        found = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        for entry, row in zip(entries, found, strict=True):
            assert all(getattr(row, name) == getattr(entry, name) for name in audit.COLUMNS)


def test_a_list_of_entries_is_one_statement_on_the_entry_table(house: House) -> None:
    seen: list[str] = []
    with house.write() as session:
        conn = session.connection()
        event.listen(conn, "before_cursor_execute", lambda *a: seen.append(a[2]))
        audit.append(conn, house.key, make_entries(16))
    assert len([sql for sql in seen if "INSERT INTO audit_entry" in sql]) == 1
    assert len(seen) <= 2


def test_an_empty_list_asks_nothing_of_the_database(house: House) -> None:
    house.append([])
    assert house.seal() == 0


def test_entries_of_a_transaction_that_fails_leave_no_trace(house: House) -> None:
    def fails() -> None:
        with house.write() as session:
            audit.append(session, house.key, make_entries(3))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert house.seal() == 0


def test_an_id_is_written_once(house: House) -> None:
    house.append(make_entries(1))
    with pytest.raises(Exception, match=r"insert-only|unique|duplicate"):
        house.append(make_entries(1))


def test_a_result_outside_the_three_is_refused(house: House) -> None:
    wrong = Entry(**{**make_entries(1)[0].__dict__, "result": "quizá"})
    with pytest.raises(IntegrityError):
        house.append([wrong])


@pytest.mark.parametrize(
    ("typed", "kept"), [("nulo \0 aquí", "nulo \ufffd aquí"), ("suelto \ud800", "suelto ?")]
)
def test_what_no_database_can_hold_is_replaced_and_the_act_still_recorded(
    house: House, typed: str, kept: str
) -> None:
    house.append([Entry(**{**make_entries(1)[0].__dict__, "reason": typed})])
    house.seal()
    with house.read() as session:
        assert session.scalars(select(AuditEntry.reason)).one() == kept
        assert verify(session, house.key, now=NOW).ok


def test_a_time_of_any_zone_is_kept_as_utc_and_a_naive_one_refused(house: House) -> None:
    local = NOW.astimezone(timezone(timedelta(hours=-6)))
    house.append([Entry(**{**make_entries(1)[0].__dict__, "at": local})])
    with house.read() as session:
        assert session.scalars(select(AuditEntry.at)).one() == NOW
        assert verify(session, house.key, now=NOW).ok
    with pytest.raises(ValueError, match="aware"):
        audit.canonical_time(datetime(2026, 1, 1))  # noqa: DTZ001


@given(
    st.lists(st.text(max_size=8), min_size=15, max_size=15),
    st.lists(st.text(max_size=8), min_size=15, max_size=15),
)
def test_different_rows_never_share_a_message(a: list[str], b: list[str]) -> None:
    try:
        "".join(a + b).encode()
    except UnicodeEncodeError:
        return
    assert (entry_mac(KEY, a) == entry_mac(KEY, b)) is (a == b)


def test_moving_text_between_neighbouring_columns_changes_the_mac() -> None:
    values = [str(n) for n in range(15)]
    moved = values.copy()
    moved[3], moved[4] = "34", ""
    assert "".join(moved) == "".join(values)
    assert entry_mac(KEY, moved) != entry_mac(KEY, values)


def test_links_and_entries_use_different_keys() -> None:
    assert KEY.entry.hex(b"x") != KEY.link.hex(b"x")
    assert "r" * 8 not in repr(KEY)


def test_sealing_links_each_entry_once_in_order(house: House) -> None:
    house.append(make_entries(30))
    house.append(make_entries(12, start=30))
    assert house.seal() == 42
    assert house.seal() == 0
    with house.read() as session:
        rows = session.connection().exec_driver_sql(
            "SELECT seq, entry_id FROM audit_link ORDER BY seq"
        )
        assert [tuple(row) for row in rows] == [(n + 1, f"e{n:05d}") for n in range(42)]
        assert audit.all_linked(session, [f"e{n:05d}" for n in range(42)])
        assert not audit.all_linked(session, ["e00000", "e99999"])


def test_more_entries_than_one_batch_are_sealed_in_one_go(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "_TODO", audit._TODO.replace(str(audit._BATCH), "7"))
    house.append(make_entries(50))
    assert house.seal() == 50
    with house.read() as session:
        assert verify(session, house.key, now=NOW).ok


def test_an_entry_that_commits_late_is_linked_all_the_same(house: House) -> None:
    """Two writers, the earlier one commits last: only PostgreSQL has two writers at a time."""
    if house.engine.dialect.name == "sqlite":
        house.append(make_entries(1, start=1))
        assert house.seal() == 1
        house.append(make_entries(1))
    else:
        with house.engine.connect() as slow:
            audit.append(slow, house.key, make_entries(1))
            house.append(make_entries(1, start=1))
            assert house.seal() == 1
            slow.commit()
    assert house.seal() == 1
    with house.read() as session:
        result = verify(session, house.key, now=NOW + timedelta(hours=1))
    assert result.ok
    assert (result.entries, result.links) == (2, 2)


def test_a_lost_work_list_is_noticed_and_mended_by_a_thorough_seal(house: House) -> None:
    house.append(make_entries(5))
    with house.write() as session:
        session.connection().exec_driver_sql("DELETE FROM audit_pending")
    assert house.seal() == 0
    with house.read() as session:
        late = verify(session, house.key, now=NOW + timedelta(seconds=120))
    assert len(late.problems) == 5
    with house.write() as session:
        assert audit.seal(session, house.key, now=NOW, thorough=True) == 5
    with house.read() as session:
        assert verify(session, house.key, now=NOW + timedelta(seconds=120)).ok


def test_a_work_list_stuffed_with_linked_and_repeated_ids_does_not_stop_the_sealer(
    house: House,
) -> None:
    house.append(make_entries(2))
    house.seal()
    house.append(make_entries(1, start=2))
    with house.write() as session:
        for entry_id in ("e00000", "e00002", "e00002"):
            session.connection().exec_driver_sql(
                f"INSERT INTO audit_pending (entry_id) VALUES ('{entry_id}')"
            )
    assert house.seal() == 1
    with house.read() as session:
        assert verify(session, house.key, now=NOW).ok


def test_a_second_sealer_gives_way_and_a_waiting_one_waits(house: House) -> None:
    if house.engine.dialect.name == "sqlite":
        return  # BEGIN IMMEDIATE lets one writer in
    house.append(make_entries(1))
    with house.engine.connect() as first:
        assert audit.seal(first, house.key, now=NOW) == 1
        house.append(make_entries(1, start=1))
        assert house.seal() == 0
        done = threading.Event()

        def wait() -> None:
            with house.write() as session:
                audit.seal(session, house.key, now=NOW, wait=True)
            done.set()

        thread = threading.Thread(target=wait)
        thread.start()
        assert not done.wait(0.3)
        first.commit()
        thread.join(10)
    assert done.is_set()
    with house.read() as session:
        assert verify(session, house.key, now=NOW).links == 2


def test_many_writers_beside_a_sealer_lose_nothing_and_break_nothing(house: House) -> None:
    writers, turns, size = 6, 12, 5
    stop = threading.Event()
    failures: list[BaseException] = []

    def guarded(work: object, *args: int) -> None:
        try:
            work(*args)  # type: ignore[operator]
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    def writes(writer: int) -> None:
        for turn in range(turns):
            house.append(make_entries(size, start=writer * 10_000 + turn * size))

    def seals() -> None:
        while not stop.is_set():
            house.seal()
            with house.read() as session:
                assert verify(session, house.key, now=NOW).problems == ()

    sealers = [threading.Thread(target=guarded, args=(seals,)) for _ in range(2)]
    threads = [threading.Thread(target=guarded, args=(writes, n)) for n in range(writers)]
    for thread in (*sealers, *threads):
        thread.start()
    for thread in threads:
        thread.join()
    stop.set()
    for thread in sealers:
        thread.join()
    house.seal()
    assert failures == []
    with house.read() as session:
        result = verify(session, house.key, now=NOW + timedelta(hours=1))
    assert result.problems == ()
    assert result.links == result.entries == writers * turns * size


def test_the_export_has_every_entry_in_chain_order_and_can_be_scoped(house: House) -> None:
    house.append(make_entries(10))
    house.seal()
    with house.read() as session:
        lines = [json.loads(line) for line in export_lines(session)]
        own = [json.loads(line) for line in export_lines(session, plantel_id=3)]
    assert [line["seq"] for line in lines] == list(range(1, 11))
    assert lines[0]["at"] == "2026-11-22 15:00:00.000000"
    assert [line["id"] for line in own] == ["e00003"]
