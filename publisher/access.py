"""Who may what: one table of action × role → scope, and the functions that read it.

Source: the procedure's roles (RS-5.1, DV-5.1.1, CD-5.2, S6). Whatever the table does not grant is
refused. The screens hide what a person may not do, but only these functions decide.

Scopes: ``all`` everywhere · ``own`` the planteles where the person holds the role · ``delegated``
everywhere, but only while a delegation of the Directora is in force · ``self`` only the person's
own acts · ``technical`` only technical events. The last two are granted by no plantel: whoever
lists such rows asks ``reach`` and filters by it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final, Literal

from sqlalchemy import ColumnElement, and_, or_, select
from sqlmodel import Session, col

from publisher.app import Actor
from publisher.errors import Forbidden
from publisher.models import Designation, Person
from publisher.texts import access as texts

Scope = Literal["all", "own", "delegated", "self", "technical"]

PLANTEL_ROLES: Final = frozenset({"DIRP", "OPER"})
CENTRAL_ROLES: Final = frozenset({"DIRV", "COOR", "AUD", "ADM"})

TABLE: Final[Mapping[str, Mapping[str, Scope]]] = MappingProxyType(
    {
        "post.draft": {"DIRV": "all", "COOR": "all", "DIRP": "own", "OPER": "own"},
        "post.submit": {"DIRV": "all", "COOR": "all", "DIRP": "own", "OPER": "own"},
        "post.review": {"DIRV": "all", "COOR": "all"},
        "post.propose": {"DIRV": "all", "COOR": "all", "DIRP": "own", "OPER": "own"},
        "post.schedule": {"DIRV": "all", "COOR": "all"},
        "post.clear": {"DIRP": "own"},
        "clearance.switch": {"DIRV": "all"},
        "post.approve": {"DIRV": "all", "COOR": "delegated"},
        "post.exception": {"DIRV": "all"},
        "post.cancel": {"DIRV": "all", "COOR": "all", "DIRP": "own", "OPER": "own"},
        "post.remove": {"DIRV": "all", "COOR": "all", "DIRP": "own"},
        "post.ratify": {"DIRV": "all"},
        "post.correct": {"DIRV": "all", "COOR": "all", "DIRP": "own", "OPER": "own"},
        "comment.read": {"DIRV": "all", "COOR": "all", "DIRP": "own", "OPER": "own"},
        "consent.keep": {"DIRP": "own", "OPER": "own"},
        "consent.read": {"DIRV": "all", "COOR": "all", "DIRP": "own", "OPER": "own", "AUD": "all"},
        "spending.cap": {"DIRV": "all", "ADM": "all"},
        "queue.pause": {"DIRV": "all", "COOR": "all", "DIRP": "own", "ADM": "all"},
        "delivery.decide": {"DIRV": "all", "COOR": "all"},
        "delivery.by_hand": {"DIRV": "all", "COOR": "all", "DIRP": "own", "OPER": "own"},
        "delivery.read": {
            "DIRV": "all",
            "COOR": "all",
            "DIRP": "own",
            "OPER": "own",
            "AUD": "all",
            "ADM": "all",
        },
        "activity.read": {
            "DIRV": "all",
            "COOR": "all",
            "DIRP": "own",
            "OPER": "own",
            "AUD": "all",
        },
        "calendar.read": {
            "DIRV": "all",
            "COOR": "all",
            "DIRP": "own",
            "OPER": "own",
            "AUD": "all",
        },
        "credential.install": {"DIRP": "own", "OPER": "own", "ADM": "all"},
        "credential.rotate": {"DIRP": "own", "OPER": "own"},
        "credential.reveal": {"DIRV": "all", "COOR": "delegated", "DIRP": "own", "OPER": "own"},
        "custody.read": {"DIRV": "all", "COOR": "all", "DIRP": "own", "OPER": "own", "AUD": "all"},
        "custody.keep": {"DIRP": "own", "OPER": "own"},
        "custody.direct": {"DIRP": "own"},
        "custody.acknowledge": {"DIRV": "all", "COOR": "all"},
        "custody.transfer": {"DIRV": "all", "DIRP": "own"},
        "disclosure.request": {"DIRV": "all", "COOR": "delegated"},
        "disclosure.decide": {"DIRV": "all", "COOR": "all", "DIRP": "own"},
        "disclosure.break_glass": {"DIRV": "all"},
        "disclosure.review": {"COOR": "all", "AUD": "all"},
        "account.verify": {
            "DIRV": "all",
            "COOR": "all",
            "DIRP": "own",
            "OPER": "own",
            "ADM": "all",
        },
        "account.risk": {"DIRP": "own"},
        "people.manage": {"ADM": "all"},
        "designation.make": {"DIRP": "own"},
        "delegation.make": {"DIRV": "all"},
        "institution.manage": {"ADM": "all"},
        "institution.read": {
            "DIRV": "all",
            "COOR": "all",
            "DIRP": "own",
            "OPER": "own",
            "AUD": "all",
            "ADM": "all",
        },
        "manual.edit": {"DIRV": "all", "COOR": "all"},
        "manual.approve": {"DIRV": "all"},
        "phrase.manage": {"DIRV": "all", "COOR": "all"},
        "learning.read": {"DIRV": "all", "COOR": "all", "DIRP": "own", "AUD": "all"},
        "manual.read": {
            "DIRV": "all",
            "COOR": "all",
            "DIRP": "all",
            "OPER": "all",
            "AUD": "all",
        },
        "audit.read": {
            "DIRV": "all",
            "COOR": "all",
            "DIRP": "own",
            "OPER": "self",
            "AUD": "all",
            "ADM": "technical",
        },
        "audit.verify": {"DIRV": "all", "AUD": "all", "ADM": "all"},
        "keys.manage": {"ADM": "all"},
    }
)

SYSTEM_ACTIONS: Final = frozenset(
    {
        "people.manage",
        "designation.make",
        "institution.manage",
        "institution.read",
        "credential.install",
        "account.verify",
        "delivery.read",
        "queue.pause",
        "audit.verify",
        "keys.manage",
    }
)
"""What the installation's own commands may do (``app.SYSTEM``): never write, judge or reveal."""

_SYSTEM_ID: Final = 0


def reach(actor: Actor, action: str) -> frozenset[Scope]:
    """Return the scopes that the actor's roles have for ``action``; empty means refused.

    Raises ``LookupError`` for an action that the table does not know: a mistake of the program.
    """
    row = _row(action)
    if actor.person_id == _SYSTEM_ID:
        return frozenset({"all"}) if action in SYSTEM_ACTIONS else frozenset()
    return frozenset(row[role] for role in actor.roles if role in row)


def scope(actor: Actor, action: str, *, delegated: bool = False) -> frozenset[int] | None:
    """Return where the actor may do ``action``: None everywhere, else these planteles' ids.

    An empty set means nowhere. ``delegated`` says that a delegation to the actor is in force.
    """
    reached = reach(actor, action)
    if "all" in reached or (delegated and "delegated" in reached):
        return None
    row = TABLE[action]
    return frozenset(
        plantel for role, plantel in actor.grants if plantel is not None and row.get(role) == "own"
    )


def allows(
    actor: Actor, action: str, *, plantel_id: int | None = None, delegated: bool = False
) -> bool:
    """Tell whether the actor may do ``action`` at the plantel, or everywhere when it is None."""
    where = scope(actor, action, delegated=delegated)
    return where is None or (plantel_id is not None and plantel_id in where)


def anywhere(actor: Actor, action: str, *, delegated: bool = False) -> bool:
    """Tell whether the actor may do ``action`` somewhere; for menus, never for a decision."""
    where = scope(actor, action, delegated=delegated)
    return where is None or bool(where) or bool(reach(actor, action) & {"self", "technical"})


def authorize(
    actor: Actor, action: str, *, plantel_id: int | None = None, delegated: bool = False
) -> None:
    """Raise ``Forbidden`` unless ``allows``; ``plantel_id`` None asks for every plantel."""
    if allows(actor, action, plantel_id=plantel_id, delegated=delegated):
        return
    words = texts.ACTIONS[action]
    if scope(actor, action):
        raise Forbidden(texts.OTHER_PLANTEL.format(action=words))
    if "delegated" in reach(actor, action):
        raise Forbidden(texts.NEEDS_DELEGATION.format(action=words))
    raise Forbidden(texts.NOT_ALLOWED.format(action=words))


def may_judge(
    actor_id: int, *, author_id: int, last_editor_id: int, submitter_ids: Collection[int] = ()
) -> bool:
    """Tell whether a person may review or approve: nobody judges what they made or sent in."""
    return (
        actor_id != _SYSTEM_ID
        and actor_id not in {author_id, last_editor_id}
        and actor_id not in submitter_ids
    )


def in_force(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a designation holds at ``now``; the end instant is excluded."""
    return and_(
        col(Designation.starts_at) <= now,
        or_(col(Designation.ends_at).is_(None), col(Designation.ends_at) > now),
    )


def grants_in_force(
    session: Session, person_id: int, now: datetime
) -> tuple[tuple[str, int | None], ...]:
    """Return the (role, plantel id) pairs that a person holds at ``now``."""
    rows = session.execute(
        select(col(Designation.role), col(Designation.plantel_id))
        .where(col(Designation.person_id) == person_id, in_force(now))
        .distinct()
        .order_by(col(Designation.role), col(Designation.plantel_id))
    )
    return tuple((role, plantel_id) for role, plantel_id in rows)


def persons_with(
    session: Session, role: str, *, now: datetime, plantel_id: int | None = None
) -> frozenset[int]:
    """Return the active persons that hold ``role`` now, at ``plantel_id`` where it is given."""
    statement = (
        select(col(Person.id))
        .join(Designation, col(Designation.person_id) == col(Person.id))
        .where(col(Designation.role) == role, in_force(now), col(Person.state) == "active")
    )
    if plantel_id is not None:
        statement = statement.where(col(Designation.plantel_id) == plantel_id)
    return frozenset(found for found in session.scalars(statement) if found is not None)


def _row(action: str) -> Mapping[str, Scope]:
    try:
        return TABLE[action]
    except KeyError:
        raise LookupError(f"no action named {action!r} in the access table") from None
