"""Threads, first comments, links and who may answer: the composer, the previews, the receipts."""

from types import MappingProxyType

THREAD = "Hilo de X"
THREAD_HELP = "Cada mensaje se publica como respuesta al anterior, unos segundos después."
ITEM = "Mensaje {n} del hilo"
ITEM_HINT = "Sigue al anterior"
ADD = "Agregar al hilo"
REMOVE = "Quitar el mensaje {n}"
SPLIT = "Dividir el texto en un hilo ({n} mensajes)"
SPLIT_HELP = "Corta donde terminan las frases; usted puede corregir cada mensaje."
SPLIT_TOO_LONG = "El texto no cabe en un hilo de {n} mensajes; acórtelo antes de dividirlo."
LEFT = "Quedan {n}"
OVER = "Sobran {n}"
REPLIES = "Quién puede responder en X"
REPLIES_OF = MappingProxyType(
    {
        "everyone": "Cualquier persona",
        "following": "Las cuentas que esta sigue",
        "mentionedUsers": "Solo las cuentas mencionadas",
    }
)
COMMENT = "Primer comentario en {network}"
COMMENT_HINT = "Se publica debajo, unos segundos después; por ejemplo, un enlace o etiquetas"
LINK = "Enlace con vista previa en Facebook"
LINK_HINT = "https://… Sin él, se muestra el primer enlace del texto"
MORE = "Hilo, primer comentario y enlace"

PART = "{network} · mensaje {n} de {total}"
COMMENT_CARD = "{network} · primer comentario"
LINK_CARD = "Vista previa de {host}"
LIMITED = "Responden: {who}"

IN_PART = "en el mensaje {n} de {network}"
IN_COMMENT = "en el comentario de {network}"
IN_LINK = "en el enlace de {network}"

STATES = MappingProxyType({True: "publicado", False: "falta"})
LINE = MappingProxyType({"reply": "Mensaje {n} del hilo", "comment": "Primer comentario"})
SEE = "Ver"
DONE = "Públicas {done} de {total} partes"
WAITS = "Espera la parte {n} de {total}: {line}"
ATTEMPT_OF = "parte {n}"
