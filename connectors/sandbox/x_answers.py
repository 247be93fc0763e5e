"""The X API's refusals and rate-limit headers, in its problem shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.sandbox.exchange import Refusal, Reply, reply_json
from connectors.sandbox.state import State

LIMIT_HEADER = "x-rate-limit-limit"
PROBLEMS = "https://api.twitter.com/2/problems"


def problem(
    status: int, title: str, detail: str, kind: str = "about:blank", **more: Any
) -> Refusal:
    """Return a refusal in the API's problem shape."""
    return Refusal(
        reply_json(
            status, {"title": title, "type": kind, "status": status, "detail": detail, **more}
        )
    )


def unauthorized() -> Refusal:
    """Return the answer to a token that is missing, unknown or revoked."""
    return problem(401, "Unauthorized", "Unauthorized")


def invalid(message: str, **parameters: list[str]) -> Refusal:
    """Return the answer to a request that cannot be understood."""
    return invalid_all([(message, parameters)])


def invalid_all(errors: Sequence[tuple[str, Mapping[str, list[str]]]]) -> Refusal:
    """Return the answer to a request with several errors: message and parameters of each."""
    return problem(
        400,
        "Invalid Request",
        "One or more parameters to your request was invalid.",
        f"{PROBLEMS}/invalid-request",
        errors=[{"message": text, "parameters": dict(given)} for text, given in errors],
    )


def forbidden(detail: str) -> Refusal:
    """Return the answer to a request that is understood and not allowed."""
    return problem(403, "Forbidden", detail)


def not_found(name: str, value: str) -> Refusal:
    """Return the answer to an id that does not exist."""
    return problem(
        404,
        "Not Found Error",
        f"Could not find {name} with id: [{value}].",
        f"{PROBLEMS}/resource-not-found",
        value=value,
        resource_id=value,
        resource_type=name,
        parameter="id",
    )


def fault_reply(state: State, status: int, *, bare: bool, seconds: float) -> Reply:
    """Return what X answers when it is overloaded (5xx) or asks to wait (429)."""
    if status == 429:
        headers = () if bare else window_headers(100, 0, state.clock() + seconds)
        body = {"title": "Too Many Requests", "detail": "Too Many Requests"}
        return reply_json(429, {**body, "type": "about:blank", "status": 429}, headers)
    words = "Service Unavailable" if status == 503 else "Internal Server Error"
    return reply_json(
        status, {"title": words, "detail": words, "type": "about:blank", "status": status}
    )


def window_headers(limit: int, left: int, reset: float) -> tuple[tuple[str, str], ...]:
    """Return the rate-limit headers of one window."""
    return (
        (LIMIT_HEADER, str(limit)),
        ("x-rate-limit-remaining", str(max(0, left))),
        ("x-rate-limit-reset", str(int(reset) + 1)),
    )


def day_headers(limit: int, left: int, reset: float) -> tuple[tuple[str, str], ...]:
    """Return the headers of the application's day, which the vendor does not document."""
    return (
        ("x-app-limit-24hour-limit", str(limit)),
        ("x-app-limit-24hour-remaining", str(max(0, left))),
        ("x-app-limit-24hour-reset", str(int(reset) + 1)),
    )
