"""Sentences about backup and restore."""

DISK_FULL = "No queda espacio en el disco de {path}. No se dejó nada a medias; libere espacio o elija otra carpeta y repita."
DISK_SHORT = "En {path} quedan {free} libres y la base de datos ocupa {needed}. No se empezó; libere espacio o elija otra carpeta."
NOT_WRITABLE = "No se puede escribir en {path}: {error}."
UNREADABLE = "No se puede leer {path}: {error}."
KEY_INSIDE = "La llave maestra {key} está dentro de {path}. La llave nunca se guarda junto al respaldo: elija otra carpeta."
RUNNING = "Ya se está haciendo un respaldo en {path}. Espere a que termine."
MEDIA_MISSING = "El almacén no tiene {n} de las imágenes que la base de datos menciona (la primera, {first}). El respaldo se hizo y lo dice; busque esas imágenes."
SAME_DISK = "Esta copia está en la misma carpeta que los datos: si se pierde el disco, se pierde con ellos. Use --to con otro disco o máquina."

NO_BACKUP = "{path} no es un respaldo de Pregonero: falta su manifiesto."
MANIFEST_DAMAGED = "El manifiesto de {path} está dañado o fue alterado. Use otro respaldo."
NEWER = "El respaldo es de una versión más nueva de Pregonero ({found}; este programa llega a la {known}). Actualice el programa y repita."
FILE_MISSING = "Al respaldo le falta el archivo {name}. Use otro respaldo."
FILE_DAMAGED = "El archivo {name} del respaldo está dañado: su contenido no es el que dice el manifiesto. Use otro respaldo."
NO_KEY = (
    "No hay llave maestra en {place}. Sin ella nada de la bóveda se puede abrir: indíquela con --key, "
    "desde su resguardo, o recupérela con «pregonero vault recover»."
)
WRONG_KEY = "La llave maestra ({place}) no es la de este respaldo. No se restauró nada; indique la correcta con --key."
NOT_EMPTY = "{path} no está vacía. Se restaura sólo en una carpeta vacía o que no existe."
DATABASE_NOT_EMPTY = (
    "La base de datos indicada ya tiene tablas. Se restaura sólo en una base vacía."
)
NEEDS_POSTGRES = "Este respaldo es de PostgreSQL. Indique una base vacía con PREGONERO_DATABASE_URL (para un ensayo sirve la misma base: se usa un esquema aparte, que se borra)."
NEEDS_INTO = "Diga en qué carpeta vacía se restaura, con --into; o use --drill para sólo ensayar."
DIFFERENT = "Lo restaurado no es lo que se respaldó: {what}. No se dejó nada."
DIFFERENT_COUNT = "la tabla {table} tiene {found} filas y debía tener {wanted}"
DIFFERENT_AUDIT = "la bitácora termina en otro eslabón"
DIFFERENT_SECRETS = "los secretos no son los mismos"
NO_SUCH_PERSON = "En el respaldo no hay ninguna persona activa con el correo {email}."

STOP_REASON = "Restauración del respaldo del {at}. Lo que ocurrió después de esa hora no consta: revise los envíos que esperan una decisión y levante el paro."
DELIVERY_REASON = (
    "Viene de un respaldo del {at}: pudo haberse publicado después. Revise la cuenta y decida."
)

MADE = "Respaldo completo en {path}\n  {rows} filas en {tables} tablas, {secrets} secretos sellados, {links} eslabones de bitácora\n  {media} imágenes, {size}; {seconds} s. La llave maestra NO va aquí: guárdela aparte."
PRUNED = "Se borraron {n} respaldos antiguos; quedan {kept}."
RESTORED = "Restaurado en {path}: {rows} filas, {media} imágenes, {seconds} s."
DRILLED = "Ensayo de restauración: {rows} filas, {media} imágenes, {seconds} s. Se borró todo lo restaurado."
PROVED_SECRETS = "  Bóveda: se abrieron {opened} de {sealed} secretos."
PROVED_AUDIT = "  Bitácora: {entries} asientos y {links} eslabones, íntegra."
PROVED_COUNTS = "  Filas y huellas iguales a las del respaldo."
PROVED_MEDIA = "  Imágenes: {n} comprobadas."
MEDIA_ABSENT = "  Faltan {n} imágenes."
AUDIT_BROKEN = "  La bitácora NO es íntegra ({n} hallazgos); el primero: {first}"
SECRETS_CLOSED = "  No se abrieron {n} secretos (el primero: {first})."
CONFINED = "  Paro de emergencia puesto. {waiting} envíos esperan una decisión; {scheduled} siguen programados y no saldrán hasta que alguien levante el paro."
NEXT = "Siga así: PREGONERO_DATA_DIR={path}, PREGONERO_KEK_FILE con la llave; entre al tablero, decida los envíos pendientes y levante el paro."
FAILED = "La restauración terminó con problemas: no la use sin revisarlos."

HELP_BACKUP = "Copia la base de datos y las imágenes, sin la llave, mientras todo sigue trabajando."
HELP_RESTORE = "Restaura un respaldo en un lugar vacío, o lo ensaya y lo borra."
OPT_TO = (
    "Carpeta de los respaldos; de preferencia en otro disco. Sin ella, «respaldos» en los datos."
)
OPT_KEEP = "Cuántos respaldos se conservan en la carpeta."
OPT_FROM = "Carpeta de un respaldo, o la de todos: entonces el más reciente."
OPT_INTO = "Carpeta vacía (o por crear) donde se restaura."
OPT_DRILL = "Ensayo: restaura aparte, comprueba todo y lo borra."
OPT_KEY = "Archivo o URL de la llave maestra; se repite si el respaldo se hizo a mitad de una rotación y no están juntas. Sin ella, PREGONERO_KEK o PREGONERO_KEK_FILE."
OPT_AS = "Correo de quien restaura, para la bitácora."
