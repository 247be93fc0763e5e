"""The sealed envelope: printed once, sealed, kept, opened in need."""

from types import MappingProxyType

TITLE = "Resguardo físico"
NONE = "No hay ningún sobre en resguardo."
STATES = MappingProxyType({"printed": "Impreso, sin sellar", "sealed": "Sellado"})
STALE = "Contenido desactualizado"
HOLDS = "Contiene: {fields}"
PRINTED_BY = "Imprimió {name}, {when}"
SEALED_BY = "Sello {seal}, en {place}. Responde {name}, {when}"

PRINT = "Imprimir la hoja del sobre"
PRINT_INTRO = "La hoja lleva las contraseñas: imprimirla cuenta como una lectura, se avisa y queda en la bitácora. No se guarda en ningún archivo; imprímala al momento y cierre la pestaña."
FIELDS = "Qué lleva la hoja"
REASON = "Motivo"
NEEDS = "Elija qué lleva y escriba el motivo con al menos {length} caracteres para continuar."
PRINT_DO = "Imprimir ahora"
PRINT_AFTER = (
    "Se abre en otra pestaña, una sola vez. Cuando la tenga en papel, registre aquí el sello."
)
REFRESH = "Ya la imprimí"

SEAL = "Registrar el sello"
SEAL_INTRO = (
    "Doble la hoja, ciérrela en el sobre, firme sobre la solapa y póngale un sello numerado."
)
SEAL_NUMBER = "Número del sello"
PLACE = "Lugar donde se guarda"
PLACE_HINT = "Por ejemplo: caja fuerte de la dirección"
RESPONSIBLE = "Responde por él"
SEALED_ON = "Día en que se selló"
SEAL_DO = "Quedó sellado"
SEALED = "El sobre quedó registrado como sellado."
NEEDS_RESPONSIBLE = "Elija quién responde por el sobre."

OPEN = "Se abrió el sobre"
OPEN_INTRO = "Abrirlo obliga a cambiar en 24 horas lo que contenía."
OPEN_REASON = "Por qué se abrió"
WITNESS = "Quién atestiguó"
OPEN_DO = "Registrar la apertura"
OPENED = "La apertura quedó registrada. Cambie la contraseña antes de 24 horas."

VOID = "Anular"
VOID_INTRO = "Si la hoja se dañó o ya no vale: destrúyala y diga por qué. Si se perdió, lo que contenía debe cambiarse en 24 horas."
LOST = "Se perdió (no se tiene para destruirlo)"
VOID_REASON = "Motivo"
VOID_DO = "Anular el sobre"
VOIDED = "El sobre quedó anulado."
