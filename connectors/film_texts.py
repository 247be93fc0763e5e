"""What ``check`` says of videos, GIF, reels and stories; ``texts.issue`` fills the blanks."""

from __future__ import annotations

from types import MappingProxyType

FORMS = MappingProxyType({"feed": "publicaciones", "reel": "reels", "story": "historias"})
"""Form of post → its plural."""

ISSUES = MappingProxyType(
    {
        "part.form": (
            "Por esta vía no se publican {form} en {network}; elija otra forma de publicar."
        ),
        "text.none": (
            "Una historia de {network} no muestra texto; póngalo dentro de la imagen o del video y "
            "deje el texto vacío."
        ),
        "media.videos": "Hay {count} videos y {network} acepta {limit}; quite {excess}.",
        "media.many": (
            "Hay {count} imágenes y videos y {network} acepta {limit} como máximo; quite {excess}."
        ),
        "media.reel": "Un reel de {network} es un solo video, sin imágenes; deje solo el video.",
        "media.story": (
            "Una historia de {network} es una sola imagen o un solo video; deje uno, y publique "
            "los demás en otras historias."
        ),
        "media.video": "El envío de video a {network} no está disponible; use una imagen.",
        "media.gif": (
            "{network} no publica animaciones GIF y la imagen {position} es una; conviértala a "
            "video MP4 o use una imagen fija."
        ),
        "media.mixed": (
            "{network} no mezcla un GIF con otras imágenes; deje solo el GIF o solo las imágenes."
        ),
        "media.mixed_video": (
            "{network} no mezcla un video con imágenes en una publicación; deje solo el video o "
            "solo las imágenes."
        ),
        "media.becomes_reel": "{network} muestra como reel un video que va solo.",
        "video.type": (
            "El video {position} es {mime} y {network} acepta {accepted}; conviértalo a MP4."
        ),
        "video.size": (
            "El video {position} pesa {size} MB y {network} acepta {limit} MB como máximo; "
            "redúzcalo o recórtelo."
        ),
        "video.short": (
            "El video {position} dura {seconds} segundos y {network} pide al menos {limit}; use "
            "uno más largo."
        ),
        "video.long": (
            "El video {position} dura {length} y {network} acepta {limit} como máximo; recórtelo."
        ),
        "video.ratio": (
            "El video {position} tiene una proporción de {ratio:.2f} y {network} acepta de "
            "{low:.2f} a {high:.2f} (ancho entre alto); recórtelo."
        ),
        "video.rate": (
            "El video {position} tiene {rate} cuadros por segundo y {network} acepta de {low} a "
            "{high}; conviértalo a 30."
        ),
        "video.small": (
            "El video {position} mide {side} píxeles por su lado corto y {network} pide al menos "
            "{limit}; use uno más grande."
        ),
        "video.scaled": (
            "El video {position} mide {side} píxeles por su lado largo; {network} lo reducirá a "
            "{limit}."
        ),
        "video.codec": (
            "El video {position} está codificado en {codec}, que {network} no acepta; conviértalo "
            "a MP4 (H.264)."
        ),
        "video.audio": (
            "El audio del video {position} está en {codec}, que {network} no acepta; conviértalo a "
            "AAC."
        ),
        "alt.video": (
            "{network} no guarda el texto alternativo de un video; diga en el texto lo que se ve "
            "en el video {position}."
        ),
        "alt.none": (
            "Una historia de {network} no guarda texto alternativo; el de la imagen {position} no "
            "se publicará."
        ),
    }
)
"""Issue code without its network → sentence."""
