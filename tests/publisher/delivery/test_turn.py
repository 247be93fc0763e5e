"""What a turn does with what changed while it looked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Connection, text

from publisher.delivery import outbox
from publisher.delivery.outbox import Lease
from publisher.editorial.content import MediaUse
from tests.publisher.delivery.desk import Desk


def test_what_was_pulled_back_since_it_was_found_is_not_even_prepared(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    media = (MediaUse(media_id=desk.small.medium(), alt_text="Patio", credit="Propia"),)
    ids = desk.due("instagram", media=media)
    find = outbox.find_due

    def find_and_lose(connection: Connection, k: int, **named: Any) -> Sequence[Lease]:
        found = find(connection, k, **named)
        connection.execute(text("UPDATE delivery SET state = 'cancelled'"))
        return found

    monkeypatch.setattr(outbox, "find_due", find_and_lose)
    engine = desk.engine()
    engine.turn()
    assert not engine.perform()
    assert desk.state(ids[0]) == "cancelled"
    assert desk.networks.called("stage") == []
