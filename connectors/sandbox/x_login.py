"""The two ways into X: OAuth 2 with PKCE and OAuth 1.0a, with the page where a person agrees.

Whoever opens the page may be any of the registered accounts. Any application is accepted: the
sandbox keeps none. The refusals' shapes are what the documentation and its callers show.
"""

from __future__ import annotations

import hashlib
import secrets
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import replace
from html import escape
from urllib.parse import parse_qsl, urlencode, urlsplit

from connectors.sandbox import texts
from connectors.sandbox.exchange import Call, Refusal, Reply, Target, reply_json
from connectors.sandbox.oauth1 import read_header
from connectors.sandbox.records import Account
from connectors.sandbox.state import State
from connectors.sandbox.x_grants import CODE_LIFE, REQUEST_LIFE, TOKEN_LIFE, Code, Grant, Request

DIALOG = "/i/oauth2/authorize"
TOKEN = "/2/oauth2/token"  # noqa: S105 - a path
REQUEST = "/oauth/request_token"
APPROVAL = "/oauth/authorize"
ACCESS = "/oauth/access_token"
PATHS = frozenset({DIALOG, TOKEN, REQUEST, APPROVAL, ACCESS})
_FORM = "application/x-www-form-urlencoded"
_PAGE = """<!DOCTYPE html><html lang="es-MX"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>
<link rel="stylesheet" href="/_sandbox/static/page.css"></head><body>
<main class="wide"><h1>{title}</h1><p>{about}</p><form method="post" class="pick">{accounts}
<p><small>{scopes}</small></p><p><button name="decide" value="si">{yes}</button>
<button name="decide" value="no">{no}</button></p></form></main></body></html>"""


def dispatch(state: State, call: Call) -> Target:
    """Say what a call to one of ``PATHS`` means."""
    handlers: dict[str, Callable[[State, Call], Reply]] = {
        DIALOG: _dialog,
        TOKEN: _token,
        REQUEST: _request,
        APPROVAL: _approval,
        ACCESS: _access,
    }

    def run() -> Reply:
        return handlers[call.path](state, call)

    return Target(network="x", route="token", account=_owner(state, call), run=run)


def _owner(state: State, call: Call) -> str | None:
    """Return whose right is being renewed, so that faults may be ordered for one account."""
    found = state.x_right(call.fields.get("refresh_token", "")) if call.path == TOKEN else None
    return found.account if found else None


# OAuth 2


def _dialog(state: State, call: Call) -> Reply:
    asked = call.query
    uri = asked.get("redirect_uri", "")
    well = (
        asked.get("response_type") == "code"
        and asked.get("client_id")
        and asked.get("state")
        and asked.get("code_challenge")
        and asked.get("code_challenge_method") == "S256"
        and urlsplit(uri).scheme in ("http", "https")
    )
    if not well:
        raise _refusal(400, "invalid_request", "The authorization request is not complete.")
    if call.method == "GET":
        return _page(state, asked.get("scope", ""))
    told = {"state": asked["state"]}
    chosen = _chosen(state, call)
    if chosen is None:
        return _back(uri, {**told, "error": "access_denied"})
    code = secrets.token_urlsafe(32)
    state.x_codes[code] = Code(
        account=chosen.external_id,
        client=asked["client_id"],
        redirect_uri=uri,
        challenge=asked["code_challenge"],
        scopes=asked.get("scope", ""),
        ends=state.clock() + CODE_LIFE,  # a browser carries it: no faster than that
    )
    return _back(uri, {**told, "code": code})


def _token(state: State, call: Call) -> Reply:
    fields = call.fields
    client = _client(call)
    if fields.get("grant_type") == "refresh_token":
        right = state.x_right(fields.get("refresh_token", ""))
        if right is None or right.client != client or _is_revoked(state, right.account):
            raise _refusal(400, "invalid_request", "Value passed for the token was invalid.")
        return _granted(state, state.renew_x(right))
    if fields.get("grant_type") != "authorization_code":
        raise _refusal(400, "unsupported_grant_type", "The grant type is not supported.")
    code = state.x_codes.pop(fields.get("code", ""), None)
    made = hashlib.sha256(fields.get("code_verifier", "").encode()).digest()
    if (
        code is None
        or code.ends <= state.clock()
        or code.client != client
        or code.redirect_uri != fields.get("redirect_uri")
        or urlsafe_b64encode(made).rstrip(b"=").decode() != code.challenge
    ):
        raise _refusal(
            400, "invalid_request", "Value passed for the authorization code was invalid."
        )
    if _is_revoked(state, code.account):
        _readmit(state, code.account)
    return _granted(state, state.grant_x(code.account, client, code.scopes))


def _client(call: Call) -> str:
    """Return who asks, from the header (confidential) or the body (public)."""
    scheme, _, packed = call.headers.get("authorization", "").partition(" ")
    named = call.fields.get("client_id", "")
    if scheme.lower() == "basic":
        try:
            named = b64decode(packed).decode().partition(":")[0]
        except ValueError:
            named = ""
    if not named:
        raise _refusal(401, "unauthorized_client", "Missing valid authorization header")
    return named


def _granted(state: State, grant: Grant) -> Reply:
    said: dict[str, object] = {
        "token_type": "bearer",
        "expires_in": max(1, int(state.span(TOKEN_LIFE))),
        "access_token": grant.access,
        "scope": grant.scopes,
    }
    return reply_json(200, {**said, **({"refresh_token": grant.refresh} if grant.refresh else {})})


# OAuth 1.0a


def _request(state: State, call: Call) -> Reply:
    oauth = read_header(call.headers.get("authorization", ""))
    callback = oauth.get("oauth_callback", "")
    if not oauth.get("oauth_consumer_key") or not oauth.get("oauth_signature"):
        raise Refusal(reply_json(401, {"errors": [{"code": 32, "message": _UNKNOWN}]}))
    if urlsplit(callback).scheme not in ("http", "https"):
        message = "Callback URL not approved for this client application."
        raise Refusal(reply_json(403, {"errors": [{"code": 415, "message": message}]}))
    token, secret = secrets.token_urlsafe(20), secrets.token_urlsafe(24)
    state.x_requests[token] = Request(
        secret=secret,
        consumer_key=oauth["oauth_consumer_key"],
        callback=callback,
        ends=state.clock() + state.span(REQUEST_LIFE),
    )
    said = {"oauth_token": token, "oauth_token_secret": secret}
    return _said({**said, "oauth_callback_confirmed": "true"})


_UNKNOWN = "Could not authenticate you."


def _approval(state: State, call: Call) -> Reply:
    token = call.query.get("oauth_token", "")
    asked = state.x_requests.get(token)
    if asked is None or asked.ends <= state.clock():
        raise Refusal(reply_json(404, {"errors": [{"code": 34, "message": "Not found."}]}))
    if call.method == "GET":
        return _page(state, "")
    chosen = _chosen(state, call)
    if chosen is None:
        del state.x_requests[token]
        return _back(asked.callback, {"denied": token})
    verifier = secrets.token_urlsafe(24)
    state.x_requests[token] = replace(asked, account=chosen.external_id, verifier=verifier)
    return _back(asked.callback, {"oauth_token": token, "oauth_verifier": verifier})


def _access(state: State, call: Call) -> Reply:
    oauth = {**call.fields, **read_header(call.headers.get("authorization", ""))}
    asked = state.x_requests.pop(oauth.get("oauth_token", ""), None)
    if (
        asked is None
        or asked.ends <= state.clock()
        or not asked.verifier
        or asked.consumer_key != oauth.get("oauth_consumer_key")
        or asked.verifier != oauth.get("oauth_verifier")
    ):
        body = b"Reverse auth credentials are invalid"
        raise Refusal(Reply(status=401, body=body, content_type="text/html; charset=utf-8"))
    account = _keyed(state, asked)
    return _said(
        {
            "oauth_token": account.token,
            "oauth_token_secret": account.secrets["access_token_secret"],
            "user_id": account.external_id,
            "screen_name": account.handle,
        }
    )


def _keyed(state: State, asked: Request) -> Account:
    """Return the account with keys of the application: always the same, until they are revoked."""
    account = state.account("x", asked.account)
    if account is None:
        raise Refusal(reply_json(404, {"errors": [{"code": 34, "message": "Not found."}]}))
    known = account.secrets
    same = known.get("consumer_key") == asked.consumer_key and known.get("access_token_secret")
    if same and not account.revoked:
        return account
    made = {"consumer_key": asked.consumer_key, "access_token_secret": secrets.token_urlsafe(24)}
    fresh = replace(account, token=secrets.token_urlsafe(24), secrets=made, revoked=False)
    state.register([fresh])
    return fresh


# Both


def _page(state: State, scopes: str) -> Reply:
    found = [account for account in state.accounts() if account.network == "x"]
    options = "".join(
        f'<option value="{escape(a.external_id, quote=True)}">@{escape(a.handle)} · '
        f"{escape(a.name)}</option>"
        for a in found
    )
    accounts = f'<p><select name="account" required>{options}</select></p>'
    body = _PAGE.format(
        title=escape(texts.X_LOGIN_TITLE),
        about=escape(texts.X_LOGIN_ABOUT if found else texts.X_LOGIN_NONE),
        accounts=accounts,
        scopes=escape(texts.X_LOGIN_SCOPES.format(scopes=scopes)) if scopes else "",
        yes=escape(texts.LOGIN_YES),
        no=escape(texts.LOGIN_NO),
    )
    return Reply(status=200, body=body.encode(), content_type="text/html; charset=utf-8")


def _chosen(state: State, call: Call) -> Account | None:
    said = dict(call.form_pairs)
    return state.account("x", said.get("account", "")) if said.get("decide") == "si" else None


def _is_revoked(state: State, external_id: str) -> bool:
    account = state.account("x", external_id)
    return account is None or account.revoked


def _readmit(state: State, external_id: str) -> None:
    """Let an account that took our application's right back grant it anew; old tokens stay dead."""
    state.forget_x(external_id)
    account = state.account("x", external_id)
    if account is not None:
        state.register([replace(account, token=secrets.token_urlsafe(24), revoked=False)])


def _said(values: dict[str, str]) -> Reply:
    return Reply(status=200, body=urlencode(values).encode(), content_type=_FORM)


def _refusal(status: int, error: str, description: str) -> Refusal:
    return Refusal(reply_json(status, {"error": error, "error_description": description}))


def _back(uri: str, answer: dict[str, str]) -> Reply:
    parts = urlsplit(uri)
    query = urlencode([*parse_qsl(parts.query), *answer.items()])
    place = parts._replace(query=query).geturl()
    return Reply(status=302, headers=(("location", place),))
