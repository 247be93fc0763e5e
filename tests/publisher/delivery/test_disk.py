"""Without room on the disk nothing is begun, and people hear of it once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy.exc import OperationalError
from structlog.testing import CapturingLogger

from publisher.delivery import alarm, disk
from publisher.delivery.alarm import Alarms
from publisher.delivery.disk import MEGABYTE, free_bytes
from tests.publisher.delivery.desk import Desk


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """The free bytes that the disk claims."""
    free = {"bytes": 10 * 1024 * MEGABYTE}
    monkeypatch.setattr(disk, "free_bytes", lambda _folder: free["bytes"])
    return free


def test_without_room_nothing_is_begun_and_with_it_work_goes_on(
    desk: Desk, room: dict[str, int]
) -> None:
    (id_,) = desk.due("x")
    room["bytes"] = desk.app.settings.min_free_mb * MEGABYTE - 1
    engine = desk.engine()
    desk.run(engine)
    desk.run(engine)
    assert desk.state(id_) == "scheduled"
    assert desk.acts("alarm.") == ["alarm.raised"]
    assert desk.notices().count("alarm") == 3
    room["bytes"] += 1
    desk.run(engine)
    assert desk.state(id_) == "published"
    assert desk.acts("alarm.") == ["alarm.raised", "alarm.cleared"]


def test_what_is_in_the_air_is_settled_without_room(desk: Desk, room: dict[str, int]) -> None:
    (id_,) = desk.due("x")
    engine = desk.engine()
    engine.turn()
    room["bytes"] = 0
    desk.run(engine)
    assert desk.state(id_) == "published"


def test_an_alarm_that_cannot_be_written_goes_to_the_log_and_is_written_later(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    # a log of its own: another test of this process may have configured and cached the module's
    said = CapturingLogger()
    monkeypatch.setattr(alarm, "log", structlog.wrap_logger(said, processors=[]))
    alarms = Alarms(desk.app)
    plain = alarms._write

    def full(*_: Any) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    monkeypatch.setattr(alarms, "_write", full)
    alarms.sound("disk:aqui", subject="Falta espacio", sentence="Quedan menos de 64 MB.")
    assert [call.kwargs.get("sentence") for call in said.calls] == ["Quedan menos de 64 MB.", None]
    assert [call.kwargs["event"] for call in said.calls] == ["alarm", "alarm.unwritten"]
    assert desk.acts("alarm.") == []
    monkeypatch.setattr(alarms, "_write", plain)
    alarms.retry()
    alarms.retry()
    assert desk.acts("alarm.") == ["alarm.raised"]


def test_a_folder_that_will_be_made_is_measured_where_it_will_be(tmp_path: Path) -> None:
    assert free_bytes(tmp_path / "aun" / "no") > 0
    assert free_bytes(tmp_path) > 0
