from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text, update
from sqlmodel import col

from publisher.editorial import review
from publisher.models import Delivery
from publisher.queries import activity
from publisher.queries.activity import NetworkActivity
from tests.support.house import SmallHouse

LAST_WEEK = datetime(2026, 11, 18, 16, 0, tzinfo=UTC)
THIS_WEEK = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


def settle(small: SmallHouse, post_id: int, network: str, state: str, at: datetime) -> None:
    """Put one delivery of a post where a run would have left it."""
    published = at if state == "published" else None
    with small.app.write() as session:
        session.execute(
            update(Delivery)
            .where(col(Delivery.post_id) == post_id, col(Delivery.network) == network)
            .values(state=state, published_at=published, due_at=at)
        )


def rows(small: SmallHouse) -> dict[str, activity.PlantelActivity]:
    found = activity.by_plantel(small.app, small.coordinador)
    return {row.plantel: row for row in found.rows}


def test_a_house_without_posts_shows_every_plantel_with_zeros(small: SmallHouse) -> None:
    found = activity.by_plantel(small.app, small.coordinador)
    assert len(found.weeks) == 12
    assert len(found.rows) == 3
    assert all(not any(row.weeks) and not row.by_network for row in found.rows)


def test_each_delivery_counts_once_in_its_network_and_its_week(small: SmallHouse) -> None:
    post_id = small.approved()
    settle(small, post_id, "facebook", "published", THIS_WEEK)
    settle(small, post_id, "x", "published", LAST_WEEK)
    settle(small, post_id, "instagram", "rejected", THIS_WEEK)
    row = rows(small)["CECyTE Saltillo"]
    assert row.weeks[-2:] == (1, 1)
    assert row.networks == {"facebook": 1, "x": 1}
    assert row.by_network == {
        "facebook": NetworkActivity(published=1),
        "instagram": NetworkActivity(failed=1),
        "x": NetworkActivity(published=1),
    }
    assert row.last_published_at == THIS_WEEK


def test_what_is_planned_counts_as_scheduled_and_what_is_held_as_waiting(small: SmallHouse) -> None:
    post_id = small.approved()
    settle(small, post_id, "x", "held", THIS_WEEK)
    counts = rows(small)["CECyTE Saltillo"].by_network
    assert counts["facebook"] == NetworkActivity(scheduled=1)
    assert counts["x"] == NetworkActivity(waiting=1)


def test_a_post_that_came_back_counts_once_for_each_of_its_networks(small: SmallHouse) -> None:
    post_id = small.submitted(account_ids=small.account_ids("facebook", "x"))
    review.give(small.app, small.coordinador, post_id, decision="returned", reason="Falta la hora.")
    row = rows(small)["CECyTE Saltillo"]
    assert row.returned == 1
    assert row.by_network == {
        "facebook": NetworkActivity(returned=1),
        "x": NetworkActivity(returned=1),
    }


def test_a_closed_plantel_stays_while_it_has_something_in_the_range(small: SmallHouse) -> None:
    post_id = small.approved(code="TOR")
    settle(small, post_id, "x", "published", THIS_WEEK)
    with small.app.write() as session:
        session.execute(text("UPDATE plantel SET state = 'closed' WHERE code IN ('TOR', 'ACU')"))
    assert set(rows(small)) == {"CECyTE Saltillo", "CECyTE Torreón"}


def test_the_latest_deliveries_can_be_kept_to_a_week_or_to_a_group(small: SmallHouse) -> None:
    post_id = small.approved()
    settle(small, post_id, "facebook", "published", THIS_WEEK)
    settle(small, post_id, "x", "published", LAST_WEEK)
    plantel = small.planteles["SAL"]

    def networks(**options: Any) -> list[str]:
        found = activity.recent(small.app, small.coordinador, plantel, **options)
        return [row.network for row in found]

    monday = activity.by_plantel(small.app, small.coordinador).weeks[-2]
    assert networks() == ["instagram", "facebook", "x"]
    assert networks(week=monday) == ["x"]
    assert networks(groups=("published",)) == ["facebook", "x"]
    assert networks(groups=("failed",)) == []
