"""Importar y exportar planteles, personas y cuentas."""

TITLE = "Importar y exportar"
INTRO = "Cargue un archivo CSV o XLSX: primero se revisa renglón por renglón y nada se guarda hasta que usted lo aplique."
KIND = "Qué importar"
KINDS = {"Planteles": "planteles", "Personas": "personas", "Cuentas": "cuentas"}
ABOUT = {
    "planteles": "Un renglón por plantel. La clave no cambia nunca de significado; lo demás se actualiza.",
    "personas": "Un renglón por persona y función. No se emite ninguna contraseña: se hace después, en Personas.",
    "cuentas": "Un renglón por cuenta de un plantel en una red. Las credenciales no van en el archivo.",
}
TEMPLATE = "Plantilla vacía ({form})"
EXPORT = "Lo que hay ahora ({form})"
FILES_NOTE = "Lo que se exporta se puede corregir y volver a importar. Cada exportación queda en la bitácora."

UPLOAD = "Archivo de {kind}"
UPLOAD_HINT = "CSV o XLSX, hasta 5 MB y 5,000 renglones."
NOTHING = "Elija un archivo para ver qué cambiaría."
COUNTS = {
    "created": "Nuevos",
    "updated": "Cambian",
    "unchanged": "Sin cambio",
    "error": "Con error",
}
OUTCOMES = {
    "created": "Nuevo",
    "updated": "Cambia",
    "unchanged": "Sin cambio",
    "error": "Con error",
}
IGNORED = "Columnas que no se usan: {names}."
SHOW = "Mostrar"
SHOW_ALL = "Todos"
SHOW_CHANGES = "Lo que cambia"
HEADERS = ("Renglón", "Clave", "Resultado", "Detalle")
CAPTION = "Lo que pasaría con cada renglón"
CHANGE = "{column}: «{before}» → «{after}»"
ERROR = "{column}: {sentence}"
SHOWN = "Se muestran {n} de {total} renglones."
FIX = "Corrija los renglones con error en su archivo y cárguelo otra vez. Mientras haya uno, no se guarda nada."
FIX_ONE = "Hay 1 renglón con error. "
FIX_MANY = "Hay {n} renglones con error. "
NOTHING_TO_DO = "El archivo ya coincide con lo registrado: no hay nada que aplicar."
APPLY = "Aplicar {n} cambios"
APPLY_ONE = "Aplicar 1 cambio"
APPLIED = "Se aplicó el archivo. Nuevos: {created}. Con cambios: {updated}."

PROCEDURE_TITLE = "Procedimiento"
PROCEDURE_INTRO = "Lo que los comprobantes, actas y sobres dicen en su encabezado. Lo ya impreso conserva lo que dice."
PROCEDURE_ENDED = (
    "Su vigencia terminó: los documentos lo dicen. Cuando haya una versión nueva, anótela aquí."
)
PROCEDURE_CODE = "Clave"
PROCEDURE_VERSION = "Versión"
PROCEDURE_EDITION = "Fecha de edición"
PROCEDURE_UNTIL = "Vigente hasta"
PROCEDURE_SAVE = "Guardar el procedimiento"
PROCEDURE_SAVED = "Quedó guardado; los documentos nuevos lo llevan."
