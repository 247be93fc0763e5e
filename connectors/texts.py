"""What the connectors say to people: Spanish, complete, with the step that mends it."""

from __future__ import annotations

from types import MappingProxyType

from connectors import film_texts

NAMES = MappingProxyType(
    {
        "x": "X",
        "x_oauth2": "X",
        "facebook": "Facebook",
        "instagram": "Instagram",
        "instagram_private": "Instagram",
        "x_assisted": "X",
        "facebook_assisted": "Facebook",
        "instagram_assisted": "Instagram",
    }
)

ISSUES = MappingProxyType(
    {
        "content.empty": "La publicación no tiene ninguna parte; escriba un texto o agregue una imagen.",
        "part.reply": "Un hilo solo se publica en X; quite de {network} lo que agregó al hilo.",
        "part.comment": (
            "{network} no publica aquí un primer comentario; quítelo, o escríbalo en el texto."
        ),
        "part.comment_private": (
            "La vía no oficial de Instagram no publica comentarios; quite el primer comentario o use "
            "la vía oficial."
        ),
        "part.post": "Solo la primera parte es la publicación; quite de {network} las demás.",
        "part.story": "Una historia no lleva comentarios; quite el primer comentario de {network}.",
        "part.comments": "{network} publica un solo primer comentario; quite los demás.",
        "replies": "{network} no deja elegir quién puede responder; quite esa opción.",
        "link": "{network} no muestra la vista previa de un enlace aparte; escríbalo en el texto.",
        "link.media": (
            "{network} no muestra la vista previa de un enlace junto con imágenes; quite el enlace o "
            "quite las imágenes."
        ),
        "link.address": (
            "El enlace para {network} no es una dirección de internet; escríbalo completo, con "
            "https:// al principio."
        ),
        "comment.hashtags": (
            "El comentario tiene {count} etiquetas (#); {network} puede rechazar los de más de "
            "{limit}. Conviene quitar {excess}."
        ),
        "part.first": "La primera parte debe ser la publicación misma; cambie el orden de las partes.",
        "text.empty_part": "La parte {number} está vacía; escriba algo o quítela.",
        "text.empty": "No hay texto ni imagen para {network}; escriba algo o agregue una imagen.",
        "text.too_long": (
            "El texto tiene {length:,} caracteres para {network} y el máximo es {limit:,}; "
            "quite {excess:,}."
        ),
        "text.unreadable": (
            "El texto contiene un carácter que {network} no acepta; bórrelo y escríbalo de nuevo."
        ),
        "text.hashtags": (
            "Hay {count} etiquetas (#) y {network} acepta {limit} como máximo; quite {excess}."
        ),
        "text.hashtags_advised": (
            "Hay {count} etiquetas (#); {network} recomienda no pasar de {limit} y puede limitar "
            "el alcance. Conviene quitar {excess}."
        ),
        "media.required": (
            "{network} no publica solo texto; agregue al menos una imagen o un video."
        ),
        "media.too_many": (
            "Hay {count} imágenes y {network} acepta {limit} como máximo; quite {excess}."
        ),
        "media.type": (
            "La imagen {position} es {mime} y {network} acepta {accepted}; conviértala a uno de "
            "esos formatos."
        ),
        "media.size": (
            "La imagen {position} pesa {size} MB y {network} acepta {limit} MB como máximo; "
            "reduzca su tamaño."
        ),
        "media.size_advised": (
            "La imagen {position} pesa {size} MB; {network} puede rechazar las de más de {limit} MB. "
            "Conviene reducirla."
        ),
        "media.width": (
            "La imagen {position} mide {width} píxeles de ancho y {network} pide al menos {limit}; "
            "use una más grande."
        ),
        "media.width_scaled": (
            "La imagen {position} mide {width} píxeles de ancho; {network} la reducirá a {limit}."
        ),
        "media.ratio": (
            "La imagen {position} tiene una proporción de {ratio:.2f} y {network} acepta de "
            "{low:.2f} a {high:.2f} (ancho entre alto); recórtela."
        ),
        **film_texts.ISSUES,
        "media.reply": "Una respuesta en {network} lleva solo texto; quite sus imágenes.",
        "alt.too_long": (
            "El texto alternativo de la imagen {position} tiene {length:,} caracteres y el máximo "
            "es {limit:,}; acórtelo."
        ),
    }
)
"""Issue code without its network → sentence."""

_RENEW = "Renueve la credencial de la cuenta en «Cuentas»."
_AUTHORISE = "Autorice de nuevo la aplicación con todos los permisos y guarde la credencial nueva."

ERRORS = MappingProxyType(
    {
        "transport.address_refused": (
            "Este sistema está en modo de prueba y no sale a las redes reales; revise las "
            "direcciones configuradas."
        ),
        "transport.deadline": "Se venció el plazo antes de enviar; se intentará de nuevo.",
        "settings.media_url": (
            "Instagram descarga las imágenes desde una dirección pública y no hay ninguna "
            "configurada; defina PREGONERO_MEDIA_BASE_URL."
        ),
        "settings.field": (
            "A la credencial de la cuenta le falta el dato «{name}»; complétela en «Cuentas»."
        ),
        "settings.by_hand": (
            "Esta cuenta de {network} aún no tiene acceso concedido: se publica a mano, desde "
            "«Por publicar a mano»."
        ),
        "settings.bytes": "No se encontró el archivo de la imagen; vuelva a cargarlo.",
        "settings.session": (
            "La sesión guardada de Instagram no se puede leer; vuelva a iniciar sesión desde la "
            "página de la cuenta."
        ),
        "other_account": (
            "La credencial pertenece a otra cuenta de {network}; guarde la que corresponde a esta."
        ),
        "part.parent": (
            "No consta la publicación a la que responde esta parte; confirme su enlace o descarte lo "
            "que falta."
        ),
        "parent_gone": (
            "{network} ya no muestra la publicación a la que esta parte responde; tal vez se retiró a "
            "mano. Descarte lo que falta, o vuelva a publicarla."
        ),
        "comment_permission": (
            "La credencial no permite comentar en {network}; autorice de nuevo la aplicación con el "
            "permiso de comentarios, o descarte el comentario."
        ),
        "token": "{network} no aceptó la credencial. " + _RENEW,
        "token_expired": "La credencial de {network} venció. " + _RENEW,
        "password_changed": (
            "Cambió la contraseña de {network} y la credencial dejó de servir. " + _RENEW
        ),
        "app_removed": "Se retiró el permiso de la aplicación en {network}. " + _AUTHORISE,
        "checkpoint": (
            "{network} pide una verificación; entre a la cuenta desde su sitio, complétela y "
            "renueve la credencial."
        ),
        "unconfirmed": (
            "La persona que autorizó no ha confirmado su cuenta de {network}; confírmela y renueve "
            "la credencial."
        ),
        "permission": "A la credencial le faltan permisos en {network}. " + _AUTHORISE,
        "forbidden_app": (
            "X no permite publicar a esta aplicación; active el permiso de lectura y escritura en "
            "el portal de X y genere una credencial nueva."
        ),
        "permit_unreadable": (
            "El permiso de X no se entiende; pegue el token de acceso, o entera la respuesta en JSON "
            "con la que X lo entregó."
        ),
        "permit_over": (
            "El permiso de X venció y el sistema lo está renovando; se intentará de nuevo."
        ),
        "permit_ended": (
            "El permiso de X venció y no se pudo renovar. Entre otra vez con «Entrar con X» en "
            "«Cuentas»."
        ),
        "renewal_refused": (
            "X ya no acepta renovar el permiso de esta cuenta: se retiró desde X, se dejó de usar o "
            "se perdió la respuesta de una renovación. Entre otra vez con «Entrar con X» en «Cuentas»."
        ),
        "application": (
            "X no reconoce la aplicación con la que Pregonero se identifica, o su dirección de "
            "retorno; revíselas con quien administra el sistema."
        ),
        "code_refused": "X no aceptó esta autorización: caducó, ya se usó o es de otra aplicación.",
        "no_credits": (
            "La aplicación se quedó sin saldo en X; recárguelo en el portal de desarrolladores."
        ),
        "account_locked": (
            "X bloqueó o suspendió la cuenta; entre a x.com con ella y siga las instrucciones."
        ),
        "blocked": (
            "{network} bloqueó temporalmente esta acción; espere 24 horas y revise la calidad de "
            "la cuenta en su sitio."
        ),
        "restricted": (
            "Instagram restringió la cuenta; entre a la aplicación y siga las instrucciones."
        ),
        "transient": "{network} tuvo una falla pasajera; se intentará de nuevo.",
        "not_ready": "{network} todavía prepara la imagen; se intentará de nuevo.",
        "container_lost": "Instagram perdió la imagen preparada; se preparará de nuevo.",
        "throttled": "{network} pidió esperar; se publicará cuando lo permita.",
        "usage_capped": (
            "Se agotó la cuota contratada en X; amplíela en el portal o espere al nuevo periodo."
        ),
        "quota": (
            "La cuenta llegó a su límite diario de publicaciones en Instagram; se intentará "
            "cuando se libere."
        ),
        "duplicate": (
            "{network} dice que este texto ya se publicó; cambie el texto o verifique la cuenta."
        ),
        "spam": (
            "Instagram tomó la publicación por correo no deseado; revise el texto y las etiquetas."
        ),
        "invalid": "{network} rechazó el contenido; revíselo y corríjalo.",
        "too_large": "{network} rechazó el archivo por su tamaño; reduzca la imagen.",
        "media_failed": (
            "{network} no pudo procesar el archivo; convierta la imagen a JPG o el video a MP4 "
            "(H.264) y cárguelo de nuevo."
        ),
        "video_too_long": "La cuenta no puede publicar en X un video tan largo; recórtelo.",
        "media_expired": "La imagen preparada venció; se preparará de nuevo.",
        "bad_link": "{network} no aceptó el enlace; compruebe que abre y corríjalo.",
        "bad_image": "{network} no pudo leer la imagen; conviértala a JPG y cárguela de nuevo.",
        "bad_video": "{network} no pudo leer el video; conviértalo a MP4 y cárguelo de nuevo.",
        "image_size": "La imagen es demasiado grande para {network}; reduzca su tamaño.",
        "image_format": "{network} solo acepta imágenes JPG; conviértala.",
        "image_ratio": "La proporción de la imagen no cabe en {network}; recórtela.",
        "caption": "El texto es demasiado largo para {network}; acórtelo.",
        "media_url": (
            "Instagram no pudo descargar la imagen; compruebe que PREGONERO_MEDIA_BASE_URL sea "
            "visible desde internet."
        ),
        "carousel": "El carrusel debe tener de 2 a 10 imágenes; ajústelo.",
        "tags": "Hay demasiadas personas etiquetadas; quite algunas.",
        "session": (
            "Instagram cerró la sesión guardada; vuelva a iniciar sesión desde la página de la "
            "cuenta."
        ),
        "challenge": (
            "Instagram pide confirmar la identidad; abra la aplicación con esta cuenta, confírmela "
            "y vuelva a iniciar sesión aquí."
        ),
        "two_factor": (
            "Instagram pide el segundo factor; vuelva a iniciar sesión desde la página de la "
            "cuenta."
        ),
        "suspended": "Instagram suspendió la cuenta; apele desde la aplicación.",
        "feedback": (
            "Instagram limitó esta acción; espere 24 horas y revise el estado de la cuenta en la "
            "aplicación."
        ),
        "address_blocked": (
            "Instagram bloqueó la dirección de internet de este servidor; use la vía oficial o "
            "cambie de salida."
        ),
        "app_too_old": (
            "Instagram ya no acepta esta versión de la vía no oficial; use la vía oficial o "
            "actualice el sistema."
        ),
    }
)
"""Error row → sentence; rows without one get the sentence of their error class."""


PAGE_TITLE = "Las redes: qué cobran y qué responden"
PAGE_INTRO = (
    "Lo escribe `python -m connectors.table` a partir de los datos en vigor; una prueba comprueba"
    " que está al día. Qué admite cada red está en [conectores.md](conectores.md). Es nuestra"
    " lectura de la documentación de cada red en la fecha de cada fila."
)
PAGE_PRICES = "Precios"
PAGE_PRICES_HEAD = ("Red", "Concepto", "US$", "Desde", "Fuente", "Leído")
PAGE_ERRORS = "Catálogo de errores"
PAGE_ERRORS_INTRO = (
    "La primera fila que coincide decide. «Dudoso» marca lo que, como respuesta a la publicación"
    " misma, no prueba nada: entonces se comprueba en la cuenta. Un código que no está aquí se"
    " registra y se avisa una sola vez al centro."
)
PAGE_ERRORS_HEAD = ("Conector", "La red dice", "Fila", "Qué sigue", "Dudoso", "Lo que se lee")
PAGE_UNSURE = "sí"

VERDICTS = MappingProxyType(
    {
        "refused": "vuelve a su autor",
        "credential": "la cuenta espera otra credencial",
        "throttled": "se espera lo que la red pide",
        "unavailable": "se intenta de nuevo",
        "unknown": "se comprueba en la cuenta",
    }
)
"""What a verdict leads to."""


def issue(network: str, code: str, /, **facts: object) -> str:
    """Return the sentence of an issue; ``facts`` fill its blanks."""
    return ISSUES[code].format(network=NAMES[network], **facts)


def error(network: str, name: str, /, **facts: object) -> str | None:
    """Return the sentence of an error row; None where the class's own sentence says it all."""
    template = ERRORS.get(name)
    return template.format(network=NAMES.get(network, network), **facts) if template else None
