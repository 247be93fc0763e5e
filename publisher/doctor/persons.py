"""Who may enter with a password alone."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlmodel import col

from publisher.access import CENTRAL_ROLES, persons_with
from publisher.app import App
from publisher.doctor.findings import Check
from publisher.models import SecondFactor
from publisher.people import standing
from publisher.texts import doctor as texts


def second_factor(app: App) -> Iterator[Check]:
    """Tell how many persons of central roles have a second factor, and whether they must."""
    if app.sandboxed:
        return
    now = app.clock()
    with app.read() as session:
        central = frozenset[int]().union(
            *(persons_with(session, role, now=now) for role in CENTRAL_ROLES)
        )
        having = set(
            session.scalars(
                select(col(SecondFactor.person_id)).where(
                    col(SecondFactor.confirmed_at).is_not(None)
                )
            )
        )
    counts = {"n": len(central & having), "total": len(central)}
    sentence, rule = texts.FACTOR.format(**counts), standing.rule(app)
    facts = {"rule": rule, "having": counts["n"], "central": counts["total"]}
    if rule == "optional":
        yield Check(
            name="second_factor",
            state="warn",
            sentence=f"{sentence} {texts.FACTOR_OPTIONAL}",
            step=texts.FACTOR_STEP,
            facts=facts,
        )
        return
    yield Check(name="second_factor", state="ok", sentence=sentence, facts=facts)
