"""Sentences about photos, videos and files."""

from types import MappingProxyType

REFUSALS = MappingProxyType(
    {
        "empty": "El archivo está vacío. Elija otro.",
        "too_large": "El archivo pesa {megabytes} MB y el máximo es {limit} MB. Redúzcalo y vuelva a subirlo.",
        "too_many_pixels": "La imagen tiene demasiados pixeles; el máximo son {pixels} millones, y {side} por lado. Redúzcala y vuelva a subirla.",
        "animated": "Las imágenes PNG o WebP con movimiento no se aceptan. Expórtela como GIF o como video MP4.",
        "video": "Ese formato de video no se acepta. Expórtelo como MP4 (imagen H.264, sonido AAC) y vuelva a subirlo.",
        "heic": "El formato HEIC o AVIF del teléfono no se acepta. Expórtela como JPEG y vuelva a subirla.",
        "svg": "Los dibujos SVG no se aceptan porque pueden llevar programas dentro. Expórtelo como PNG.",
        "html": "El archivo es una página web, no una imagen. Descargue la imagen misma y súbala.",
        "pdf": "El archivo es un PDF, no una imagen. Exporte la página como JPEG o PNG.",
        "unknown": "El archivo no es una imagen JPEG, PNG, WebP o GIF, ni un video MP4 o MOV. Elija otro.",
        "damaged": "La imagen está dañada o incompleta y no se pudo leer. Vuelva a exportarla y súbala de nuevo.",
        "video_too_large": "El video pesa {megabytes} MB y el máximo es {limit} MB. Expórtelo más corto o con menos calidad y vuelva a subirlo.",
        "video_damaged": "El video está dañado o incompleto y no se pudo leer. Vuelva a exportarlo como MP4 y súbalo de nuevo.",
        "video_slow": "El video tardó demasiado en revisarse. Expórtelo más corto o con menos calidad y vuelva a subirlo.",
        "video_codec": "La imagen del video está codificada como {codec} y las redes no la reproducen. Expórtelo como MP4 con H.264 y vuelva a subirlo.",
        "audio_codec": "El sonido del video está codificado como {codec} y las redes no lo reproducen. Expórtelo como MP4 con sonido AAC y vuelva a subirlo.",
        "video_colours": "El video usa una forma de color que las redes no reproducen. Expórtelo como MP4 con H.264 normal (8 bits, 4:2:0) y vuelva a subirlo.",
        "video_tracks": "El video lleva más de una pista de imagen. Expórtelo con una sola y vuelva a subirlo.",
        "no_picture": "El archivo lleva sonido pero no imagen. Las redes necesitan un video con imagen.",
        "protected": "El video está protegido contra copia y no se puede publicar. Consiga el original sin protección.",
        "video_pixels": "El video es demasiado grande: el máximo son {side} pixeles por lado (4K). Expórtelo a 1080p y vuelva a subirlo.",
        "video_too_long": "El video dura demasiado; el máximo son {minutes} minutos. Recórtelo y vuelva a subirlo.",
        "trailing": "El archivo lleva algo más pegado a la imagen o al video y por seguridad no se acepta. Vuelva a exportarlo y súbalo de nuevo.",
        "gif_too_large": "El GIF pesa {megabytes} MB y el máximo es {limit} MB. Acórtelo, redúzcalo o súbalo como video MP4.",
        "gif_pixels": "El GIF es demasiado grande; el máximo son {pixels} millones de pixeles. Redúzcalo o súbalo como video MP4.",
        "gif_frames": "El GIF tiene demasiados cuadros; el máximo son {frames}. Acórtelo o súbalo como video MP4.",
        "no_fit": "No se pudo reducir la imagen al tamaño que admite la red. Redúzcala y vuelva a subirla.",
    }
)
"""Reason of ``Refused`` in ``publisher.media`` → what is said to who uploads."""

DECODER_FAILED = (
    "No se pudo procesar el archivo en este equipo. Inténtelo de nuevo; si se repite, avise a "
    "administración técnica."
)
STORE_UNREADABLE = "No se pudo leer el almacén de medios: {cause}. Avise a administración técnica."
STORE_FAILED = "No se pudo guardar el archivo en el almacén de medios: {cause}. Lo que escribió sigue aquí; inténtelo de nuevo o avise a administración técnica."
STORE_USELESS = "El almacén de medios no sirve: {cause}."
STORE_CAUSES = MappingProxyType(
    {
        "missing": "no existe",
        "forbidden": "no da permiso",
        "credentials": "faltan sus credenciales",
        "unreachable": "no hay conexión con él",
        "full": "no queda espacio",
        "url": "su dirección no se puede usar",
        "failed": "no respondió como debía",
    }
)
"""Reason of ``publisher.media.places.Trouble`` → what is said of the store."""

STORE_STEPS = MappingProxyType(
    {
        "missing": "Cree la cubeta de {url} o corrija PREGONERO_MEDIA_URL.",
        "forbidden": "Revise AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY y los permisos sobre {url}.",
        "credentials": "Ponga AWS_ACCESS_KEY_ID y AWS_SECRET_ACCESS_KEY para {url}.",
        "unreachable": "Revise la red y PREGONERO_MEDIA_ENDPOINT; {url} no contesta.",
        "full": "Libere espacio en {url}.",
        "url": "Corrija PREGONERO_MEDIA_URL, que dice {url}; se escribe como s3://cubeta/carpeta o file:///carpeta.",
        "failed": "Repita en unos minutos; si sigue, revise el servicio de {url}.",
    }
)
STORE_OF_OTHER = "El almacén de medios {url} es de otra instalación de Pregonero. Ponga en PREGONERO_MEDIA_URL una cubeta o carpeta propia."
NO_SUCH_PLANTEL = "No existe ese plantel."
NO_SUCH_FILE = "El archivo ya no está en el almacén de medios. Avise a administración técnica."
DAMAGED_FILE = "El archivo guardado no es el que se subió: su huella no coincide. No se usará. Avise a administración técnica."
NO_PUBLIC_ADDRESS = "Instagram descarga las fotos y los videos de este sistema y falta su dirección pública. Configure PREGONERO_MEDIA_BASE_URL."
REACH_PRIVATE = "Instagram descarga las fotos y los videos de este sistema y {address} no es una dirección pública con HTTPS. Corrija PREGONERO_MEDIA_BASE_URL."
REACH_SILENT = "Instagram descargaría las fotos y los videos de {address}, y esa dirección no se alcanza: {cause}. Revise PREGONERO_MEDIA_BASE_URL, el proxy y el certificado."
REACH_STATUS = "Instagram descargaría las fotos y los videos de {address}, y ahí un enlace vigente contesta {status}. Revise que el proxy pase /medios a este sistema."
REACH_OTHER = "Instagram descargaría las fotos y los videos de {address}, y ahí contesta otro sistema. Corrija PREGONERO_MEDIA_BASE_URL."
REACH_CAUSES = MappingProxyType(
    {
        "certificate": "su certificado no es válido",
        "timeout": "no contestó a tiempo",
        "name": "su nombre no existe en el DNS",
        "refused": "no acepta la conexión",
        "failed": "la descarga falló",
    }
)
ADDRESS_INVALID = (
    "La dirección de las fotos {address} no se puede usar. Corrija PREGONERO_MEDIA_BASE_URL."
)
PORT_BUSY = "El puerto {port} de {host}, donde se sirven las fotos, lo ocupa otro programa. Ciérrelo o cambie PREGONERO_MEDIA_BASE_URL."
PORT_REFUSED = "No se pudo abrir el puerto {port} de {host} para servir las fotos: {cause}. Cambie PREGONERO_MEDIA_BASE_URL."
PORT_SILENT = "El servicio de fotos no arrancó en el puerto {port} de {host}. Inténtelo de nuevo."

LINK_UNKNOWN = "No existe."
LINK_EXPIRED = "La dirección caducó."
LINK_UNAVAILABLE = "No disponible por ahora."
