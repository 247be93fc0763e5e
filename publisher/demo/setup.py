"""The demo's institution: idempotent, on a database marked ``sandbox`` and nothing else.

Tokens are drawn at random, sealed in the vault and registered with the sandbox from there, so that
a sandbox whose file was lost is told again.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import func, select, update
from sqlmodel import col

from connectors.sandbox.records import Account as SandboxAccount
from connectors.sandbox.state import State
from publisher import institution, rulebook
from publisher.app import SYSTEM, App, open_app
from publisher.demo.persons import (
    Shown,
    as_shown,
    count_people,
    issue,
    make_people,
    without_password,
)
from publisher.errors import Unready
from publisher.models import (
    Account,
    Institution,
    ManualVersion,
    Notice,
    Plantel,
)
from publisher.settings import Settings
from publisher.texts import demo as texts
from vault import store
from vault.secret import Secret

SANDBOX_FILE = "sandbox.db"
MEDIA_PORT_AFTER_SANDBOX = 1


def open_demo(
    settings: Settings,
    say: Callable[[str], None],
    *,
    require: Callable[[App], None] = lambda _: None,
) -> tuple[App, tuple[Shown, ...]]:
    """Return the demo's App and its people, making whatever is not there yet.

    ``require`` may refuse, by raising, before the long part starts.
    """
    app = open_app(settings, create=True)
    say(texts.STEP_DATABASE.format(path=settings.data_dir))
    _make_institution(app, settings)
    app = _follow_port(app, settings)
    require(app)
    loaded = _load(app)
    make_people(app)
    say(texts.STEP_INSTITUTION.format(**loaded, people=count_people(app)))
    # a password costs a core most of a second, on purpose: the vault's work goes on meanwhile
    with ThreadPoolExecutor(max_workers=2) as pool:
        issued = [pool.submit(issue, app, person_id) for person_id in without_password(app)]
        n = _install_credentials(app)
        shown = as_shown(app, issued)
    if shown:
        _clear_notices(app)
    register_accounts(app, settings.data_dir / SANDBOX_FILE)
    say(texts.STEP_CREDENTIALS.format(n=n))
    return app, shown


def _clear_notices(app: App) -> None:
    """Mark what the set-up itself told as read: it is no news to whoever opens the demo."""
    with app.write() as session:
        session.execute(
            update(Notice).where(col(Notice.read_at).is_(None)).values(read_at=app.clock())
        )


def register_accounts(app: App, path: Path) -> None:
    """Tell the sandbox's file every account and token that the vault holds."""
    with app.read() as session:
        rows = session.execute(
            select(Account, col(Plantel.name)).join(
                Plantel, col(Plantel.id) == col(Account.plantel_id)
            )
        ).all()
        opened = store.use_many(session, app.keyring, [account.id for account, _ in rows])
    accounts = [
        _sandbox_account(account, plantel, opened[account.id].fields)
        for account, plantel in rows
        if opened[account.id].fields
    ]
    state = State(path)
    try:
        state.register(accounts)
    finally:
        state.close()


def sandbox_port(app: App) -> int:
    """Return the port of the sandbox that the database names."""
    return urlsplit(app.institution.addresses["x"]).port or 0


def addresses(port: int) -> dict[str, str]:
    """Return the sandbox's addresses as the database stores them; media one port above."""
    base = f"http://127.0.0.1:{port}"
    return {
        "x": base,
        "graph": base,
        "instagram_private": base,
        "applications": "sandbox",
        "media": f"http://127.0.0.1:{port + MEDIA_PORT_AFTER_SANDBOX}",
    }


def move_sandbox(app: App, port: int, *, media: bool = False) -> App:
    """Store another port for the sandbox, so that worker and dashboard find it there.

    The media route keeps its address unless ``media``: a worker that runs already serves it.
    Returns the App that sees the new addresses.
    """
    with app.write() as session:
        row = session.get_one(Institution, 1)
        if row.mode != "sandbox":
            raise Unready(texts.NOT_SANDBOX)
        kept = {} if media else {"media": row.addresses["media"]}
        row.addresses = addresses(port) | kept
        app.note(session, app.entry(SYSTEM, "sandbox.move", "institution", 1, detail=str(port)))
    # a new value: the old one remembers the old addresses
    return replace(app)


def _follow_port(app: App, settings: Settings) -> App:
    """Go where the environment says, if it says anything."""
    asked = settings.sandbox_port
    if "sandbox_port" in settings.model_fields_set and asked != sandbox_port(app):
        return move_sandbox(app, asked, media=True)
    return app


def _make_institution(app: App, settings: Settings) -> None:
    with app.read() as session:
        row = session.get(Institution, 1)
    if row is None:
        institution.create_institution(
            app,
            name=texts.INSTITUTION,
            short_name=texts.SHORT_NAME,
            timezone="America/Monterrey",
            mode="sandbox",
            addresses=addresses(settings.sandbox_port),
        )
    elif row.mode != "sandbox":
        raise Unready(texts.NOT_SANDBOX)


def _load(app: App) -> dict[str, int]:
    institution.load_shipped(app, SYSTEM)
    with app.write() as session:
        if not session.execute(select(func.count()).select_from(ManualVersion)).scalar_one():
            rulebook.import_shipped(app, session)
    with app.read() as session:
        return {
            "planteles": session.execute(select(func.count()).select_from(Plantel)).scalar_one(),
            "accounts": session.execute(select(func.count()).select_from(Account)).scalar_one(),
        }


def _install_credentials(app: App) -> int:
    with app.read() as session:
        rows = session.execute(
            select(col(Account.id), col(Account.connector), col(Account.state))
        ).all()
        known = store.use_many(session, app.keyring, [row.id for row in rows])
    missing = {
        account_id: {
            name: Secret(secrets.token_urlsafe(24))
            for name in app.connector(connector).credential_fields
        }
        for account_id, connector, state in rows
        if state == "active" and not known[account_id].fields
    }
    institution.install_credentials(app, SYSTEM, missing, reason=texts.CREDENTIAL_REASON)
    return len(rows)


def _session(settings: str) -> str:
    """Return the session id in the settings of Instagram's unofficial way, if there is one."""
    try:
        return str(json.loads(settings)["authorization_data"]["sessionid"])
    except (ValueError, KeyError, TypeError):
        return ""


def _sandbox_account(
    account: Account, plantel: str, fields: Mapping[str, Secret]
) -> SandboxAccount:
    opened = {name: secret.reveal() for name, secret in fields.items()}
    settings = opened.pop("settings", "")
    token = opened.pop("access_token", None) or opened.pop("page_token", "") or _session(settings)
    return SandboxAccount(
        network=account.network,
        external_id=account.external_id,
        handle=account.handle,
        name=plantel,
        connector=account.connector,
        token=token,
        secrets=opened,
        revoked=False,
    )
