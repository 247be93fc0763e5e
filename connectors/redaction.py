"""Keeps tokens out of every text that leaves the connectors: details, evidence, log lines."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

MASK = "***"
DETAIL_MAX = 500

_NAMES = (
    r"access_token|input_token|fb_exchange_token|client_secret|app_?secret(?:_proof)?|"
    r"page_token|refresh_token|consumer_(?:key|secret)|access_token_secret|"
    r"oauth_(?:token|signature|consumer_key|nonce)|sessionid|csrftoken|password|"
    r"authorization_data|api_key"
)
_PATTERNS = (
    re.compile(rf"""(?i)(["']?\b(?:{_NAMES})\b["']?\s*(?:=|:|%3D|%3A)\s*["']?)[^\s"'&,;}}\)]+"""),
    re.compile(r"(?i)(\b(?:bearer|oauth)\s+)(?!\*)[A-Za-z0-9._~+/=:%|-]{6,}"),
    re.compile(r"(?i)(authorization[\"']?\s*[:=]\s*[\"']?)(?!bearer|oauth)[^\s\"',}]+"),
    re.compile(r"()\bEAA[A-Za-z0-9]{16,}"),
    re.compile(r"()\bIG[A-Z]{2}[A-Za-z0-9_-]{32,}"),
)


def redact(text: object, secrets: Iterable[str] = ()) -> str:
    """Return ``text`` without tokens: the literal ``secrets`` and whatever looks like one."""
    clean = str(text)
    for secret in secrets:
        if len(secret) >= 4:
            for form in {secret, quote(secret, safe=""), quote_plus(secret)}:
                clean = clean.replace(form, MASK)
    for pattern in _PATTERNS:
        clean = pattern.sub(rf"\g<1>{MASK}", clean)
    return clean


def detail(text: object, secrets: Iterable[str] = ()) -> str:
    """Redact and cut ``text`` to a length fit for a row or a log line."""
    return redact(text, secrets)[:DETAIL_MAX]


QUIET = (
    "tweepy",
    "tweepy.api",
    "tweepy.client",
    "tweepy.auth",
    "urllib3",
    "urllib3.connection",
    "urllib3.connectionpool",
    "urllib3.poolmanager",
    "urllib3.util.retry",
    "requests",
    "requests_oauthlib",
    "requests_oauthlib.oauth1_auth",
    "requests_oauthlib.oauth1_session",
    "requests_oauthlib.oauth2_session",
    "oauthlib",
    "oauthlib.oauth1.rfc5849",
    "oauthlib.oauth1.rfc5849.signature",
    "oauthlib.oauth1.rfc5849.endpoints",
    "instagrapi",
    "private_request",
    "public_request",
    "graphql_request",
    "curl_cffi",
)


class _Quiet(logging.Filter):
    """Drops DEBUG, where the SDKs print headers and bodies, and redacts the rest."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.INFO:
            return False
        record.msg, record.args = redact(record.getMessage()), ()
        record.exc_info = record.exc_text = record.stack_info = None
        return True


_quiet = _Quiet()


def quiet_loggers() -> None:
    """Hold the SDKs' loggers at INFO or above, also against a later ``setLevel(DEBUG)``."""
    for name in QUIET:
        logger = logging.getLogger(name)
        if logger.level < logging.INFO:
            logger.setLevel(logging.INFO)
        logger.addFilter(_quiet)
