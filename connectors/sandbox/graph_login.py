"""Facebook Login: the dialog, the code it gives, the person's token and the pages behind it.

The dialog lists every registered page; an Instagram account belongs to the page of its handle.
Whoever presses the button is the person. A token granted here is valid beside the registered one.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from html import escape
from urllib.parse import urlencode, urlsplit

from connectors.sandbox import texts
from connectors.sandbox.exchange import Call, Reply, Target
from connectors.sandbox.graph_answers import bad_parameter, error, ok
from connectors.sandbox.records import Account
from connectors.sandbox.state import State

_PAGE = """<!DOCTYPE html><html lang="es-MX"><head><meta charset="utf-8"><title>{title}</title>
<link rel="stylesheet" href="/_sandbox/static/page.css"></head>
<body><main class="wide"><h1>{title}</h1><p>{about}</p>
<form method="post" class="pick">{pages}<p><button name="decide" value="si">{yes}</button>
<button name="decide" value="no">{no}</button></p></form></main></body></html>"""
_SCOPE_DENIED = {
    "error": "access_denied",
    "error_code": "200",
    "error_reason": "user_denied",
    "error_description": "Permissions error",
}


def dispatch(state: State, call: Call) -> Target:
    """Say what a call to ``/vNN.N/dialog/oauth`` means."""

    def run() -> Reply:
        asked = call.query
        if not asked.get("client_id") or urlsplit(asked.get("redirect_uri", "")).scheme not in (
            "http",
            "https",
        ):
            raise bad_parameter("Missing client_id or redirect_uri")
        if call.method == "GET":
            return _dialog(state)
        pairs = call.form_pairs
        if ("decide", "si") not in pairs:
            return _back(asked, _SCOPE_DENIED)
        code = secrets.token_urlsafe(24)
        state.logins[code] = tuple(value for name, value in pairs if name == "page")
        return _back(asked, {"code": code})

    return Target(network="facebook", route="token", account=None, run=run)


def redeem(state: State, call: Call) -> Reply:
    """Answer a code with the person's token, once."""
    pages = state.logins.pop(call.fields.get("code", ""), None)
    if pages is None:
        raise error(100, "This authorization code has been used.", subcode=36009)
    token = secrets.token_urlsafe(24)
    state.logins[token] = pages
    return ok({"access_token": token, "token_type": "bearer", "expires_in": 5184000})


def system_token(state: State, pages: Sequence[str]) -> str:
    """Return a token of a business's system user that reaches ``pages``."""
    token = secrets.token_urlsafe(24)
    state.logins[token] = tuple(pages)
    return token


def is_person(state: State, token: str) -> bool:
    """Tell whether a token is one of a person who logged in."""
    return token in state.logins


def prolong(state: State, token: str) -> Reply:
    """Answer a person's token with a long-lived one."""
    fresh = secrets.token_urlsafe(24)
    state.logins[fresh] = state.logins.pop(token)
    return ok({"access_token": fresh, "token_type": "bearer", "expires_in": 5184000})


def accounts(state: State, token: str) -> Target:
    """Say what ``/me/accounts`` means for a person's token."""

    def run() -> Reply:
        chosen = [state.account("facebook", page) for page in state.logins[token]]
        data = [_granted(state, page) for page in chosen if page is not None]
        return ok({"data": data, "paging": {"cursors": {"before": "A", "after": "Z"}}})

    return Target(network="facebook", route="token", account=None, run=run)


def _granted(state: State, page: Account) -> dict[str, object]:
    token = secrets.token_urlsafe(24)
    linked = _linked(state, page)
    for account in filter(None, (page, linked)):
        if account.revoked or account.secrets.get("expires_at"):
            kept = {k: v for k, v in account.secrets.items() if k not in {"expires_at", "scopes"}}
            state.register([replace(account, token=token, secrets=kept, revoked=False)])
        else:
            state.admit(token, account)
    value: dict[str, object] = {"id": page.external_id, "name": page.name, "access_token": token}
    if linked is not None:
        value["instagram_business_account"] = {
            "id": linked.external_id,
            "username": linked.handle,
        }
    return value


def _linked(state: State, page: Account) -> Account | None:
    return next(
        (a for a in state.accounts() if a.network == "instagram" and a.handle == page.handle), None
    )


def _dialog(state: State) -> Reply:
    pages = "".join(
        f'<p><label><input type="checkbox" name="page" value="{escape(a.external_id, quote=True)}"'
        f" checked> {escape(a.name)} ({escape(a.handle)})</label></p>"
        for a in state.accounts()
        if a.network == "facebook"
    )
    body = _PAGE.format(
        title=escape(texts.LOGIN_TITLE),
        about=escape(texts.LOGIN_ABOUT),
        pages=pages,
        yes=escape(texts.LOGIN_YES),
        no=escape(texts.LOGIN_NO),
    )
    return Reply(status=200, body=body.encode(), content_type="text/html; charset=utf-8")


def _back(asked: dict[str, str], answer: dict[str, str]) -> Reply:
    uri = asked["redirect_uri"]
    query = urlencode({**answer, "state": asked.get("state", "")})
    place = f"{uri}{'&' if '?' in uri else '?'}{query}"
    return Reply(status=302, headers=(("location", place),))
