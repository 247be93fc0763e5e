"""What the Graph API says of tokens, and the exchange of one for another.

An account may be registered with ``expires_at`` (seconds since the epoch) and ``scopes`` (with
commas) of its token. Any application's id and secret are accepted: the sandbox keeps none.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any

from connectors.sandbox import graph_login
from connectors.sandbox.exchange import Call, Refusal, Reply, Target
from connectors.sandbox.graph_answers import bad_parameter, bad_token, expired_token, ok
from connectors.sandbox.records import DAY, NETWORKS, Account
from connectors.sandbox.state import State

APP_ID = "1000000000000"
LONG_LIVED = 60 * DAY
NETWORKS_HERE = ("facebook", "instagram")
SCOPES = {
    "facebook": ["pages_manage_posts", "pages_read_engagement", "pages_show_list"],
    "instagram": ["instagram_basic", "instagram_content_publish"],
}


def is_app_token(token: str) -> bool:
    """Tell whether a token is an application's own: its id and secret."""
    app_id, bar, secret = token.partition("|")
    return bool(bar and secret and app_id.isdigit())


def expires_at(account: Account) -> int:
    """Return when the account's token ends, in seconds since the epoch; 0 for never."""
    return int(float(account.secrets.get("expires_at") or 0))


def is_over(state: State, account: Account) -> bool:
    """Tell whether the account's token has ended."""
    return 0 < expires_at(account) <= state.clock()


def scopes_of(account: Account) -> list[str]:
    """Return what the account's token may do."""
    own = account.secrets.get("scopes")
    return own.split(",") if own else SCOPES[account.network]


def debug_token(state: State, call: Call) -> Reply:
    """Answer what a token is."""
    token = call.fields.get("input_token", "")
    found = [a for a in state.by_token(token) if a.network in NETWORKS_HERE]
    if not found:
        return ok(
            {
                "data": {
                    "error": {"code": 190, "message": "Invalid OAuth access token."},
                    "is_valid": False,
                    "scopes": [],
                }
            }
        )
    account = min(found, key=lambda a: NETWORKS.index(a.network))
    over = is_over(state, account)
    data: dict[str, Any] = {
        "app_id": APP_ID,
        "application": "Pregonero",
        "type": "PAGE",
        "profile_id": account.external_id,
        "user_id": account.external_id,
        "is_valid": not (account.revoked or over),
        "expires_at": expires_at(account),
        "data_access_expires_at": int(state.clock() + 90 * DAY),
        "scopes": [scope for a in found for scope in scopes_of(a)],
    }
    if account.revoked:
        data["error"] = {"code": 190, "subcode": 460, "message": "The session is invalid."}
    elif over:
        data["error"] = {"code": 190, "subcode": 463, "message": "The session has expired."}
    return ok({"data": data})


def dispatch(state: State, call: Call, edge: str) -> Target:
    """Say what a call under ``/vNN.N/oauth/`` means."""
    found = _owners(state, call.fields.get("fb_exchange_token", ""))

    def run() -> Reply:
        if edge != "access_token":
            raise bad_parameter("Unknown path components")
        return _exchange(state, call, found)

    return Target(
        network="facebook",
        route="token",
        account=found[0].external_id if found else None,
        run=run,
    )


def _exchange(state: State, call: Call, found: list[Account]) -> Reply:
    fields = call.fields
    if not (fields.get("client_id") and fields.get("client_secret")):
        raise _missing("client_id" if not fields.get("client_id") else "client_secret")
    if fields.get("code"):
        return graph_login.redeem(state, call)
    if fields.get("grant_type") != "fb_exchange_token":
        raise bad_parameter("Invalid grant_type")
    if graph_login.is_person(state, fields.get("fb_exchange_token", "")):
        return graph_login.prolong(state, fields["fb_exchange_token"])
    if not found:
        raise bad_token()
    if any(account.revoked for account in found):
        raise bad_token(revoked=True)
    if any(is_over(state, account) for account in found):
        raise expired_token()
    token = secrets.token_urlsafe(24)
    until = str(int(state.clock() + LONG_LIVED))
    state.register(
        [replace(a, token=token, secrets={**a.secrets, "expires_at": until}) for a in found]
    )
    return ok({"access_token": token, "token_type": "bearer", "expires_in": int(LONG_LIVED)})


def _owners(state: State, token: str) -> list[Account]:
    return [a for a in state.by_token(token) if a.network in NETWORKS_HERE] if token else []


def _missing(name: str) -> Refusal:
    return bad_parameter(f"Missing {name} parameter.")
