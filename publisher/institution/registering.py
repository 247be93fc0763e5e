"""Adding one account to the register, where a network has just named it."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Final

from sqlalchemy import exists, select
from sqlmodel import Session, col

from connectors.registry import NETWORKS
from publisher import access
from publisher.app import Actor, App
from publisher.errors import Conflict, Invalid
from publisher.institution.holding import ENDED, active_plantel
from publisher.institution.plan_accounts import EXTERNAL_ID
from publisher.models import Account, Plantel
from publisher.texts import institution as texts

_SIGNS: Final = re.compile(r"[^a-z0-9_.]+")
_HANDLE_MAX: Final = 80


def register_account(
    app: App, actor: Actor, *, plantel_id: int, network: str, external_id: str, name: str
) -> int:
    """Register a plantel's account on a network as the network names it; returns its id.

    Its handle is made of ``name``. Raises ``Forbidden``, ``NotFound``, ``Invalid`` for an
    identifier that is none, and ``Conflict`` where the plantel has an account on that network or
    the identifier is registered already.
    """
    access.authorize(actor, "institution.manage")
    if network not in set(NETWORKS.values()) or not EXTERNAL_ID.fullmatch(external_id):
        value = external_id[:40]
        raise Invalid(texts.EXTERNAL_ID_INVALID.format(value=value), field="external_id")
    with app.write() as session:
        plantel = active_plantel(session, plantel_id)
        _require_free(session, plantel, network, external_id)
        account = Account(
            plantel_id=plantel_id,
            network=network,
            connector=network,
            handle=_handle(name) or external_id,
            external_id=external_id,
            created_at=app.clock(),
        )
        session.add(account)
        session.flush()
        told = {"network": network, "external_id": external_id, "name": name[:200]}
        app.note(
            session,
            app.entry(
                actor,
                "account.create",
                "account",
                account.id,
                plantel_id=plantel_id,
                detail=json.dumps(told, ensure_ascii=False),
            ),
        )
        return account.id or 0


def without_account(session: Session, network: str) -> tuple[tuple[int, str], ...]:
    """Return the planteles (id, name) that have no account on a network, by name."""
    live = exists().where(
        col(Account.plantel_id) == col(Plantel.id),
        col(Account.network) == network,
        col(Account.state).not_in(ENDED),
    )
    rows = session.execute(
        select(col(Plantel.id), col(Plantel.name))
        .where(col(Plantel.state) == "active", ~live)
        .order_by(col(Plantel.name))
    )
    return tuple((id_ or 0, name) for id_, name in rows)


def _require_free(session: Session, plantel: Plantel, network: str, external_id: str) -> None:
    taken = session.execute(
        select(col(Plantel.name))
        .join(Account, col(Account.plantel_id) == col(Plantel.id))
        .where(col(Account.network) == network, col(Account.external_id) == external_id)
    ).first()
    if taken is not None:
        raise Conflict(texts.ACCOUNT_TAKEN.format(network=network, plantel=taken[0]))
    if (plantel.id, plantel.name) not in without_account(session, network):
        raise Conflict(texts.PLANTEL_HAS_ONE.format(plantel=plantel.name, network=network))


def _handle(name: str) -> str:
    bare = unicodedata.normalize("NFKD", name.casefold())
    bare = "".join(char for char in bare if not unicodedata.combining(char))
    return _SIGNS.sub(".", bare).strip(".")[:_HANDLE_MAX]
