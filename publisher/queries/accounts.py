"""The planteles' accounts as their screen shows them: state, last proof, end, who answers for them.

No secret and no digest of one leaves: of a credential only the names of its fields are told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from connectors.registry import ASSISTED, NETWORKS, SHORT_LIVED
from publisher import access
from publisher.access import in_force
from publisher.app import Actor, App
from publisher.connections.standing import BARRING
from publisher.errors import NotFound
from publisher.institution.holding import ENDED
from publisher.models import Account, AccountProof, Delivery, Designation, Person, Plantel
from publisher.queries.rows import require, within
from publisher.texts import institution as texts
from vault.store import HELD
from vault.tables import VaultSecret

SOON: Final = timedelta(days=14)


@dataclass(frozen=True, kw_only=True)
class AccountLine:
    """One account in the list. ``outcome`` is what the last look at its network showed.

    ``pictured`` where ``picture`` has what the account shows of itself.
    """

    id: int
    plantel_id: int
    plantel: str
    network: str
    connector: str
    handle: str
    state: str
    outcome: str
    proven_at: datetime | None
    looked_at: datetime | None
    expires_at: datetime | None
    pictured: bool = False

    @property
    def by_hand(self) -> bool:
        """Tell whether people publish here by hand."""
        return self.connector in ASSISTED

    def ends_soon(self, now: datetime) -> bool:
        """Tell whether the credential ends within two weeks, and a person has to see to it."""
        if self.renews_itself:
            return False
        return self.expires_at is not None and self.expires_at - now <= SOON

    @property
    def renews_itself(self) -> bool:
        """Tell whether its token lives for hours and is renewed without anybody."""
        return self.connector in SHORT_LIVED

    def needs_care(self, now: datetime) -> bool:
        """Tell whether a person has something to mend here."""
        if self.state == "paused" or (self.by_hand and self.state == "active"):
            return False
        bad = self.outcome in BARRING or self.outcome == "missing"
        return self.state == "reauth" or bad or self.ends_soon(now)


@dataclass(frozen=True, kw_only=True)
class AccountSheet:
    """Everything shown of one account.

    ``stored`` are the fields that the vault holds, ``renewed_at`` when the last of them was sealed,
    ``waiting`` the deliveries held for the credential. ``custodians`` answer for the account.
    ``ways`` are the connectors that the actor may connect it through.
    """

    line: AccountLine
    external_id: str
    url: str
    state_reason: str
    sentence: str
    seen_handle: str
    seen_name: str
    scopes: tuple[str, ...]
    stored: tuple[str, ...]
    renewed_at: datetime | None
    waiting: int
    custodians: tuple[str, ...]
    risk_accepted_by: str
    risk_accepted_at: datetime | None
    ways: tuple[str, ...]
    may_install: bool
    may_verify: bool
    may_accept_risk: bool


def lines(app: App, actor: Actor) -> tuple[AccountLine, ...]:
    """Return the accounts of the actor's planteles that have not ended, by plantel and network.

    Raises ``Forbidden``.
    """
    where = require(actor, "institution.read")
    with app.read() as session:
        rows = session.execute(
            _lines()
            .where(within(Account.plantel_id, where), col(Account.state).not_in(ENDED))
            .order_by(col(Plantel.name), col(Account.network))
        ).mappings()
        return tuple(AccountLine(**row) for row in rows)


def sheet(app: App, actor: Actor, account_id: int) -> AccountSheet:
    """Return one account. Raises ``Forbidden``, ``NotFound``."""
    where = require(actor, "institution.read")
    with app.read() as session:
        found = session.execute(
            _lines().where(within(Account.plantel_id, where), col(Account.id) == account_id)
        ).mappings()
        row = found.one_or_none()
        if row is None:
            raise NotFound(texts.NO_SUCH_ACCOUNT)
        line = AccountLine(**row)
        account = session.get_one(Account, account_id)
        proof = session.get(AccountProof, account_id)
        stored = session.execute(
            select(col(VaultSecret.field), col(VaultSecret.updated_at))
            .where(
                col(VaultSecret.account_id) == account_id,
                ~col(VaultSecret.field).startswith(HELD, autoescape=True),
            )
            .order_by(col(VaultSecret.field))
        ).all()
        who = session.get(Person, account.risk_accepted_by or 0)
        may_install = access.allows(actor, "credential.install", plantel_id=line.plantel_id)
        return AccountSheet(
            line=line,
            external_id=account.external_id,
            url=account.url,
            state_reason=account.state_reason,
            sentence=proof.sentence if proof else "",
            seen_handle=proof.handle if proof else "",
            seen_name=proof.name if proof else "",
            scopes=tuple(proof.scopes) if proof else (),
            stored=tuple(row.field for row in stored),
            renewed_at=max((row.updated_at for row in stored), default=None),
            waiting=_waiting(session, account_id),
            custodians=custodians(session, [line.plantel_id], now=app.clock())[line.plantel_id],
            risk_accepted_by=who.name if who else "",
            risk_accepted_at=account.risk_accepted_at,
            ways=ways(line),
            may_install=may_install and line.state not in ENDED,
            may_verify=access.allows(actor, "account.verify", plantel_id=line.plantel_id),
            may_accept_risk=access.allows(actor, "account.risk", plantel_id=line.plantel_id),
        )


def picture(app: App, actor: Actor, account_id: int) -> bytes:
    """Return what an account shows of itself. Raises ``Forbidden``, ``NotFound``."""
    where = require(actor, "institution.read")
    with app.read() as session:
        found: bytes | None = session.execute(
            select(col(AccountProof.picture))
            .join(Account, col(Account.id) == col(AccountProof.account_id))
            .where(within(Account.plantel_id, where), col(Account.id) == account_id)
        ).scalar()
    if not found:
        raise NotFound(texts.NO_SUCH_ACCOUNT)
    return bytes(found)


def ways(line: AccountLine) -> tuple[str, ...]:
    """Return the connectors that lead to an account's network, the one in use first."""
    direct = ASSISTED.get(line.connector, line.connector)
    same = [key for key, network in NETWORKS.items() if network == line.network]
    return tuple(dict.fromkeys([direct, *(key for key in same if key not in ASSISTED)]))


def custodians(
    session: Session, plantel_ids: Iterable[int], *, now: datetime
) -> dict[int, tuple[str, ...]]:
    """Return who answers for the accounts of each plantel: its operators, else its director."""
    rows = session.execute(
        select(col(Designation.plantel_id), col(Designation.role), col(Person.name))
        .join(Person, col(Person.id) == col(Designation.person_id))
        .where(
            col(Designation.plantel_id).in_(sorted(set(plantel_ids))),
            col(Designation.role).in_(("OPER", "DIRP")),
            col(Person.state) == "active",
            in_force(now),
        )
        .distinct()
        .order_by(col(Person.name))
    ).all()
    found: dict[int, dict[str, list[str]]] = defaultdict(lambda: {"OPER": [], "DIRP": []})
    for plantel_id, role, name in rows:
        found[plantel_id][role].append(name)
    return {
        plantel_id: tuple(found[plantel_id]["OPER"] or found[plantel_id]["DIRP"])
        for plantel_id in plantel_ids
    }


def _lines() -> Select[*tuple[Any, ...]]:
    proof: Any = aliased(AccountProof)
    return (
        select(
            col(Account.id),
            col(Account.plantel_id),
            col(Plantel.name).label("plantel"),
            col(Account.network),
            col(Account.connector),
            col(Account.handle),
            col(Account.state),
            func.coalesce(proof.outcome, "unproven").label("outcome"),
            proof.proven_at,
            proof.looked_at,
            proof.expires_at,
            proof.picture.is_not(None).label("pictured"),
        )
        .join(Plantel, col(Plantel.id) == col(Account.plantel_id))
        .outerjoin(proof, proof.account_id == col(Account.id))
    )


def _waiting(session: Session, account_id: int) -> int:
    found: int = session.execute(
        select(func.count())
        .select_from(Delivery)
        .where(col(Delivery.account_id) == account_id, col(Delivery.hold_reason) == "credential")
    ).scalar_one()
    return found
