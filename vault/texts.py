"""Every sentence of the vault that a person may read, in Spanish."""

from __future__ import annotations

VAULT = "La bóveda no pudo completar la operación."
WRONG_KEY = (
    "La llave maestra {key_id} no es la que selló esta base de datos. No se tocó ningún dato; "
    "indique el archivo de llave correcto y vuelva a iniciar."
)
KEY_NOT_REGISTERED = (
    "La base de datos se selló con otra llave ({known}) y la indicada es {key_id}. No se tocó "
    "ningún dato; agregue la llave anterior al llavero y vuelva a iniciar."
)
KEY_REGISTRY_EMPTY = (
    "La base de datos tiene secretos o bitácora, pero su registro de llaves está vacío. No se "
    "tocó ningún dato; restaure la base completa desde su respaldo."
)
KEY_OF_OTHER_ROOT = (
    "La llave {key_id} no desciende de la que registró esta base de datos; créela como sucesora de "
    "la vigente. No se tocó ningún dato."
)
KEY_UNAVAILABLE = (
    "Hay secretos sellados con la llave {key_id}, que no está en el llavero; agregue ese archivo."
)
KEY_IN_USE = "La llave {key_id} todavía sella {count} secretos; termine la rotación primero."
KEY_FILE_EXPOSED = (
    "El archivo de llave {path} puede ser leído por otras personas (permisos {mode}); ejecute "
    "chmod 400 y verifique que su dueño sea quien ejecuta el programa."
)
KEY_FILE_MISSING = (
    "Falta el archivo de llave {path} y la base de datos ya tiene secretos sellados; restaure el "
    "archivo desde su resguardo. No se creó una llave nueva, porque no podría abrirlos."
)
KEY_FILE_DAMAGED = "El archivo de llave {path} está dañado o no es un archivo de llave."
KEY_FILE_UNUSABLE = "No se pudo leer o crear el archivo de llave {path}: {cause}."
TAMPERED = (
    "Un secreto sellado no corresponde a su cuenta, campo o versión, o fue alterado; no se abrió."
)
NO_SUCH_FIELD = "La cuenta no tiene guardado el dato «{field}»."
EMPTY_VALUE = "El secreto está vacío; escriba el valor que se va a guardar."
SAME_VALUE = "El valor nuevo es igual al vigente; escriba uno distinto."
FIELD_NAME = "«{field}» no es un nombre de dato válido para la bóveda."
REASON_MISSING = "Escriba el motivo; queda en la bitácora."
ROLLED_BACK = (
    "El dato «{field}» de la cuenta {account_id} fue regresado a una versión anterior fuera del "
    "sistema; avise a quien audita antes de continuar."
)
ANCHOR_UNREADABLE = "El archivo de ancla {path} no se puede leer o no tiene el formato esperado."
ANCHOR_CONTRADICTS = (
    "El ancla {path} no concuerda con la bitácora; no se sobrescribió, porque es la prueba."
)
NOTHING_TO_ANCHOR = "La bitácora no tiene todavía ningún punto de control que anclar."
EXPORT_EXISTS = "La carpeta {path} ya tiene una exportación; elija otra."

# What verify says, one sentence a finding.
ENTRY_ALTERED = "El asiento {id} fue alterado: su sello no corresponde a su contenido."
ENTRY_MISSING = "Falta el asiento {id}, que el eslabón {seq} encadena."
ENTRY_UNLINKED = "El asiento {id} lleva más de {seconds} segundos sin encadenar."
LINK_GAP = "Falta el eslabón {expected}; el siguiente es el {seq}."
LINK_ALTERED = "El eslabón {seq} (asiento {id}) fue alterado o cambió de lugar."
CHECKPOINT_SIGNATURE = "La firma del punto de control {seq} no es válida."
CHECKPOINT_HEAD = "El punto de control {seq} no concuerda con la cadena."
CHECKPOINT_COUNT = "El punto de control {seq} dice {count} asientos y la cadena tiene {links}."
ANCHOR_HEAD = "El ancla guarda otro valor para el eslabón {seq}: la cadena fue rehecha."
ANCHOR_SHORT = "El ancla llega al eslabón {seq} y la cadena termina en el {links}: faltan asientos."
ANCHOR_KEY = "El ancla fue firmada por otra llave."
MARK_AHEAD = "El dato {object_id} está en la versión {version}; la bitácora registró la {mark}."
MARK_DIFFERS = "El dato {object_id} no es el que registró la bitácora en su versión {version}."
GUARD_MISSING = "Falta la protección {name} de la tabla {table}, o fue cambiada."
AND_MORE = "… y {count} hallazgos más."
