"""Who takes part in a handing over, and whether they may: holder, receiver, witness, accounts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from publisher import access
from publisher.app import Actor
from publisher.custody import terms
from publisher.custody.subjects import Subject, subjects
from publisher.errors import Conflict, Forbidden, Invalid
from publisher.models import Designation, Person, Plantel
from publisher.texts import transfers as texts
from vault import paper
from vault.custody_tables import CustodyTerm, CustodyTransfer


def chosen(session: Session, plantel: Plantel, account_ids: Collection[int]) -> dict[int, Subject]:
    """Return the accounts of the acta in the order given. Raises ``Invalid``."""
    wanted = list(account_ids)
    if not wanted:
        raise Invalid(texts.NO_ACCOUNTS, field="account_ids")
    if len(set(wanted)) != len(wanted):
        raise Invalid(texts.ACCOUNT_TWICE, field="account_ids")
    found = subjects(session, wanted)
    mine = {
        id_: found[id_]
        for id_ in wanted
        if id_ in found and found[id_].plantel_id == plantel.id and not found[id_].ended
    }
    if len(mine) != len(wanted):
        raise Invalid(texts.OTHER_PLANTEL.format(plantel=plantel.name), field="account_ids")
    return mine


def holder(
    session: Session, plantel_id: int, held: Mapping[int, Subject], to_id: int, *, now: datetime
) -> int | None:
    """Return who hands over: who holds the accounts, or who held them last where nobody else does.

    Where nobody was assigned, the plantel's new operator holds them by the office alone: what that
    person receives comes from whoever was there before.
    """
    assigned = session.scalars(
        select(col(CustodyTerm.account_id)).where(
            col(CustodyTerm.account_id).in_(list(held)),
            col(CustodyTerm.custodian_id) == to_id,
            col(CustodyTerm.until).is_(None),
        )
    ).all()
    theirs = [one.name for id_, one in held.items() if id_ in assigned]
    if theirs:
        raise Invalid(texts.HOLDS_ALREADY.format(accounts=listed(theirs)), field="account_ids")
    current = terms.custodians_of(session, list(held), now=now)
    holders = {
        current[id_]
        if current[id_] not in {None, to_id}
        else _before(session, plantel_id, id_, to_id, now=now)
        for id_ in held
    }
    if len(holders) > 1:
        raise Invalid(texts.SEVERAL_HOLDERS, field="account_ids")
    return holders.pop()


def _before(
    session: Session, plantel_id: int, account_id: int, to_id: int, *, now: datetime
) -> int | None:
    last = session.scalars(
        select(col(CustodyTerm.custodian_id))
        .where(col(CustodyTerm.account_id) == account_id, col(CustodyTerm.custodian_id) != to_id)
        .order_by(col(CustodyTerm.since).desc(), col(CustodyTerm.id).desc())
        .limit(1)
    ).first()
    if last is not None:
        return last
    return session.scalars(
        select(col(Designation.person_id))
        .where(
            col(Designation.plantel_id) == plantel_id,
            col(Designation.role).in_(terms.KEEPERS),
            col(Designation.person_id) != to_id,
            col(Designation.starts_at) < now,
            col(Designation.ends_at) <= now,
        )
        .order_by(col(Designation.ends_at).desc(), col(Designation.id).desc())
        .limit(1)
    ).first()


def check_words(
    session: Session, cause: str, witness: str, from_id: int | None, to_id: int
) -> None:
    """Raise ``Invalid`` without a cause, or a witness who is neither giver nor receiver."""
    if not cause:
        raise Invalid(texts.CAUSE_MISSING, field="cause")
    if not witness:
        raise Invalid(texts.WITNESS_MISSING, field="witness")
    parties = {name_of(session, one).casefold() for one in (from_id, to_id) if one is not None}
    if witness.casefold() in parties:
        raise Invalid(texts.WITNESS_SIGNS, field="witness")


def require_free(session: Session, plantel_id: int, held: Mapping[int, Subject]) -> None:
    """Raise ``Conflict`` where one of the accounts is being handed over already."""
    for other in paper.open_transfers(session, plantel_id):
        shared = [held[id_].name for id_ in account_ids_of(other) if id_ in held]
        if shared:
            raise Conflict(texts.IN_ANOTHER.format(accounts=listed(shared), folio=other.folio))


def require_deliverer(
    session: Session, actor: Actor, row: CustodyTransfer, *, now: datetime
) -> bool:
    """Let the holder pass, else whoever may in the holder's absence; tell which of them it is."""
    if actor.person_id == row.from_id:
        return False
    access.authorize(actor, "custody.transfer", plantel_id=row.plantel_id)
    if row.from_id and terms.is_keeper(session, row.plantel_id, row.from_id, now=now):
        raise Forbidden(texts.ONLY_HOLDER.format(name=name_of(session, row.from_id)))
    if actor.person_id == row.to_id:
        raise Forbidden(texts.NOT_BOTH)
    return True


def require_receiver(session: Session, row: CustodyTransfer, *, now: datetime) -> None:
    """Raise ``Conflict`` where the receiver is no longer of the plantel."""
    if not terms.is_keeper(session, row.plantel_id, row.to_id, now=now):
        plantel = session.get_one(Plantel, row.plantel_id).name
        name = name_of(session, row.to_id)
        raise Conflict(texts.RECEIVER_LEFT.format(name=name, plantel=plantel))


def account_ids_of(row: CustodyTransfer) -> tuple[int, ...]:
    """Return the accounts of a transfer in the order of its acta."""
    return tuple(int(one["account_id"]) for one in row.accounts)


def name_of(session: Session, person_id: int | None) -> str:
    """Return a person's name, empty for nobody."""
    person = session.get(Person, person_id or 0)
    return person.name if person else ""


def listed(names: Sequence[str]) -> str:
    """Return names as people say them: a, b y c."""
    return texts.AND.join(part for part in (", ".join(names[:-1]), names[-1]) if part)
