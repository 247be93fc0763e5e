"""Nueva publicación: the composer, its findings, pictures, videos, forms and time."""

TITLE = "Nueva publicación"
TITLE_EDIT = "Editar publicación"
INTRO = "Un texto común y, si hace falta, una versión por red."
PLANTEL = "Plantel"
DESTINATIONS = "Planteles de destino"
DESTINATIONS_HELP = "El primero es el plantel al que pertenece la publicación."
NETWORKS = "Redes"
TOPIC = "Tema"
TOPIC_HELP = "El procedimiento permite tres temas: institucional, conmemoración cívica y educativo."
WHEN = "Fecha y hora ({zone})"
WHEN_HELP = "Su propuesta; Difusión la confirma."

COMPOSER = {
    "base": "Texto común",
    "placeholder": "Escriba aquí. Se revisa contra el manual mientras escribe.",
    "own": "propio",
    "common": "Se usa en todas las redes que no tengan texto propio.",
    "usesCommon": "Usa el texto común. Si escribe aquí, tendrá su propia versión.",
    "ownLong": "Versión propia.",
    "backToCommon": "Volver al texto común",
    "left": "Quedan {n}",
    "over": "Sobran {n}",
    "preview": "Vista previa de",
    "nowhere": "Elija al menos una red para ver cómo quedará.",
    "noText": "Sin texto todavía",
    "noCaption": "Una historia no lleva texto",
    "more": "… más",
}

DRAFTS_TITLE = "Continuar un borrador ({n})"
DRAFT_OTHER = "de otra persona"
MEDIA_TITLE = "Imágenes y video"
UPLOAD = "Agregar imágenes o video"
UPLOAD_HELP = "JPG, PNG o WebP; GIF animado; video MP4 o MOV (H.264 y AAC, hasta {limit} MB). Se quitan los datos ocultos (ubicación, cámara)."
READING = "Revisando {name}…"
THINGS = {"image": "imagen {n}", "gif": "GIF {n}", "video": "video {n}"}
FACTS = "{kind} · {length} · {width} × {height} · {size} MB"
FORM = "Cómo se publica en {network}"
FORM_HELP = {
    "facebook": "Un reel es un video vertical corto; lo demás sale como publicación.",
    "instagram": "Un reel es un video vertical; una historia dura 24 horas y no lleva texto.",
}
STORY_NO_TEXT = "Una historia se publica sin el texto común: solo se ve la imagen o el video."
CAPTIONS = "Lleva subtítulos o transcripción ({thing})"
ALT = "Texto alternativo ({thing})"
ALT_HINT = "Qué se ve, en 20 a 250 letras, para quien usa lector de pantalla"
CREDIT = "Autoría o crédito ({thing})"
CREDIT_HINT = "Quién la tomó o de dónde es"
PERSONS = "Aparecen personas menores de edad ({thing})"
REMOVE = "Quitar {thing}"
MOVE_UP = "Subir {thing}"
SAVED_AT = "Borrador guardado a las {time}."
NOT_YET = "Se guarda solo mientras escribe."
SUBMIT = "Enviar a consulta"
SUBMIT_DIRECT = "Enviar a autorización"
SAVE = "Guardar borrador"
DISCARD = "Descartar borrador"
DISCARD_ASK = "El borrador sale de las listas; queda en el registro. ¿Descartarlo?"
DISCARD_YES = "Sí, descartarlo"
DISCARDED = "El borrador quedó descartado."
SUBMITTED = "Enviada. Puede seguirla desde su detalle."
SUBMITTED_TO = "Difusión la revisará y propondrá la hora; después autoriza la Directora."
NEW = "Empezar otra"

RETURNED = "{name} la devolvió: «{reason}»"
NOT_EDITABLE = "Esta publicación ya no se edita aquí: está en «{state}»."
CONFLICT_KEEP = "Conservar lo mío"
CONFLICT_SEE = "Ver lo que se guardó"
CONFLICT_HINT = "Lo que usted escribió sigue en pantalla y todavía no se guarda."
NO_PLANTELES = "No hay planteles activos donde pueda redactar."
NO_ACCOUNTS = "{plantel} no tiene cuentas activas en ninguna red."
UNUSABLE = "No disponibles ahora: {accounts}."

FINDINGS_TITLE = "Revisión del manual"
FINDINGS_OK = "Sin hallazgos. El manual {version} no tiene objeciones."
FINDINGS_WAIT = "Escriba el texto y aparecerán aquí las observaciones del manual."
VERDICT = {
    "ok": "Sin hallazgos",
    "flag": "Con advertencias: una persona decidirá",
    "block": "Con bloqueos: hay que corregir antes de enviar",
}
SEVERITY = {"block": "Bloqueo", "warn": "Advertencia", "info": "Sugerencia"}
RULE = "regla {rule}"
ON_NETWORK = "en {network}"
ON_ALT = "en el texto alternativo {n}"
SUGGESTION = "Sugerencia: {text}"
SPELLING = "Revisar ortografía"
SPELLING_HELP = "Busca cada palabra en el diccionario de español del sistema. Son sugerencias: no detienen el envío."
SPELLING_LOOKS = "Revisando la ortografía…"
SPELLING_OK = "Todas las palabras están en el diccionario."
SPELLING_CHANGED = "El texto cambió desde que se revisó la ortografía; revísela otra vez."
EXCEPTION_TITLE = "Solicitar una excepción"
EXCEPTION_INTRO = "Solo la Directora puede concederla, y nunca para las reglas 6.3 y 6.4. Vale únicamente para este contenido."
EXCEPTION_REASON = "Por qué procede la excepción"
EXCEPTION_ASK = "Solicitar excepción"
EXCEPTION_ASKED = "La solicitud llegó a la Directora. Le avisaremos su respuesta."
