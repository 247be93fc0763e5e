"""Where the master key rests, by URL: one shelf each, and a cover where the shelf is not enough.

| URL | shelf | what protects the key there |
|---|---|---|
| ``file:///path`` (or a plain path) | ``files`` | the file's mode, a systemd credential |
| ``passphrase:///path?from=/file`` | ``files`` | Argon2id of a passphrase (``covers``) |
| ``env:NAME`` | ``environment`` | nothing: for tests, and warned of |
| ``keyring:service/name`` | ``system`` | the operating system's keyring |
| ``awskms:///KEY?region=…&endpoint=…&file=/path`` | ``files`` | a key that never leaves AWS KMS |

``provider(url, folder=…, ask=…)`` returns the ``Provider``. The key is opened once, at the start:
wrapping is local whatever keeps it. ``form`` is how keys are written, ``shelf`` what a shelf does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from vault import texts
from vault.errors import KeyPlaceUnknown
from vault.providers.covers import Ask, Kms, Passphrase
from vault.providers.environment import EnvironmentShelf
from vault.providers.files import FileShelf
from vault.providers.provider import Provider
from vault.providers.system import KeyringShelf

__all__ = ["Ask", "Provider", "file_url", "outside", "provider"]

KMS_FILE = "kek.kms"
_OPTIONS = {"passphrase": {"from"}, "awskms": {"region", "endpoint", "file"}}
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")
_IN_KEYRING = re.compile(r"[\w.@-]{1,64}")
_KMS_KEY = re.compile(r"[A-Za-z0-9:/_-]{1,2048}")


def provider(url: str, *, folder: Path, ask: Ask | None = None) -> Provider:
    """Return the place that ``url`` names; nothing is read yet.

    ``folder`` is that of the data: what a place needs beside its own lies there. ``ask`` asks a
    person for a passphrase. Raises ``KeyPlaceUnknown`` with the reason.
    """
    known: dict[str, Provider] = {}

    def follow(other: str) -> Provider:
        # one of each, so that what was asked of a person or a service is asked once
        if other not in known:
            found = provider(other, folder=folder, ask=ask)
            known[other] = known.setdefault(found.url, found)
        return known[other]

    parts = urlsplit(url)
    kind = parts.scheme or "file"
    options = _options(url, kind, parts.query)
    if kind == "file":
        file = _path(url, parts.netloc, parts.path)
        return Provider(file_url(file), FileShelf(file), follow=follow)
    if kind == "passphrase":
        shelf = FileShelf(_path(url, parts.netloc, parts.path), words=texts.PLACE_PHRASE)
        source = Path(options["from"]) if "from" in options else None
        return Provider(url, shelf, Passphrase(shelf.place, source, ask), follow=follow)
    if kind == "env":
        if not _NAME.fullmatch(parts.path):
            raise KeyPlaceUnknown(url=url, cause=texts.URL_NAME)
        warning = texts.ENVIRONMENT_WARNING.format(name=parts.path)
        return Provider(url, EnvironmentShelf(parts.path), follow=follow, warning=warning)
    if kind == "keyring":
        service, _, name = parts.path.partition("/")
        if not (_IN_KEYRING.fullmatch(service) and _IN_KEYRING.fullmatch(name)):
            raise KeyPlaceUnknown(url=url, cause=texts.URL_NAME)
        return Provider(url, KeyringShelf(service, name, folder), follow=follow)
    if kind == "awskms":
        path = Path(options.get("file") or (folder / KMS_FILE).resolve())
        return Provider(
            url, FileShelf(path, words=texts.PLACE_KMS), _kms(url, options), follow=follow
        )
    raise KeyPlaceUnknown(url=url, cause=texts.URL_KIND)


def file_url(path: Path) -> str:
    """Return the URL of a key file."""
    return path.resolve().as_uri()


def outside(url: str) -> str:
    """Return the host that opening ``url`` reaches, empty where it reaches none but this one."""
    parts = urlsplit(url)
    if parts.scheme != "awskms":
        return ""
    host = _kms(url, _options(url, "awskms", parts.query)).host
    return "" if _is_loopback(host) else host


def _kms(url: str, options: Mapping[str, str]) -> Kms:
    key = unquote(urlsplit(url).path).lstrip("/")
    region, endpoint = options.get("region", ""), options.get("endpoint", "")
    if not (_KMS_KEY.fullmatch(key) and re.fullmatch(r"[a-z0-9-]{1,32}", region)):
        raise KeyPlaceUnknown(url=url, cause=texts.URL_KMS)
    cover = Kms(key, region=region, endpoint=endpoint)
    if endpoint and not endpoint.startswith("https://") and not _is_loopback(cover.host):
        raise KeyPlaceUnknown(url=url, cause=texts.URL_PLAIN)
    return cover


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _options(url: str, kind: str, query: str) -> dict[str, str]:
    found = dict(parse_qsl(query, keep_blank_values=True))
    for name in found:
        if name not in _OPTIONS.get(kind, ()):
            raise KeyPlaceUnknown(url=url, cause=texts.URL_OPTION.format(option=name))
    return found


def _path(url: str, host: str, path: str) -> Path:
    found = Path(unquote(path))
    if host or not path.strip("/") or (":" in url and not found.is_absolute()):
        raise KeyPlaceUnknown(url=url, cause=texts.URL_PATH)
    return found
