"""Opening a session of Instagram's unofficial way, once, with the person there to answer.

``InstagramLogin`` is one login half-way: ``begin`` with user and password, then ``answer`` for each
code that Instagram asks for, until ``Done`` brings the settings to be sealed or ``LoginRefused``
says what to do. It waits for nobody, prompts nobody and sleeps never; whoever holds it decides for
how long. Nothing of a password, code or session is in what it says, raises or logs.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from types import MappingProxyType
from typing import Any, Final
from uuid import uuid4

from instagrapi.exceptions import ChallengeRequired, ClientError, TwoFactorRequired

from connectors.endpoints import Endpoints
from connectors.instagram_login_client import LOGIN_HOST, CodeWanted, LoginClient, device_of
from connectors.login_texts import REFUSALS
from connectors.opening import CodeKind, Done, LoginRefused, NeedsCode, Outcome
from connectors.transport import Transport

CODES: Final = 3
"""Wrong codes after which a login is over: Instagram itself locks whoever goes on guessing."""

ROUNDS: Final = 3
"""Times that the password is sent in one login; each answered challenge may cost one."""

_METHODS: Final[Mapping[str, str]] = MappingProxyType(
    {"sms": "1", "backup": "2", "app": "3", "whatsapp": "6"}
)
_ITS_ME: Final = ("delta_login_review", "delta_acknowledge_approved", "scraping_warning")
_CHOOSE: Final = ("select_verify_method", "select_contact_point_recovery")
_REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "BadPassword": "password",
        "BadCredentials": "password",
        "ProxyAddressIsBlocked": "address",
        "SentryBlock": "address",
        "PleaseWaitFewMinutes": "wait",
        "ClientThrottledError": "wait",
        "RateLimitError": "wait",
        "FeedbackRequired": "feedback",
        "AccountSuspended": "suspended",
        "ChallengeError": "app",
        "CaptchaChallengeRequired": "app",
        "ClientNeedsUpgradeError": "too_old",
        "ClientConnectionError": "unreachable",
        "ClientIncompleteReadError": "unreachable",
        "ClientJSONDecodeError": "unreachable",
        "ClientRequestTimeout": "unreachable",
        "RequestException": "unreachable",
    }
)
"""Class that the library, or what it stands on, raises → reason; the first of its bases counts."""


class InstagramLogin:
    """One login of one account, in memory and nowhere else.

    ``external_id`` is the account's numeric id, which the session must be of. ``settings`` are
    those in force, if any: the device in them stays the same, the session in them is left behind.
    """

    def __init__(self, endpoints: Endpoints, external_id: str, settings: str = "") -> None:
        self._external_id = external_id
        transport = Transport(
            endpoints.instagram_private_base_url,
            loopback_only=endpoints.loopback_only,
            timeout=(endpoints.connect_timeout, endpoints.read_timeout),
        )
        self._client = LoginClient(device_of(settings), transport)
        self._next: Callable[[str], Outcome] | None = None
        self._asked: NeedsCode | None = None
        self._wrong = self._rounds = 0

    def __repr__(self) -> str:
        return f"InstagramLogin({self._external_id!r})"

    def begin(self, username: str, password: str) -> Outcome:
        """Send user and password."""
        self._client.username, self._client.password = username.strip().lstrip("@"), password
        return self._step(self._log_in)

    def answer(self, code: str) -> Outcome:
        """Send the code that was asked for."""
        following = self._next
        if following is None:
            raise RuntimeError("no code was asked for")
        digits = "".join(code.split()).replace("-", "")
        return self._step(partial(following, digits))

    def close(self) -> None:
        """Forget the password and whatever was said; a session that is open stays so."""
        self._client.password = None
        self._client.last_json, self._client.last_response = {}, None
        self._next = None

    def _step(self, action: Callable[[], Outcome]) -> Outcome:
        """Take one step; whatever the library raises ends the login with a sentence."""
        try:
            outcome = action()
        except Exception as error:  # noqa: BLE001 - the library raises what it likes
            wrong = self._asked is not None and _is_wrong_code(error)
            outcome = self._wrong_code() if wrong else _refused(error)
        if isinstance(outcome, NeedsCode):
            self._asked = outcome
        else:
            self.close()
        return outcome

    def _log_in(self) -> Outcome:
        client = self._client
        self._rounds += 1
        if self._rounds > ROUNDS:
            return refusal("app")
        try:
            client.login()
        except CodeWanted as wanted:
            self._next = partial(self._profile_code, wanted.context)
            return NeedsCode(kind="sent")
        except TwoFactorRequired as error:
            return self._two_factor(error)
        except ChallengeRequired:
            return self._challenge()
        return self._done()

    def _done(self) -> Outcome:
        client = self._client
        if not client.user_id or not client.sessionid:
            return refusal("no_session")
        if str(client.user_id) != self._external_id:
            with suppress(Exception):  # a courtesy: nobody will use that session
                client.logout()
            return refusal("other_account", entered=client.user_id, wanted=self._external_id)
        return Done(settings=json.dumps(client.get_settings()), handle=client.username)

    def _wrong_code(self) -> Outcome:
        self._wrong += 1
        asked = self._asked
        if asked is None or self._wrong >= CODES:
            return refusal("codes", times=self._wrong)
        return NeedsCode(kind=asked.kind, hint=asked.hint, again=True)

    # Second factor

    def _two_factor(self, error: TwoFactorRequired) -> Outcome:
        """Find out which second factor is wanted; the newer screens have their message sent."""
        client = self._client
        said = client.last_json if isinstance(client.last_json, dict) else {}
        info = said.get("two_factor_info")
        if isinstance(info, dict) and info.get("two_factor_identifier"):
            kind = _second_factor(info)
            identifier = str(info["two_factor_identifier"])
            self._next = partial(self._legacy_code, identifier, kind)
            return NeedsCode(kind=kind, hint=str(info.get("obfuscated_phone_number") or ""))
        told = {**said, **vars(error)}
        context = client._extract_two_step_verification_context(told)  # noqa: SLF001
        if not context:
            return refusal("app")
        method = client._infer_bloks_two_factor_challenge(told)  # noqa: SLF001
        client.bloks_two_step_verification_entrypoint(context)
        client.bloks_two_step_verification_method_picker(context)
        client.bloks_two_step_verification_select_method(context, selected_method=method)
        self._next = partial(self._bloks_code, context, method)
        return NeedsCode(kind="sms" if method == "sms" else "app")

    def _legacy_code(self, identifier: str, kind: CodeKind, code: str) -> Outcome:
        client = self._client
        method = "backup" if client._looks_like_backup_code(code) else kind  # noqa: SLF001
        data = {
            "verification_code": code,
            "phone_id": client.phone_id,
            "_csrftoken": client.token,
            "two_factor_identifier": identifier,
            "username": client.username,
            "trust_this_device": "1",
            "guid": client.uuid,
            "device_id": client.android_device_id,
            "waterfall_id": str(uuid4()),
            "verification_method": _METHODS[method],
        }
        client.private_request("accounts/two_factor_login/", data, login=True)
        return self._opened()

    def _bloks_code(self, context: str, method: str, code: str) -> Outcome:
        client = self._client
        if client._looks_like_backup_code(code):  # noqa: SLF001
            method = "backup_codes"
            client.bloks_two_step_verification_enter_backup_code(context)
        reply = client.bloks_two_step_verification_verify_code(context, code, challenge=method)
        return self._opened() if client.bloks_apply_login_response(reply) else self._wrong_code()

    def _profile_code(self, context: str, code: str) -> Outcome:
        client = self._client
        reply = client.bloks_ap_two_step_verification_submit_code(context, code, domain=LOGIN_HOST)
        return self._opened() if client.bloks_apply_login_response(reply) else self._wrong_code()

    def _opened(self) -> Outcome:
        """Do what the application does once it is in, and take the session."""
        self._client.login_flow()
        self._client.last_login = time.time()
        return self._done()

    # Challenge

    def _challenge(self) -> Outcome:
        """Look what Instagram wants to be sure of, and have it send a code where it offers to."""
        client = self._client
        said = client.last_json if isinstance(client.last_json, dict) else {}
        asked = said.get("challenge")
        path = str(asked.get("api_path") or "") if isinstance(asked, dict) else ""
        if not path.startswith("/challenge/") or (asked or {}).get("native_flow"):
            return refusal("app")
        place = path.lstrip("/")
        parts = place.strip("/").split("/")
        context = (asked or {}).get("challenge_context") or json.dumps(
            {
                "step_name": "",
                "nonce_code": parts[2] if len(parts) > 2 else "",
                "user_id": int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else 0,
                "is_stateless": False,
            }
        )
        device = {"guid": client.uuid, "device_id": client.android_device_id}
        reply = client.private_request(
            place, params={**device, "challenge_context": context}, login=True
        )
        return self._challenge_step(place, reply)

    def _challenge_step(self, place: str, reply: Mapping[str, Any]) -> Outcome:
        client, name = self._client, str(reply.get("step_name") or "")
        data = reply.get("step_data")
        offered = data if isinstance(data, dict) else {}
        if name in _CHOOSE and not {"email", "phone_number"}.isdisjoint(offered):
            choice = "1" if "email" in offered else "0"
            hint = str(offered.get("email") or offered.get("phone_number") or "")
            client.private_request(place, {"choice": choice}, login=True)
            kind: CodeKind = "email" if choice == "1" else "sms"
            self._next = partial(self._challenge_code, place)
            return NeedsCode(kind=kind, hint=hint)
        if name.startswith("verify_"):
            kind = "email" if "email" in name else "sms"
            self._next = partial(self._challenge_code, place)
            return NeedsCode(kind=kind, hint=str(offered.get("contact_point") or ""))
        if name in _ITS_ME or name == "review_contact_point_change":
            # whoever just typed the password is the person that this asks about
            reply = client.private_request(place, {"choice": "0"}, login=True)
            return self._log_in() if reply.get("status") == "ok" else refusal("app")
        if not name and reply.get("action") == "close":
            return self._opened() if client.take_authorization() else self._log_in()
        return refusal("app")

    def _challenge_code(self, place: str, code: str) -> Outcome:
        reply = self._client.private_request(place, {"security_code": code}, login=True)
        return self._challenge_step(place, reply)


def refusal(reason: str, **facts: object) -> LoginRefused:
    """Return the end of a login for a ``reason`` of the texts."""
    return LoginRefused(reason=reason, sentence=REFUSALS[reason].format(**facts))


def _refused(error: Exception) -> LoginRefused:
    names = [kind.__name__ for kind in type(error).__mro__]
    return refusal(next((_REASONS[name] for name in names if name in _REASONS), "no_session"))


def _second_factor(info: Mapping[str, Any]) -> CodeKind:
    if info.get("totp_two_factor_on"):
        return "app"
    return "whatsapp" if info.get("whatsapp_two_factor_on") else "sms"


def _is_wrong_code(error: Exception) -> bool:
    """Tell whether Instagram says that the code, and nothing else, is wrong."""
    if not isinstance(error, ClientError):
        return False
    said = f"{error} {getattr(error, 'error_type', '')}".casefold()
    return "code_invalid" in said or ("check the" in said and "code" in said)
