"""Opening a session of the private Instagram API: the newer screens, the older calls, challenges.

How an account answers is in its registration: ``password`` (without one, any is right) and
``login``, one of ``STEPS``. A code that was "sent" is at ``/_sandbox/codes``; ``login_code`` fixes
it. Shapes are our reading of what the unofficial client sends and parses.
"""

from __future__ import annotations

import json
import secrets
from base64 import b64encode
from collections.abc import Callable
from typing import Any

from connectors.sandbox import instagram_private_sessions as sessions
from connectors.sandbox.exchange import Call, Reply, Target, compile_path, reply_json
from connectors.sandbox.instagram_private_uploads import NETWORK, fail, signed_body
from connectors.sandbox.records import Account
from connectors.sandbox.state import State

STEPS = (
    "",
    "app",
    "sms",
    "profile",
    "legacy_app",
    "legacy_sms",
    "challenge_email",
    "challenge_sms",
    "its_me",
    "native",
    "suspended",
)
"""What follows a right password: nothing, a second factor of either kind of screen, a challenge."""

BLOKS = "/api/v1/bloks/"
PREFIX = "com.bloks.www."
ENTRY = "ap.two_step_verification.entrypoint_async"
CODE_ENTRY = "ap.two_step_verification.code_entry"
CODE_SUBMIT = "ap.two_step_verification.code_entry_async"
SEND = "bloks.caa.login.async.send_login_request"
VERIFY = "two_step_verification.verify_code.async"
OLDER = ("legacy_app", "legacy_sms", "challenge_email", "challenge_sms", "its_me", "native")
HINTS = {"email": "d*******n@e*****e.mx", "sms": "+52 *** *** **42"}

Answer = Callable[[State, Call, dict[str, str]], Reply]


def dispatch(state: State, call: Call) -> Target | None:
    """Say what a call of somebody who is not in yet means; None for any other call."""
    for method, pattern, answer in ROUTES:
        found = pattern.match(call.path) if method in ("*", call.method) else None
        if found is None:
            continue
        groups = found.groupdict()
        account = _account(state, call, groups)
        decides = answer in DECIDING and (answer is not _bloks or groups["name"] in DECIDING_BLOKS)

        def run(answer: Answer = answer, groups: dict[str, str] = groups) -> Reply:
            return answer(state, call, groups)

        return Target(
            network=NETWORK,
            route="login" if decides else "other",
            account=account.external_id if account else None,
            run=run,
        )
    return None


# The device


def _usdid(_: State, __: Call, ___: dict[str, str]) -> Reply:
    return reply_json(200, {"data": {"xig_usdid_registration": {"success": True}}})


def _keys(_: State, __: Call, ___: dict[str, str]) -> Reply:
    public = sessions.key().public_key().export_key("PEM")
    headers = (
        ("ig-set-password-encryption-key-id", str(sessions.KEY_ID)),
        ("ig-set-password-encryption-pub-key", b64encode(public).decode()),
    )
    return reply_json(200, {"status": "ok"}, headers)


def _nonces(_: State, __: Call, ___: dict[str, str]) -> Reply:
    nonces = {"challenge_nonce": secrets.token_urlsafe(16), "key_nonce": secrets.token_urlsafe(16)}
    return reply_json(200, {**nonces, "status": "ok"})


def _fine(_: State, __: Call, ___: dict[str, str]) -> Reply:
    return reply_json(200, {"status": "ok"})


# The newer screens


def _bloks(state: State, call: Call, groups: dict[str, str]) -> Reply:
    name, params = groups["name"], _params(call)
    inputs, server = params.get("client_input_params") or {}, params.get("server_params") or {}
    if name == "bloks.caa.login.process_client_data_and_redirect":
        aac = {"key": "CAA_ACCOUNT_ACCESS_CONTEXT:aac", "initial": secrets.token_urlsafe(24)}
        return _screen(data=[{"id": "aac", "data": aac}])
    if name == SEND:
        return _send(state, inputs)
    if name in (ENTRY, CODE_ENTRY):
        following = CODE_ENTRY if name == ENTRY else CODE_SUBMIT
        return _screen(_opens(following, "context_data", str(server.get("context_data", ""))))
    if name in (CODE_SUBMIT, VERIFY):
        context = server.get("context_data") or server.get("two_step_verification_context")
        account = sessions.begun_by(state, str(context))
        if account is None or not sessions.is_right(state, account, str(inputs.get("code", ""))):
            return _screen('(bk.action.core.Dialog "This code isn\'t right.")')
        return _let_in(state, account)
    if name == "two_step_verification.method_picker.navigation.async":
        account = sessions.begun_by(state, str(server.get("two_step_verification_context")))
        if account is not None and inputs.get("selected_method") == "sms":
            sessions.draw(state, account, "sms")
    return _screen("(bk.action.core.Nothing)")


def _send(state: State, inputs: dict[str, Any]) -> Reply:
    account = sessions.named(state, str(inputs.get("contact_point", "")))
    step = account.secrets.get("login", "") if account else ""
    password = str(inputs.get("password", ""))
    right = account is not None and sessions.is_password(account, password)
    if account is None or not right or step in (*OLDER, "suspended"):
        # the screens lead to the older call, whose answer says why
        return _screen(data=["CAA_LOGIN_FALLBACK:accounts_login"])
    if step in ("app", "sms"):
        context = sessions.begin(state, account, step)
        return _screen(
            _opens("two_step_verification.entrypoint", "two_step_verification_context", context),
            [{"sms_two_factor_on": step == "sms", "totp_two_factor_on": step == "app"}],
        )
    if step == "profile":
        context = sessions.begin(state, account, "sent")
        return _screen(_opens(ENTRY, "context_data", context))
    return _let_in(state, account)


def _let_in(state: State, account: Account) -> Reply:
    token, user = sessions.open_session(state, account), sessions.logged_in(account)
    embedded = json.dumps(
        {
            "login_response": json.dumps({"logged_in_user": user, "status": "ok"}),
            "headers": json.dumps(dict(sessions.granted(account, token))),
            "cookies": "",
        }
    )
    return _screen(f"(bk.action.caa.HandleLoginResponse {json.dumps(embedded)})")


def _screen(action: str = "", data: list[Any] | None = None) -> Reply:
    payload = {"action": action, "data": data or []}
    return reply_json(200, {"layout": {"bloks_payload": payload}, "status": "ok"})


def _opens(app: str, key: str, value: str) -> str:
    """Return the expression that opens another screen with one parameter."""
    inner = f"(f4i (dkc {json.dumps(key)}) (dkc {json.dumps(value)}))"
    return (
        f"(bk.action.bloks.OpenScreen {json.dumps(PREFIX + app)}"
        f' (f4i (dkc "server_params") (dkc {inner})))'
    )


# The older calls


def _login(state: State, call: Call, _: dict[str, str]) -> Reply:
    body = signed_body(call)
    account = sessions.named(state, str(body.get("username", "")))
    if account is None:
        raise fail(
            400,
            "The username you entered doesn't appear to belong to an account.",
            error_type="invalid_user",
            invalid_credentials=True,
        )
    if not sessions.is_password(account, str(body.get("enc_password", ""))):
        raise fail(
            400,
            "The password you entered is incorrect. Please try again.",
            error_type="bad_password",
            error_title="Incorrect password",
            invalid_credentials=True,
        )
    step = account.secrets.get("login", "")
    if step in ("legacy_app", "legacy_sms"):
        raise fail(400, "", **_two_factor_info(state, account, step.removeprefix("legacy_")))
    if step == "suspended":
        place = {"url": "https://i.instagram.com/accounts/suspended/", "lock": True}
        raise fail(400, "challenge_required", challenge=place)
    if step in OLDER:
        raise fail(400, "challenge_required", challenge=_challenge(state, account, step))
    return _older_let_in(state, account)


def _two_factor_info(state: State, account: Account, kind: str) -> dict[str, Any]:
    info = {
        "username": account.handle,
        "sms_two_factor_on": kind == "sms",
        "totp_two_factor_on": kind == "app",
        "whatsapp_two_factor_on": False,
        "obfuscated_phone_number": "0042" if kind == "sms" else "",
        "two_factor_identifier": sessions.begin(state, account, kind),
    }
    return {"two_factor_required": True, "two_factor_info": info, "error_type": ""}


def _two_factor(state: State, call: Call, _: dict[str, str]) -> Reply:
    body = signed_body(call)
    account = sessions.begun_by(state, str(body.get("two_factor_identifier", "")))
    if account is None:
        raise fail(400, "Invalid Parameters", error_type="invalid_identifier")
    method = {"app": "3", "sms": "1"}[state.codes[account.external_id][0]]
    if body.get("verification_method") != method or not sessions.is_right(
        state, account, sessions.code_in(body)
    ):
        raise fail(
            400,
            "Please check the security code and try again.",
            error_type="sms_code_validation_code_invalid",
            invalid_credentials=False,
        )
    return _older_let_in(state, account)


def _challenge(state: State, account: Account, step: str) -> dict[str, Any]:
    kind = {"challenge_email": "email", "challenge_sms": "sms"}.get(step, step)
    nonce = sessions.begin(state, account, kind)
    path = f"/challenge/{account.external_id}/{nonce}/"
    return {
        "url": f"https://i.instagram.com{path}",
        "api_path": path,
        "hide_webview_header": True,
        "lock": True,
        "logout": False,
        "native_flow": step == "native",
    }


def _challenged(state: State, call: Call, groups: dict[str, str]) -> Reply:
    """Play a challenge: offer the ways, send the code, take it, close."""
    account = sessions.begun_by(state, groups["nonce"])
    if account is None or account.external_id != groups["id"]:
        raise fail(404, "Not Found")
    kind = state.codes[account.external_id][0]
    if call.method == "GET":
        if kind == "its_me":
            return reply_json(200, {"step_name": "delta_login_review", "status": "ok"})
        offered = {"email": HINTS["email"]} if kind == "email" else {"phone_number": HINTS["sms"]}
        step = {"step_name": "select_verify_method", "step_data": {"choice": "0", **offered}}
        return reply_json(200, {**step, "status": "ok"})
    body = signed_body(call)
    if kind == "its_me":
        sessions.recognise(state, account)
        return reply_json(200, {"action": "close", "status": "ok"})
    if "security_code" not in body:
        step = {"step_name": f"verify_{kind}", "step_data": {"contact_point": HINTS[kind]}}
        return reply_json(200, {**step, "status": "ok"})
    if not sessions.is_right(state, account, sessions.code_in(body)):
        raise fail(400, "Please check the code we sent you and try again.")
    return _older_let_in(state, account, action="close")


def _older_let_in(state: State, account: Account, **more: Any) -> Reply:
    headers = sessions.granted(account, sessions.open_session(state, account))
    body = {"logged_in_user": sessions.logged_in(account), **more, "status": "ok"}
    return reply_json(200, body, headers)


# What both know


def _account(state: State, call: Call, groups: dict[str, str]) -> Account | None:
    """Return whom a call is about, for the log and for faults."""
    if "nonce" in groups:
        return state.account(NETWORK, groups["id"])
    if not call.path.startswith(BLOKS):
        body = dict(call.form_pairs)
        named = signed_body(call) if "signed_body" in body else {}
        return sessions.named(state, str(named.get("username", "")))
    params = _params(call)
    inputs, server = params.get("client_input_params") or {}, params.get("server_params") or {}
    context = server.get("context_data") or server.get("two_step_verification_context") or ""
    return sessions.named(state, str(inputs.get("contact_point", ""))) or sessions.begun_by(
        state, str(context)
    )


def _params(call: Call) -> dict[str, Any]:
    try:
        value = json.loads(dict(call.form_pairs).get("params", "{}"))
    except ValueError:
        value = {}
    return value if isinstance(value, dict) else {}


ROUTES = tuple(
    (method, compile_path(path), answer)
    for method, path, answer in (
        ("POST", "/graphql_www", _usdid),
        ("GET", "/api/v1/qe/sync", _keys),
        ("POST", "/api/v1/launcher/sync", _fine),
        ("POST", "/api/v1/attestation/create_android_keystore", _nonces),
        ("POST", "/api/v1/bloks/async_action/com.bloks.www.{name}", _bloks),
        ("POST", "/api/v1/bloks/apps/com.bloks.www.{name}", _bloks),
        ("POST", "/api/v1/accounts/login", _login),
        ("POST", "/api/v1/accounts/two_factor_login", _two_factor),
        ("*", "/api/v1/challenge/{id}/{nonce}", _challenged),
    )
)
DECIDING = (_bloks, _login, _two_factor, _challenged)
DECIDING_BLOKS = (SEND, CODE_SUBMIT, VERIFY)
