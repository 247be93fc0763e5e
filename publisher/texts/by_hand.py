"""What is said of deliveries that people publish by hand, on accounts without access yet."""

from types import MappingProxyType

REASON = "La cuenta aún no tiene acceso concedido en su red: publíquela a mano y pegue el enlace."
NOTICE = "Por publicar a mano: {account}"
NOTICE_BODY = (
    "Llegó su hora. Publíquela en la cuenta a más tardar el {until}{files}, y pegue después el enlace."
    " El texto, listo para copiar:\n\n{text}"
)
FILES = " con sus {n} archivos, que se descargan en «Por publicar a mano»"
TEXT_LONG = "(Es largo: cópielo completo en «Por publicar a mano».)"
OVERDUE = "Nadie la ha publicado a mano: {account}"
OVERDUE_REASON = "Pasó su último momento y nadie pegó el enlace."
OVERDUE_BODY = (
    "Debía salir a más tardar el {until} y nadie ha pegado el enlace. Si ya es pública, péguelo;"
    " si no, decidan juntos y márquela como no publicada, con su motivo."
)

DONE = "La publicó a mano y pegó el enlace"
NOT_WAITING = "Este envío ya no espera que se publique a mano: está en «{state}»."
LATE_REASON = "Ya pasó su último momento: escriba por qué salió después (al menos 10 letras)."
DOUBT_REASON = "Escriba por qué el enlace es el correcto (al menos 10 letras)."
NOT_DONE_REASON = "Escriba por qué no se publicó (al menos 10 letras)."
LINK_SHAPE = MappingProxyType(
    {
        "x": (
            "No es la dirección de una publicación de X. Ábrala en X, elija «Copiar enlace» y"
            " péguelo: se ve como https://x.com/cuenta/status/123…"
        ),
        "facebook": (
            "No es la dirección de una publicación de Facebook. Ábrala en la página, toque su hora,"
            " copie la dirección y péguela: se ve como https://www.facebook.com/pagina/posts/…"
        ),
        "instagram": (
            "No es la dirección de una publicación de Instagram. Elija «Copiar enlace» en ella y"
            " péguelo: se ve como https://www.instagram.com/p/…"
        ),
    }
)
LINK_OTHER = "Ese enlace es de la cuenta «{said}» y esta publicación es de «{handle}»."
NOT_SHOWN = (
    "Se consultó la cuenta y no muestra ese enlace entre lo más reciente. Compruebe que sea el"
    " correcto; si lo es, confírmelo con un motivo."
)
DIFFERS = (
    "La cuenta muestra ese enlace con un texto distinto del autorizado. Corríjalo en la red; si así"
    " debe quedar, confírmelo con un motivo."
)
