"""Errors of the connectors, by what the caller may do.

    ConnectorError
    ├── NotSent                  nothing is public: the same request may be made again
    │   ├── Unavailable          no connection, DNS, TLS, refused, deadline passed, 5xx on a read
    │   └── Throttled            the network asks to wait (``until``)
    ├── Refused                  nothing is public and never will be: back to the author
    ├── CredentialRejected       nothing is public: hold the account until its token is mended
    ├── NotConfigured            our own set-up lacks something (no public media address, no field)
    └── OutcomeUnknown           it may be public already: only a read may follow

Anything else that leaves a connector is a defect and is treated as ``OutcomeUnknown`` after the
visible request, as ``Unavailable`` before it.
"""

from __future__ import annotations

from datetime import datetime

from connectors.contract import Usage


class ConnectorError(Exception):
    """A connector could not do what was asked.

    ``code`` is the network's own code where it gave one; ``detail`` is its text with secrets
    redacted; ``sentence`` is Spanish, for people; ``http_status`` as received; ``usage`` is what
    the reply said of the quotas. ``listed`` is False for a reply with a code of its own that the
    catalogue does not know: somebody should add it.
    """

    sentence_default = "La red social no pudo completar la operación."

    def __init__(
        self,
        detail: str = "",
        *,
        code: str = "",
        http_status: int | None = None,
        sentence: str | None = None,
    ) -> None:
        self.detail = detail
        self.code = code
        self.http_status = http_status
        self.sentence = sentence or self.sentence_default
        self.usage: tuple[Usage, ...] = ()
        self.listed = True
        super().__init__(detail or self.sentence)


class NotSent(ConnectorError):
    """Nothing is public; the same request may be made again."""

    sentence_default = "No se llegó a enviar; se intentará de nuevo."


class Unavailable(NotSent):
    """The network could not be reached."""

    sentence_default = "No hay conexión con la red social; se intentará de nuevo."


class Throttled(NotSent):
    """The network asks to wait; ``until`` is aware UTC, or None if it did not say."""

    sentence_default = "La red social pidió esperar antes de volver a publicar."

    def __init__(
        self,
        detail: str = "",
        *,
        until: datetime | None = None,
        code: str = "",
        http_status: int | None = None,
        sentence: str | None = None,
    ) -> None:
        super().__init__(detail, code=code, http_status=http_status, sentence=sentence)
        self.until = until


class Refused(ConnectorError):
    """The network refused the content definitively."""

    sentence_default = "La red social rechazó el contenido."


class CredentialRejected(ConnectorError):
    """The network did not accept the account's credential."""

    sentence_default = "La red social no aceptó la credencial de la cuenta; hay que renovarla."


class NotConfigured(ConnectorError):
    """Something of our own set-up is missing."""

    sentence_default = "Falta configurar el sistema para publicar en esta red."


class OutcomeUnknown(ConnectorError):
    """The request may have taken effect; only a read may follow."""

    sentence_default = "Se perdió la respuesta de la red social; se está comprobando si se publicó."
