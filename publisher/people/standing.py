"""What a second factor means for a sign-in: who has one, who must, which sessions are complete."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from sqlalchemy import ColumnElement, or_, select
from sqlmodel import Session, col

from publisher import access
from publisher.app import App
from publisher.models import SecondFactor, WebSession

Rule = Literal["optional", "central", "all"]


def confirmed(session: Session, person_id: int) -> SecondFactor | None:
    """Return the person's factor, if its first code was proven."""
    factor = session.get(SecondFactor, person_id)
    return factor if factor is not None and factor.confirmed_at is not None else None


def complete() -> ColumnElement[bool]:
    """Return the condition that a session passed every step of its sign-in.

    A session of somebody with a factor is nothing but a place in the queue until it was proven.
    """
    has = select(SecondFactor).where(
        col(SecondFactor.person_id) == col(WebSession.person_id),
        col(SecondFactor.confirmed_at).is_not(None),
    )
    return or_(col(WebSession.proven_at).is_not(None), ~has.exists())


def compulsory(app: App, grants: Collection[tuple[str, int | None]]) -> bool:
    """Tell whether these roles may not work here without a second factor."""
    chosen = rule(app)
    if chosen == "all":
        return bool(grants)
    return chosen == "central" and any(role in access.CENTRAL_ROLES for role, _ in grants)


def rule(app: App) -> Rule:
    """Return who must have a second factor here: ``PREGONERO_SECOND_FACTOR`` decides.

    Without it central roles must, but in a sandbox nobody.
    """
    return app.settings.second_factor or ("optional" if app.sandboxed else "central")


def lacking(
    session: Session, app: App, person_id: int, grants: Collection[tuple[str, int | None]]
) -> bool:
    """Tell whether the person's roles wait for a second factor that is not there."""
    return compulsory(app, grants) and confirmed(session, person_id) is None
