"""What is said about planteles, accounts, their import and their life cycle."""

from __future__ import annotations

from datetime import date
from types import MappingProxyType

ALREADY = "La institución ya está creada en esta base de datos."
NAME_MISSING = "Falta el nombre de la institución."
NO_SUCH_PLANTEL = "No existe ese plantel."
NO_SUCH_ACCOUNT = "No existe esa cuenta."

VOCABULARY = MappingProxyType(
    {
        "plantel": "plantel",
        "planteles": "planteles",
        "Plantel": "Plantel",
        "Planteles": "Planteles",
        "comunicado": "comunicado",
        "indicacion": "indicación",
        "evidencia": "evidencia",
        "aportacion": "aportación",
        "designacion": "designación",
        "operador": "operador",
        "directora": "Directora de Vinculación",
        "coordinador": "Coordinación de Difusión institucional",
    }
)

CHANGE_REASON = "Escriba el motivo."
PLANTEL_NOT_ACTIVE = "El plantel {name} ya no está activo."
MERGE_SELF = "Un plantel no puede fusionarse consigo mismo."
ACCOUNT_ENDED = "Esa cuenta ya fue cerrada o reemplazada."
ACCOUNT_NOT_PAUSED = "Esa cuenta no está detenida."
ACCOUNT_TAKEN = "Esa cuenta de {network} ya está registrada en {plantel}."
NAME_SAME = "El plantel ya tiene ese nombre."

HELD_CLOSED = "El plantel cerró: {reason}"
HELD_MERGED = "El plantel se fusionó con {into}: {reason}"
HELD_RENAMED = "El plantel cambió de nombre (antes {before}): revise que el texto aprobado siga siendo correcto. {reason}"
HELD_REPLACED = "La cuenta se reemplazó por otra: {reason}"
HELD_PAUSED = "La cuenta está detenida: {reason}"
HELD_IMPORT = "importación de datos"
HELD_SUBJECT = "{n} envíos detenidos en {plantel}"
HELD_SUBJECT_ONE = "1 envío detenido en {plantel}"

CREDENTIAL_FIELDS = "A esta cuenta le corresponden estos datos: {expected}."
CREDENTIAL_EMPTY = "Falta el dato {field}."
CREDENTIAL_NONE = "No se recibió ninguna credencial."

IMPORT_KIND = "No se puede importar «{kind}»."
FILE_TOO_BIG = "El archivo pesa más de {limit} MB."
FILE_TOO_LONG = "El archivo tiene más de {limit} renglones."
FILE_EMPTY = "El archivo no tiene renglones."
FILE_TYPE = "Solo se aceptan archivos CSV y XLSX."
FILE_DAMAGED = "El archivo no se puede leer; guárdelo otra vez como CSV o XLSX."
COLUMNS_MISSING = "Faltan estas columnas: {columns}."
COLUMN_TWICE = "La columna {column} aparece dos veces."
IMPORT_HAS_ERRORS = "Hay {n} renglones con errores; corríjalos y repita. No se guardó nada."
IMPORT_HAS_ERROR = "Hay 1 renglón con errores; corríjalo y repita. No se guardó nada."
IMPORT_CHANGED = "Los datos cambiaron desde la revisión previa; revise otra vez antes de aplicar."

ROW_REQUIRED = "Falta {column}."
ROW_TOO_LONG = "{column} admite a lo más {limit} caracteres."
ROW_TWICE = "Repite el renglón {number}."
CODE_INVALID = "«{code}» no es una clave: use de 1 a 16 letras, números o guiones."
CODE_MEANING = "La clave {code} ya es de {name} ({municipality}); una clave nunca cambia de significado. Use otra clave."
NAME_OF_OTHER = "Ese nombre ya lo tiene la clave {code}."
INEGI_INVALID = "«{code}» no es una clave INEGI de municipio (cinco dígitos, por ejemplo 05002)."
ZONE_WRONG = "Al municipio {code} le corresponde la zona {zone}, no {given}."
ZONE_UNKNOWN = "«{zone}» no es una zona horaria."
ZONE_NEEDED = "No se conoce la zona horaria del municipio {code}: escríbala (por ejemplo America/Mexico_City)."
BOOLEAN = "Escriba sí o no."
PLANTEL_UNKNOWN = "No existe un plantel con la clave {code}."
NETWORK_UNKNOWN = "No existe la red «{network}». Las redes son: {known}."
CONNECTOR_UNKNOWN = "No existe el conector «{connector}» para {network}."
CONNECTOR_OTHER = "La cuenta publica por «{connector}» y una importación solo la cambia entre ese modo y el asistido."
CONNECTOR_RISK = "El conector privado de Instagram no se importa: se activa cuenta por cuenta, con la aceptación de su riesgo."
HANDLE_INVALID = "«{handle}» no es un nombre de cuenta."
EXTERNAL_ID_INVALID = (
    "«{value}» no es un identificador de cuenta: use el que da la red, sin espacios."
)
EXTERNAL_ID_TAKEN = "Ese identificador ya está registrado en {plantel}."
PLANTEL_HAS_ONE = "{plantel} ya tiene una cuenta de {network}. Si esta la sustituye, use «Reemplazar la cuenta» en «Cuentas»."
ACCOUNT_OTHER_ID = (
    "{plantel} ya tiene una cuenta de {network} con otro identificador; use «Reemplazar cuenta»."
)
URL_INVALID = "La dirección debe comenzar con https://."
ROLE_UNKNOWN = "No existe la función «{role}». Las funciones son: {known}."
DATE_INVALID = "«{value}» no es una fecha: use AAAA-MM-DD o DD/MM/AAAA."
NAME_DIFFERS = "El correo aparece con otro nombre en el renglón {number}."
NOTE_OPERATOR = "Se creará su acceso; la designación la hace la dirección del plantel."
PERSON_DISABLED = "Esta persona está inhabilitada."

EXPORT_TITLES = MappingProxyType(
    {"planteles": "Planteles", "personas": "Personas", "cuentas": "Cuentas"}
)
COLUMN_LABELS = MappingProxyType(
    {
        "clave": "la clave",
        "nombre": "el nombre",
        "tipo": "el tipo",
        "municipio": "el municipio",
        "clave_inegi": "la clave INEGI",
        "region": "la región",
        "zona_horaria": "la zona horaria",
        "verificado": "si está verificado",
        "correo": "el correo",
        "funcion": "la función",
        "plantel": "el plantel",
        "cargo": "el cargo",
        "desde": "la fecha de inicio",
        "hasta": "la fecha de término",
        "red": "la red",
        "conector": "el conector",
        "cuenta": "la cuenta",
        "id_externo": "el identificador de la red",
        "direccion": "la dirección",
        "estado": "el estado",
    }
)
STATES = MappingProxyType(
    {
        "active": "activo",
        "closed": "cerrado",
        "merged": "fusionado",
        "paused": "detenido",
        "reauth": "por autorizar",
        "replaced": "reemplazado",
        "disabled": "inhabilitado",
    }
)

PROCEDURE_CODE = (
    "Escriba la clave del procedimiento como aparece en su encabezado, por ejemplo PI-DV-DI-02."
)
PROCEDURE_VERSION = "La versión lleva hasta 12 letras, cifras o puntos, por ejemplo 00."
PROCEDURE_UNTIL = "La vigencia termina antes que la fecha de edición. Revise las dos fechas."
_PROCEDURE_VERSION = "versión {version}"
_PROCEDURE_UNTIL = "vigencia {day}"
_PROCEDURE_ENDED = "vigencia {day} (vencida)"
_PROCEDURE_SINCE = "edición {day}"


def procedure(
    code: str, version: str, edition: date | None, until: date | None, *, ended: bool
) -> str:
    """Return how a paper names its procedure; empty without a code."""
    if not code:
        return ""
    said = [code]
    if version:
        said.append(_PROCEDURE_VERSION.format(version=version))
    if until is not None:
        template = _PROCEDURE_ENDED if ended else _PROCEDURE_UNTIL
        said.append(template.format(day=f"{until:%d/%m/%Y}"))
    elif edition is not None:
        said.append(_PROCEDURE_SINCE.format(day=f"{edition:%d/%m/%Y}"))
    return ", ".join(said)
