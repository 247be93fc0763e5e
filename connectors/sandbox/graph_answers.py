"""The Graph API's errors and headers."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from typing import Any

from connectors.sandbox.exchange import Refusal, Reply, reply_json
from connectors.sandbox.records import Account

USAGE = (("x-app-usage", json.dumps({"call_count": 1, "total_time": 1, "total_cputime": 1})),)

PORTRAIT = "https://scontent.xx.fbcdn.net/v/t39/{network}/{id}.png"
"""What an account shows of itself, as Graph tells it; the sandbox serves it under its own host."""


def error(
    code: int,
    message: str,
    *,
    subcode: int | None = None,
    status: int = 400,
    transient: bool = False,
    title: str = "",
    sentence: str = "",
    headers: tuple[tuple[str, str], ...] = (),
) -> Refusal:
    """Return a refusal in Graph's shape; ``title`` and ``sentence`` are its words for the user."""
    trace = sha256(f"{code}{subcode}{message}".encode()).hexdigest()[:11]
    body: dict[str, Any] = {
        "message": message,
        "type": "OAuthException",
        "code": code,
        "is_transient": transient,
        "fbtrace_id": f"A{trace}",
    }
    if subcode is not None:
        body["error_subcode"] = subcode
    if title or sentence:
        body |= {"error_user_title": title, "error_user_msg": sentence}
    return Refusal(reply_json(status, {"error": body}, (*USAGE, *headers)))


def bad_token(*, revoked: bool = False) -> Refusal:
    """Return the answer to a token that is missing, unknown or revoked."""
    if revoked:
        return error(
            190,
            "Error validating access token: The session has been invalidated because the user"
            " changed their password or Facebook has changed the session for security reasons.",
            subcode=460,
            status=401,
        )
    return error(190, "Invalid OAuth access token - Cannot parse access token", status=401)


def expired_token() -> Refusal:
    """Return the answer to a token whose time is over."""
    return error(
        190,
        "Error validating access token: Session has expired. The current time is later.",
        subcode=463,
        status=401,
    )


def bad_parameter(message: str) -> Refusal:
    """Return the answer to a parameter that cannot be used."""
    return error(100, f"(#100) {message}")


def no_such_object(node: str) -> Refusal:
    """Return the answer to an id that does not exist, or that this token may not see."""
    return error(
        100,
        f"Unsupported request. Object with ID '{node}' does not exist, cannot be loaded due to"
        " missing permissions, or does not support this operation",
        subcode=33,
    )


def not_yours() -> Refusal:
    """Return the answer to a write on another's page or account."""
    return error(
        200,
        "(#200) The user hasn't authorized the application to perform this action",
        status=403,
    )


def fault_reply(network: str, account: str, status: int, *, bare: bool, seconds: float) -> Reply:
    """Return what Graph answers when it is overloaded (5xx) or asks to wait (429).

    Graph says "too many" with status 400 and a code of its own; when to come back is in the
    business usage header, in minutes.
    """
    if status != 429:
        return error(
            2,
            "An unexpected error has occurred. Please retry your request later.",
            status=status,
            transient=True,
        ).reply
    minutes = max(1, round(seconds / 60))
    headers = () if bare else _case_headers(network, account, used=100, minutes=minutes)
    if network == "facebook":
        return error(32, "(#32) Page request limit reached", transient=True, headers=headers).reply
    return error(4, "(#4) Application request limit reached", transient=True, headers=headers).reply


def with_usage(reply: Reply, account: Account) -> Reply:
    """Return ``reply`` with what it says of the account's quota: little is used here."""
    if any(name == "x-business-use-case-usage" for name, _ in reply.headers):
        return reply
    headers = _case_headers(account.network, account.external_id, used=1, minutes=0)
    return replace(reply, headers=(*reply.headers, *headers))


def _case_headers(
    network: str, account: str, *, used: int, minutes: int
) -> tuple[tuple[str, str], ...]:
    usage = {
        account: [
            {
                "type": "pages" if network == "facebook" else "instagram",
                "call_count": used,
                "total_cputime": min(used, 20),
                "total_time": min(used, 20),
                "estimated_time_to_regain_access": minutes,
            }
        ]
    }
    return (("x-business-use-case-usage", json.dumps(usage)),)


def ok(value: Any) -> Reply:
    """Return a successful answer."""
    return reply_json(200, value, USAGE)


def wanted(fields: str) -> dict[str, str]:
    """Split ``fields=id,attachments{target,media{image}}`` at its top level: name → inside."""
    found: dict[str, str] = {}
    depth, name, inside = 0, "", ""
    for char in f"{fields},":
        if char == "{":
            depth += 1
            inside += char if depth > 1 else ""
        elif char == "}":
            depth -= 1
            inside += char if depth else ""
        elif char == "," and not depth:
            if name.strip():
                found[name.strip().partition(".")[0]] = inside
            name = inside = ""
        elif depth:
            inside += char
        else:
            name += char
    return found
