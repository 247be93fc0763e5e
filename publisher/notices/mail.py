"""The mail server: how it is reached, and under which name this installation writes."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from publisher.app import App
from publisher.errors import Unready
from publisher.texts import notices as texts

SMTP_TIMEOUT: Final = 20.0
LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, kw_only=True)
class Server:
    """The installation's mail server, as ``PREGONERO_SMTP_URL`` names it."""

    host: str
    port: int
    tls: bool
    user: str
    password: str

    @classmethod
    def parse(cls, url: str) -> Server:
        """Read ``smtp://…`` or ``smtps://…``; raises ``Unready`` for anything else."""
        parts = urlsplit(url)
        try:
            port = parts.port
        except ValueError:
            raise Unready(texts.SMTP_URL) from None
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise Unready(texts.SMTP_URL)
        tls = parts.scheme == "smtps"
        return cls(
            host=parts.hostname,
            port=port or (465 if tls else 587),
            tls=tls,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )

    @contextmanager
    def connect(self, own_name: str) -> Iterator[smtplib.SMTP]:
        """Open the connection; beyond loopback nothing travels without TLS.

        ``own_name`` spares smtplib the look-up of this machine's name in the DNS.
        """
        context = ssl.create_default_context()
        if self.tls:
            client: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, own_name, timeout=SMTP_TIMEOUT, context=context
            )
        else:
            client = smtplib.SMTP(self.host, self.port, own_name, timeout=SMTP_TIMEOUT)
        with client:
            client.ehlo()
            if not self.tls and (self.host not in LOOPBACK or client.has_extn("starttls")):
                client.starttls(context=context)
                client.ehlo()
            if self.user:
                client.login(self.user, self.password)
            yield client


def sender(app: App) -> str:
    """Return the address that this installation's messages come from."""
    return app.settings.mail_from or f"pregonero@{domain(app)}"


def domain(app: App) -> str:
    """Return the domain that this installation's messages come from."""
    written = app.settings.mail_from.rpartition("@")[2].strip("> ")
    return written or urlsplit(app.settings.public_url).hostname or "localhost"
