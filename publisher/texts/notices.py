"""What notices and their e-mails say around the sentence itself."""

from datetime import datetime
from zoneinfo import ZoneInfo

MONTHS = (
    "ene",
    "feb",
    "mar",
    "abr",
    "may",
    "jun",
    "jul",
    "ago",
    "sep",
    "oct",
    "nov",
    "dic",
)
WHEN = "{day} {month} {year}, {hour:02d}:{minute:02d}"
MAIL_LINK = "Véalo en Pregonero: {link}"
MAIL_FOOT = (
    "{institution} · Pregonero. Mensaje automático; no responda a esta dirección. Nunca le pediremos "
    "su contraseña por correo."
)
MAIL_SUBJECT = "{subject} · {institution}"
NO_SUCH_NOTICE = "No existe ese aviso."
SMTP_URL = "PREGONERO_SMTP_URL no se puede usar: debe ser smtp://servidor:puerto o smtps://servidor:puerto."


def when(instant: datetime, zone: str) -> str:
    """Return an instant in a zone as sentences say it: 24 nov 2026, 09:00."""
    local = instant.astimezone(ZoneInfo(zone))
    return WHEN.format(
        day=local.day,
        month=MONTHS[local.month - 1],
        year=local.year,
        hour=local.hour,
        minute=local.minute,
    )
