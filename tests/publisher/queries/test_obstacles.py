"""What is in the way of publishing, as a person reads it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update
from sqlmodel import col

from publisher.delivery import pace
from publisher.delivery.alarm import Alarms
from publisher.delivery.breaker import Breaker, opened
from publisher.delivery.bucket import Bucket
from publisher.models import Account
from publisher.queries import obstacles
from tests.support.house import SmallHouse


def test_a_house_that_works_has_nothing_in_the_way(small: SmallHouse) -> None:
    assert obstacles.standing(small.app) == ()
    assert obstacles.waiting_accounts(small.app, small.directora) == ()


def test_a_spared_platform_is_told_with_hour_and_reason(small: SmallHouse) -> None:
    now = small.clock.now
    known = Breaker(scope="x", window_at=now, reason="no responde (5 fallos seguidos)")
    with small.app.write() as session:
        pace.write_breaker(session, opened(known, 65 * 60, now=now), now=now)
        pace.write_breaker(session, Breaker(scope="facebook", window_at=now), now=now)
    (one,) = obstacles.standing(small.app)
    assert (one.kind, one.scope, one.until) == ("breaker", "x", now + timedelta(minutes=65))
    assert one.sentence.startswith(
        "X está en pausa hasta las 10:05 porque no responde (5 fallos seguidos)."
    )


def test_a_spent_quota_and_alarms_are_told_too(small: SmallHouse) -> None:
    now = small.clock.now
    spent = Bucket(
        scope="facebook",
        tokens=3,
        capacity=100,
        window_seconds=3600,
        updated_at=now,
        resets_at=now + timedelta(days=1),
    )
    with small.app.write() as session:
        pace.write_buckets(session, [spent])
    Alarms(small.app).sound("disk:aqui", subject="Falta espacio", sentence="Queda poco disco.")
    Alarms(small.app).sound("sender:1", subject="Lento", sentence="Va despacio.", halts=False)
    alarm, slow, quota = obstacles.standing(small.app)
    assert (alarm.kind, alarm.sentence) == ("alarm", "Queda poco disco.")
    assert (slow.kind, slow.sentence) == ("slow", "Va despacio.")
    assert quota.sentence.startswith("Facebook está en pausa hasta el 24 nov 2026 a las 09:00")


def test_a_waiting_account_is_told_to_whoever_may_read_its_deliveries(small: SmallHouse) -> None:
    until = small.clock.now + timedelta(minutes=7)
    own = small.accounts["SAL", "x"]
    with small.app.write() as session:
        session.execute(update(Account).where(col(Account.id) == own).values(ready_at=until))
    (row,) = obstacles.waiting_accounts(small.app, small.operador("SAL"))
    assert (row.account_id, row.until) == (own, until)
    assert row.sentence == "x_sal (X) está en pausa hasta las 09:07 porque la red pidió esperar."
    assert obstacles.waiting_accounts(small.app, small.operador("TOR")) == ()
    small.clock.pass_(minutes=7)
    assert obstacles.waiting_accounts(small.app, small.directora) == ()
