"""What is said about custody: who holds an account, what changed, what must change and until when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import MappingProxyType

ACCOUNT = "{handle} ({network})"
NO_SUCH_ACCOUNT = "No existe esa cuenta."
ACCOUNT_ENDED = "Esa cuenta ya fue cerrada o reemplazada."
REASON_MISSING = "Escriba el motivo."

NOT_OF_PLANTEL = (
    "Solo puede custodiar la cuenta quien hoy opera o dirige {plantel}. Desígnele primero."
)
HOLDS_ALREADY = "Esa persona ya es quien custodia la cuenta."
HAND_OVER = "La cuenta ya tiene quien la custodie. Para cambiarle haga una entrega: así se levanta el acta y la contraseña cambia de manos con una nueva."
ASSIGNED = "Custodia de {account}"
ASSIGNED_BODY = "{person} registró que {custodian} custodia la cuenta {account} de {plantel}.\nMotivo: «{reason}»."

DUTY_CAUSES = MappingProxyType(
    {
        "designation": "terminó la designación de quien la conocía",
        "disclosure": "la contraseña se mostró en un requerimiento",
        "break_glass": "la contraseña se mostró por emergencia",
        "transfer": "la cuenta se entregó a otra persona",
        "envelope": "se abrió su sobre",
        "incident": "hay señales de un cambio hecho fuera del sistema",
    }
)
NO_SUCH_DUTY = "No existe ese cambio pendiente."
DUTY_STANDS = (
    "La cuenta está en uso: el pendiente se cierra al registrar el cambio de la contraseña."
)
DUTY_CLOSED = "Ese pendiente ya estaba cerrado."
DUTY = "Cambie la contraseña de {account}"
DUTY_SOON = "Falta cambiar la contraseña de {account}"
DUTY_OVERDUE = "Vencido: no se ha cambiado la contraseña de {account}"
DUTIES = "Cambie la contraseña de {n} cuentas"
DUTY_BODY = "Cuentas: {accounts}. {plantel}: {cause}. La contraseña debe cambiarse en la red y registrarse aquí a más tardar el {when}."
DUTY_GONE = "Alguien conoce la contraseña de {account}, que ya no está en uso"
DUTIES_GONE = "Alguien conoce la contraseña de {n} cuentas que ya no están en uso"
DUTY_GONE_BODY = "Cuentas: {accounts}. {plantel}: {cause}. Como se cerraron o se reemplazaron, averigüe qué pasó con ellas en la red y anótelo en «Custodia» a más tardar el {when}."

FIELDS = MappingProxyType(
    {
        "login_user": "usuario",
        "login_password": "contraseña",
        "login_totp_seed": "clave del segundo factor",
        "login_recovery_codes": "códigos de recuperación",
        "login_recovery_mail": "correo de recuperación",
    }
)
CHANGE_CAUSES = MappingProxyType(
    {
        "rotation": "cambio periódico",
        "staff": "cambio de personal",
        "leak": "sospecha de que alguien más la conoce",
        "platform": "lo pidió la red",
        "disclosure": "se mostró a alguien",
        "token": "credencial de conexión",
        "outside": "se cambió fuera del sistema",
    }
)
CAUSE_UNKNOWN = "Elija la causa del cambio."
FIELDS_UNKNOWN = "De una cuenta se guardan estos datos: {fields}."
NOTHING_GIVEN = "Escriba al menos un dato: lo que deje vacío se queda como está."
NOTHING_CHANGED = "Lo que escribió es lo que ya estaba guardado. Cambie la contraseña en la red y registre aquí la nueva."
TOO_LONG = "El dato «{field}» admite a lo más {limit} caracteres."
NOT_TEXT = (
    "El dato «{field}» trae caracteres que no se ven. Escríbalo de nuevo en lugar de pegarlo."
)
SEED_INVALID = "La clave del segundo factor son al menos 16 letras y números del 2 al 7, como la muestra la red junto al código QR."
USED_BEFORE = (
    "El dato «{field}» ya se usó antes en esta cuenta y alguien puede conocerlo. Elija otro."
)
VALUE_IN_REASON = "No escriba la contraseña en el motivo: el motivo lo leen otras personas."
NO_SUCH_CHANGE = "No existe ese cambio."
OWN_CHANGE = "Usted hizo este cambio: el enterado de Vinculación lo da otra persona."
SUPERSEDED = "Un cambio posterior sustituyó a este."
STEP_DONE = "Ese paso ya estaba confirmado."
CHANGED = "Cambió la credencial de {account}"
CHANGED_BODY = (
    "{person} registró un cambio en la cuenta {account} de {plantel} el {when}.\n"
    "Qué cambió: {fields}.\nCausa: {cause}.\nMotivo: «{reason}».\n"
    "Si usted no lo esperaba, avise a la Directora de Vinculación."
)
ACKNOWLEDGED = "Vinculación se dio por enterada: {account}"
ACKNOWLEDGED_BODY = (
    "{person} confirmó el enterado de Vinculación sobre el cambio de credencial de {account}."
)
INSTALLED_ONE = "Se instaló una credencial de conexión: {account}"
INSTALLED = "Se instalaron credenciales de conexión en {n} cuentas"
KEPT_REASON = "La red continuó la sesión al usarla"
INSTALLED_BODY = (
    "{person} instaló el {when} la credencial con la que el sistema publica en: {accounts}. "
    "Motivo: «{reason}».\nSi usted no lo esperaba, avise a la Directora de Vinculación."
)
PART_UNKNOWN = "Elija qué cuentas confirma y como quién."
NOT_CUSTODIAN = "La cuenta {account} la custodia otra persona: le toca a ella confirmarla."
NOTHING_KEPT = "La contraseña de {account} no está en resguardo: regístrela en «Custodia» antes de confirmar su custodia."
CONFIRM_SUBJECT = "Confirme la custodia del trimestre {quarter}"
CONFIRM_BODY = (
    "Falta su confirmación del trimestre {quarter} para: {accounts}. "
    "Revise que la contraseña guardada abra la cuenta y que el sobre sellado esté en su lugar. Días que quedan: {days}."
)
NO_SUCH_INCIDENT = "No existe ese incidente."
RESOLUTION_MISSING = "Escriba qué se averiguó y qué se hizo."
INCIDENT_CLOSED = "Ese incidente ya estaba cerrado."
INCIDENT_OWES = "Primero registre el cambio de la contraseña o de la conexión. Si nadie tocó la cuenta, Vinculación puede cerrarlo."
INCIDENT = "¿Cambiaron {account} fuera del sistema?"
INCIDENT_BODY = (
    "La red ya no acepta la credencial de {account}, {plantel}, y nadie registró un cambio. Lo que respondió: «{sentence}» "
    "Confirme quién entró a la cuenta, cambie la contraseña y regístrela aquí."
)
INCIDENT_OVER = "Incidente cerrado: {account}"
INCIDENT_OVER_BODY = "{person} cerró el incidente. {resolution}"
CLI_CUSTODY = "Lista quién custodia cada cuenta, en qué va su último cambio y qué falta. No muestra ningún valor."
OPT_OWED = "Sólo las cuentas en las que algo falta."
PASSWORD_FIELD = "login_password"  # noqa: S105 - the name of a field
NOBODY = "nadie"
PARTS = MappingProxyType(
    {"custodian": "custodia", "director": "dirección", "vinculacion": "Vinculación"}
)
STAGES = MappingProxyType(
    {
        "registrada": "falta comprobarla",
        "verificada": "falta la dirección",
        "director_enterado": "falta Vinculación",
        "vinculacion_enterada": "falta el sobre",
        "resguardo_confirmado": "resguardo confirmado",
        "vigente": "vigente",
    }
)
UNKEPT = "sin contraseña guardada"
WITH_INCIDENT = "incidente abierto"
OVERDUE = "cambio vencido"
OWED = "cambio pendiente"
_SHOWN = 12
AND_MORE = "{shown} y {n} más"


def duty(accounts: Sequence[str], *, ended: bool) -> str:
    """Return the subject of a notice that these accounts' passwords must change."""
    if len(accounts) == 1:
        return (DUTY_GONE if ended else DUTY).format(account=accounts[0])
    return (DUTIES_GONE if ended else DUTIES).format(n=len(accounts))


def fields(names: Iterable[str]) -> str:
    """Return field names as people call them, the rest as they are."""
    return ", ".join(FIELDS.get(name, name) for name in names)


def installed(accounts: Sequence[str]) -> str:
    """Return the subject of a notice of these accounts' tokens."""
    if len(accounts) == 1:
        return INSTALLED_ONE.format(account=accounts[0])
    return INSTALLED.format(n=len(accounts))


def listed(names: Sequence[str]) -> str:
    """Return names in a row, the first twelve of many."""
    shown = ", ".join(names[:_SHOWN])
    return shown if len(names) <= _SHOWN else AND_MORE.format(shown=shown, n=len(names) - _SHOWN)


def standing(*, holds: bool, stage: str, incident: bool, duties: int, late: bool) -> str:
    """Return in a word how an account's custody stands, the most pressing first."""
    if incident:
        return WITH_INCIDENT
    if late or duties:
        return OVERDUE if late else OWED
    return STAGES.get(stage, stage) if holds else UNKEPT
