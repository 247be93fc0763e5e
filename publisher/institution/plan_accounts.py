"""Accounts of an import: one live account a plantel and network, one plantel an account."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from sqlalchemy import select
from sqlmodel import Session, col

from connectors.registry import ASSISTED, CONNECTORS, NETWORKS
from publisher.app import Actor, App
from publisher.institution.holding import ENDED
from publisher.institution.reading import Record, plain
from publisher.institution.sheet import Draft
from publisher.models import Account, Plantel
from publisher.texts import institution as texts

_HANDLE: Final = re.compile(r"[^\s@/]{1,80}")
EXTERNAL_ID: Final = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_ALIASES: Final = {"twitter": "x", "fb": "facebook", "ig": "instagram", "tt": "x"}
_NEEDS_ACKNOWLEDGEMENT: Final = "instagram_private"
_BY_HAND: Final = frozenset({"asistido", "asistida", "a_mano"})


def plan(session: Session, _app: App, _actor: Actor, records: Iterable[Record]) -> list[Draft]:
    """Judge every row; nothing is written."""
    planteles = {row.code: row for row in session.scalars(select(Plantel))}
    names = {row.id: row.name for row in planteles.values()}
    accounts = session.scalars(select(Account)).all()
    live = {(row.plantel_id, row.network): row for row in accounts if row.state not in ENDED}
    owners = {(row.network, row.external_id): row for row in accounts}
    seen: dict[tuple[str, str], int] = {}
    ids: dict[tuple[str, str], int] = {}
    drafts = []
    for record in records:
        draft, plantel, network = _judge(record, planteles)
        external_id = record["id_externo"]
        for key, where, column in (
            ((record["plantel"].upper(), network), seen, "red"),
            ((network, external_id), ids, "id_externo"),
        ):
            if all(key) and where.setdefault(key, record.number) != record.number:
                draft.refuse(column, texts.ROW_TWICE.format(number=where[key]))
        if plantel is not None and plantel.id is not None:
            _against(draft, plantel, live.get((plantel.id, network)))
        owner = owners.get((network, external_id))
        if owner is not None and owner.id != draft.target:
            name = names.get(owner.plantel_id, "")
            draft.refuse("id_externo", texts.EXTERNAL_ID_TAKEN.format(plantel=name))
        drafts.append(draft)
    return drafts


def write(session: Session, app: App, _actor: Actor, draft: Draft) -> tuple[int, int | None]:
    """Write one row; return its id and the plantel that its audit entry belongs to."""
    values = draft.values
    if draft.target is None:
        plantel_id = session.scalars(
            select(col(Plantel.id)).where(col(Plantel.code) == values["plantel"])
        ).one()
        made = Account(
            plantel_id=plantel_id or 0,
            network=values["red"],
            connector=values["conector"],
            handle=values["cuenta"],
            external_id=values["id_externo"],
            url=values["direccion"],
            created_at=app.clock(),
        )
        session.add(made)
        session.flush()
        return made.id or 0, plantel_id
    account = session.get_one(Account, draft.target)
    account.handle, account.url = values["cuenta"], values["direccion"]
    if "conector" in draft.before:
        account.connector = values["conector"]
    return draft.target, account.plantel_id


def _judge(record: Record, planteles: dict[str, Plantel]) -> tuple[Draft, Plantel | None, str]:
    code = record["plantel"].upper()
    written = plain(record["red"])
    network = _ALIASES.get(written, written)
    draft = Draft(record=record, key=f"{code} {network}".strip())
    draft.need("plantel", limit=16)
    plantel = planteles.get(code)
    if code and plantel is None:
        draft.refuse("plantel", texts.PLANTEL_UNKNOWN.format(code=code[:20]))
    if plantel is not None and plantel.state != "active":
        draft.refuse("plantel", texts.PLANTEL_NOT_ACTIVE.format(name=plantel.name))
    draft.need("red", limit=20)
    if network and network not in set(NETWORKS.values()):
        known = ", ".join(sorted(set(NETWORKS.values())))
        draft.refuse("red", texts.NETWORK_UNKNOWN.format(network=record["red"][:20], known=known))
    draft.values = {
        "plantel": code,
        "red": network,
        "conector": _connector(draft, network),
        "cuenta": _handle(draft),
        "id_externo": _external_id(draft),
        "direccion": _url(draft),
    }
    return draft, plantel, network


def _against(draft: Draft, plantel: Plantel, live: Account | None) -> None:
    """Compare with the live account of that plantel and network."""
    if live is None:
        return
    if live.external_id != draft.record["id_externo"]:
        sentence = texts.ACCOUNT_OTHER_ID.format(plantel=plantel.name, network=live.network)
        draft.refuse("id_externo", sentence)
        return
    draft.target = live.id
    draft.before = {"cuenta": live.handle, "direccion": live.url}
    if not draft.record["conector"]:
        draft.values["conector"] = live.connector
    elif draft.values["conector"] != live.connector:
        _change_way(draft, live)
    if not draft.record["direccion"]:
        draft.values["direccion"] = live.url


def _change_way(draft: Draft, live: Account) -> None:
    """Let an account enter or leave assisted mode; any other change of its connector is refused."""
    chosen = draft.values["conector"]
    if ASSISTED.get(chosen, chosen) == ASSISTED.get(live.connector, live.connector):
        draft.before["conector"] = live.connector
    elif NETWORKS.get(chosen) == live.network and chosen != _NEEDS_ACKNOWLEDGEMENT:
        draft.refuse("conector", texts.CONNECTOR_OTHER.format(connector=live.connector))


def _connector(draft: Draft, network: str) -> str:
    written = plain(draft.record["conector"])
    chosen = f"{network}_assisted" if written in _BY_HAND else written or network
    if chosen == _NEEDS_ACKNOWLEDGEMENT:
        draft.refuse("conector", texts.CONNECTOR_RISK)
    elif network in set(NETWORKS.values()) and (
        chosen not in CONNECTORS or NETWORKS[chosen] != network
    ):
        sentence = texts.CONNECTOR_UNKNOWN.format(connector=chosen[:30], network=network)
        draft.refuse("conector", sentence)
    return chosen


def _handle(draft: Draft) -> str:
    handle = draft.need("cuenta", limit=80).lstrip("@")
    if handle and not _HANDLE.fullmatch(handle):
        draft.refuse("cuenta", texts.HANDLE_INVALID.format(handle=handle[:40]))
    return handle


def _external_id(draft: Draft) -> str:
    value = draft.need("id_externo", limit=64)
    if value and not EXTERNAL_ID.fullmatch(value):
        draft.refuse("id_externo", texts.EXTERNAL_ID_INVALID.format(value=value[:40]))
    return value


def _url(draft: Draft) -> str:
    url = draft.record["direccion"][:300]
    if url and not url.startswith("https://"):
        draft.refuse("direccion", texts.URL_INVALID)
    return url
