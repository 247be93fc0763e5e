"""What the private Instagram API remembers of who is logging in: codes, contexts, sessions.

A password travels encrypted for the key that this module hands out; one that is not, or is not the
account's, is refused.
"""

from __future__ import annotations

import json
import secrets
from base64 import b64decode, b64encode
from binascii import Error as BadBase64
from dataclasses import replace
from functools import cache
from typing import Any

from connectors.sandbox.instagram_private_uploads import NETWORK
from connectors.sandbox.records import Account
from connectors.sandbox.state import State

CODE_FIELDS = ("verification_code", "security_code", "code")
KEY_ID = 41


def named(state: State, handle: str) -> Account | None:
    """Return the Instagram account of a handle, written in any case, with or without its mark."""
    wanted = handle.strip().lstrip("@").lower()
    return next(
        (a for a in state.accounts() if a.network == NETWORK and a.handle.lower() == wanted), None
    )


def begin(state: State, account: Account, kind: str) -> str:
    """Return a fresh handle of a login that waits for a code of this kind."""
    context = secrets.token_urlsafe(24)
    state.logins[context] = (NETWORK, account.external_id)
    draw(state, account, kind)
    return context


def draw(state: State, account: Account, kind: str) -> None:
    """Draw the code that is sent, of this kind; only the last one is right."""
    code = account.secrets.get("login_code") or f"{secrets.randbelow(1_000_000):06d}"
    state.codes[account.external_id] = (kind, code)


def begun_by(state: State, context: str) -> Account | None:
    """Return whose login waits under a context."""
    network, external_id = (*state.logins.get(context, ()), "", "")[:2]
    return state.account(network, external_id) if network == NETWORK else None


def code_in(body: dict[str, Any]) -> str:
    """Return the code in a body, under any of its names."""
    return next((str(body[name]) for name in CODE_FIELDS if body.get(name)), "")


def is_right(state: State, account: Account, code: str) -> bool:
    """Tell whether a code is the one that was sent."""
    return bool(code) and state.codes.get(account.external_id, ("", ""))[1] == code


def recognise(state: State, account: Account) -> None:
    """Remember that the person was recognised: the next password is enough."""
    kept = {name: value for name, value in account.secrets.items() if name != "login"}
    state.register([replace(account, secrets=kept)])


def open_session(state: State, account: Account) -> str:
    """Open a session; one of before stays open, unless it was revoked."""
    token = f"{account.external_id}%3A{secrets.token_urlsafe(18)}%3A12"
    state.codes.pop(account.external_id, None)
    if account.revoked:
        state.register([replace(account, token=token, revoked=False)])
    else:
        state.admit(token, account)
    return token


def authorization(account: Account, token: str) -> str:
    """Return the header that carries a session from then on."""
    value = {"ds_user_id": account.external_id, "sessionid": token}
    return f"Bearer IGT:2:{b64encode(json.dumps(value).encode()).decode()}"


def granted(account: Account, token: str) -> tuple[tuple[str, str], ...]:
    """Return the headers that hand over a session."""
    return (
        ("IG-Set-Authorization", authorization(account, token)),
        ("ig-set-ig-u-rur", f"RVA,{account.external_id},1:{secrets.token_hex(8)}"),
        ("x-ig-set-www-claim", f"hmac.{secrets.token_urlsafe(16)}"),
    )


def logged_in(account: Account) -> dict[str, Any]:
    """Return the account as the answer to a login names it."""
    return {"pk": account.external_id, "username": account.handle, "full_name": account.name}


@cache
def key() -> Any:
    """Return this process's key for passwords, made when the first is asked for."""
    from Cryptodome.PublicKey import RSA

    return RSA.generate(1024)  # noqa: S505 - it guards nothing: a stand-in on loopback


def is_password(account: Account, sealed: str) -> bool:
    """Open an encrypted password and compare it; what was not encrypted is never right."""
    from Cryptodome.Cipher import AES, PKCS1_v1_5

    try:
        mark, version, moment, packed = sealed.split(":", 3)
        raw = b64decode(packed, validate=True)
        size = int.from_bytes(raw[14:16], "little")
        wrapped, rest = raw[16 : 16 + size], raw[16 + size :]
        opened = PKCS1_v1_5.new(key()).decrypt(wrapped, b"")
        cipher = AES.new(opened, AES.MODE_GCM, raw[2:14])
        cipher.update(moment.encode())
        password = cipher.decrypt_and_verify(rest[16:], rest[:16]).decode()
    except (ValueError, BadBase64):
        return False
    if (mark, version, raw[1]) != ("#PWD_INSTAGRAM", "4", KEY_ID):
        return False
    return bool(password) and account.secrets.get("password", password) == password
