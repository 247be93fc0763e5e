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
    "El archivo {path} puede ser leído por otras personas (permisos {mode}); ejecute "
    "chmod 400 y verifique que su dueño sea quien ejecuta el programa."
)
KEY_MISSING = (
    "Falta la llave maestra ({place}) y la base de datos ya tiene secretos sellados; recupérela de "
    "su resguardo o con el juego de recuperación («pregonero vault recover»). No se creó una llave "
    "nueva, porque no podría abrirlos."
)
KEY_DAMAGED = "Lo que hay en {place} está dañado o no es una llave maestra."
KEY_FILE_UNUSABLE = "No se pudo leer o crear el archivo {path}: {cause}."
KEY_PLACE_UNKNOWN = (
    "«{url}» no es un lugar para la llave maestra: {cause}. Los que hay son file:///ruta, "
    "passphrase:///ruta?from=/archivo, env:NOMBRE, keyring:servicio/nombre y "
    "awskms:///LLAVE?region=…"
)
URL_KIND = "empieza de otro modo"
URL_PATH = "le falta la ruta completa del archivo"
URL_NAME = "le falta el nombre, o tiene caracteres que no se admiten"
URL_OPTION = "la opción «{option}» no existe"
URL_KMS = "le falta el identificador de la llave o la región"
URL_PLAIN = "su servicio de llaves debe responder por HTTPS"
KEY_PLACE_FIXED = (
    "No se puede escribir en {place} desde aquí. Prepare la llave con «pregonero vault rotate-key "
    "--prepare», ponga en la variable el contenido del archivo en base64 y repita con --to."
)
KEY_PLACE_TAKEN = (
    "En {place} ya hay otra llave maestra; no se tocó. Elija otro lugar o retírela antes."
)
KEY_PLACE_OTHER = (
    "Hay un cambio de llave sin terminar hacia {place}; termínelo antes con la misma orden con que "
    "se empezó."
)
KEY_RING_SILENT = (
    "El llavero del sistema no respondió ({cause}). Inicie la sesión que lo abre, o guarde la llave "
    "en otro lugar."
)
KEY_SERVICE_SILENT = (
    "El servicio de llaves no abrió la llave maestra: {cause}. Revise la red, los permisos "
    "kms:Encrypt y kms:Decrypt y las variables AWS_…."
)
KMS_NO_CREDENTIALS = "no hay credenciales de AWS"
KMS_NO_ANSWER = "no hubo respuesta de {host}"
KMS_REFUSED = "{host} contestó {code}"
PHRASE_WRONG = (
    "La frase de paso no abre la llave maestra ({place}); revise mayúsculas, acentos y espacios. "
    "No se tocó ningún dato."
)
PHRASE_MISSING = (
    "La llave maestra ({place}) pide una frase de paso y no hay terminal donde escribirla; indique "
    "un archivo con «?from=/ruta» (permisos 0400, o una credencial de systemd)."
)
PHRASE_WEAK = (
    "La frase de paso tiene menos de {least} caracteres; use una de seis palabras al azar o más."
)
KIT_LINE = "Hay un error al escribir {where}.{hint}"
KIT_WHERE_CODE = "el código de la hoja"
KIT_WHERE_LINE = "el renglón {number}"
KIT_COMPARE = " Compárelo con la hoja, letra por letra."
KIT_HINT = " Revise el carácter {position}: parece que es «{mark}»."
KIT_LENGTH = " Debe tener {wanted} caracteres y tiene {found}."
KIT_NO_LETTER = " El carácter {position}, «{mark}», no se usa en estas hojas."
KIT_OTHER = "Las hojas no forman un juego: {cause}. No se escribió ninguna llave."
KIT_SAME_HALF = "las dos son la mitad {half}"
KIT_TWO_KITS = "son de juegos distintos ({first} y {second})"
KIT_LINES = "la mitad {half} debe tener {wanted} renglones y tiene {found}"
KIT_CONTENT = "lo que dicen juntas no es una llave"

PLACE_FILE = "el archivo {path}"
PLACE_PHRASE = "el archivo {path}, con frase de paso"
PLACE_ENVIRONMENT = "la variable {name}"
PLACE_KEYRING = "el llavero del sistema, {service}/{name}"
PLACE_KMS = "el archivo {path}, con AWS KMS"
ENVIRONMENT_WARNING = (
    "La llave maestra está en la variable {name}: la ve todo proceso de este usuario y queda en "
    "volcados y configuraciones. Úsela sólo para pruebas; para producción guarde la llave en un "
    "archivo, una frase de paso o AWS KMS."
)
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
