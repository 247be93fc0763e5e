"""The whole way of a post before it is due, on both databases."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import col

from publisher.models import Delivery
from tests.support.house import SmallHouse


def test_a_post_goes_from_draft_to_one_scheduled_delivery_an_account(small: SmallHouse) -> None:
    post_id = small.approved(media=())
    with small.app.read() as session:
        rows = session.execute(select(col(Delivery.account_id), col(Delivery.state))).all()
    assert sorted(rows) == [(id_, "scheduled") for id_ in sorted(small.account_ids())]
    assert small.post(post_id).state == "approved"
    assert not small.networks.called("publish")
