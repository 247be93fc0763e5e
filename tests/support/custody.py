"""Accounts of tests whose credentials people hold."""

from __future__ import annotations

from publisher.app import App
from vault import store
from vault.audit import By, Trail
from vault.secret import Secret

PASSWORD = "clave-de-la-red-7f3a"
USER = "usuario.plantel"


def keep(app: App, account_id: int, *, plantel_id: int | None = None, **fields: str) -> None:
    """Seal what people hold of an account: a user name and a password, or ``fields``."""
    values = fields or {"login_user": USER, "login_password": PASSWORD}
    with app.write() as session:
        for name, value in values.items():
            store.put(
                session,
                app.keyring,
                account_id=account_id,
                field=name,
                value=Secret(value),
                by=By(actor_id=None, actor="Pruebas", role=""),
                now=app.clock(),
                reason="Pruebas",
                trail=Trail(key=app.audit_key, new_id=app.new_id),
                plantel_id=plantel_id,
            )
