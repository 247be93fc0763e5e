"""The words of the page that lists the connectors (docs/conectores.md)."""

from __future__ import annotations

from types import MappingProxyType

TITLE = "Conectores y límites"
INTRO = (
    "Esta página se dibuja de los datos del sistema con `python -m connectors.catalogue`; una\n"
    "prueba comprueba que está al día. No la edite a mano."
)
CONNECTORS = "Conectores"
CONNECTORS_HEAD = (
    "| conector | red | cómo publica | qué más puede | dirección pública | credencial |"
)
LABELS = MappingProxyType(
    {
        "x": "API v2 de X, con claves de la aplicación (OAuth 1.0a)",
        "x_oauth2": "API v2 de X, con el permiso de quien entra con la cuenta (OAuth 2)",
        "facebook": "Graph API, como la página",
        "instagram": "Graph API, cuenta profesional: la red descarga los archivos",
        "instagram_private": (
            "vía no oficial de Instagram; se activa por cuenta y con aceptación del riesgo"
        ),
        "x_assisted": "a mano, mientras X no concede acceso",
        "facebook_assisted": "a mano, mientras Facebook no concede acceso",
        "instagram_assisted": "a mano, mientras Instagram no concede acceso",
    }
)
CAPABILITIES = MappingProxyType(
    {
        "edit": "editar",
        "delete": "borrar",
        "metrics": "métricas",
        "comments": "comentarios",
        "thread": "hilos",
        "first_comment": "primer comentario",
    }
)
NEEDED = "sí"
NOT_NEEDED = "no"
NOTHING = "—"
SUMMARY = "Qué admite cada red"
SUMMARY_INTRO = (
    "Lo que se comprueba antes de aprobar. Las cifras, con su unidad, fuente y fecha, están en la\n"
    "tabla siguiente; donde la red no dice nada no se comprueba nada."
)
KINDS = MappingProxyType(
    {
        "text_max": "texto",
        "images_max": "imágenes",
        "image_bytes_max": "peso de una imagen",
        "alt_text_max": "texto alternativo",
        "videos_max": "videos",
        "video_seconds": "duración del video",
        "video_bytes_max": "peso del video",
        "hashtags_max": "etiquetas (#)",
        "comment_max": "comentario o respuesta",
    }
)
KIND_HEAD = "qué"
ALL = "Todos los límites, con su fuente y su fecha"
ALL_HEAD = "| red | límite | valor | unidad | fuente | fecha |"
