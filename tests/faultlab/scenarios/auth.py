"""R11: a revoked token isolates its account, and a new one lets it go on.

``n`` publications on accounts of every network, due from now on for a few seconds. One account of
each connector loses its token before the first one. The others must not notice; what belongs to the
revoked ones must wait, unseen, and its people must be told within ``NOTICE`` seconds. Then the
credentials are renewed, and all of it goes out.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel import col

from connectors.sandbox import client
from publisher import institution
from publisher.app import SYSTEM
from publisher.delivery.outbox.rows import instant
from publisher.delivery.states import TERMINAL
from publisher.models import Account
from tests.faultlab.filling import new_credentials, register
from tests.faultlab.lab import Lab
from tests.faultlab.registry import Sizes

SIZES = Sizes(full=400, small=32, workers=2, small_databases=("postgres",), minutes=0.3)
CONNECTORS = ("x", "facebook", "instagram", "instagram_private")
NOTICE = 60
PATIENCE = 60.0
WAITING = {"scheduled", "retrying", "held"}


def run(lab: Lab) -> None:
    lab.fill(lab.n, accounts=max(8, lab.n // 4), connectors=CONNECTORS, media="apart")
    with lab.app.read() as session:
        accounts = session.scalars(select(Account).order_by(col(Account.id))).all()
    lost = {account.id or 0: account for account in accounts[: len(CONNECTORS)]}
    for account in lost.values():
        client.revoke(lab.base_url, network=account.network, account=account.external_id)
    revoked_at = lab.app.clock()
    for _ in range(lab.workers):
        lab.worker()
    lab.until(lambda: _others_ended(lab, lost), PATIENCE + lab.n / 10, "the others end")
    lab.until(lambda: _held(lab, lost) == set(lost), PATIENCE, "each revoked account is held")
    rows = lab.query("SELECT account_id, state, reason FROM delivery")
    others = [row for row in rows if row.account_id not in lost]
    theirs = [row for row in rows if row.account_id in lost]
    lab.require(all(row.state == "published" for row in others), "others were affected")
    lab.require({row.state for row in theirs} <= WAITING, "what was revoked did not wait")
    visible = {(post["network"], post["account"]) for post in client.posts(lab.base_url)}
    places = {(account.network, account.external_id) for account in lost.values()}
    lab.require(not visible & places, "something became public without its token")
    _require_notices(lab, len(lost), revoked_at + timedelta(seconds=NOTICE))
    fresh = new_credentials(lab.app, list(lost), lab.dice)
    # the network gave them before anybody could type them in
    register(lab.app, lab.base_url, fresh)
    institution.install_credentials(lab.app, SYSTEM, fresh, reason="Laboratorio")
    lab.note(revoked=len(lost), waited=len(theirs), others=len(others))
    lab.until(lambda: not lab.left(), PATIENCE + lab.n / 10, "what waited goes on")
    lab.require(lab.count("published") == len(rows), "not all went out in the end")


def _others_ended(lab: Lab, lost: dict[int, Account]) -> bool:
    rows = lab.query("SELECT account_id, state FROM delivery")
    return all(row.state in TERMINAL for row in rows if row.account_id not in lost)


def _held(lab: Lab, lost: dict[int, Account]) -> set[int]:
    rows = lab.query("SELECT account_id FROM delivery WHERE hold_reason = 'credential'")
    return {row.account_id for row in rows} & set(lost)


def _require_notices(lab: Lab, accounts: int, limit: datetime) -> None:
    rows = lab.query("SELECT at FROM notice WHERE kind = 'delivery.held' ORDER BY at")
    told = [instant(row.at) for row in rows]
    lab.require(len(told) >= accounts, f"{len(told)} notices for {accounts} accounts")
    lab.require(all(at <= limit for at in told), "a notice came too late")
