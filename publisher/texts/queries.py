"""What the read models say when there is nothing to show."""

NO_SUCH_PICTURE = "No existe esa imagen, o no está a su alcance."
NO_SUCH_POST = "No existe la publicación {id}, o no está a su alcance."
NO_SUCH_PLANTEL = "No existe ese plantel, o no está a su alcance."
RANGE_TOO_LONG = "El calendario muestra como máximo {n} días a la vez."
NO_SUCH_DISCLOSURE = "No existe ese requerimiento, o no está a su alcance."
NO_SUCH_TRANSFER = "No existe esa entrega, o no está a su alcance."
NO_SUCH_LOGIN = (
    "Nadie con acceso tiene el correo {email}. Pida a la administración técnica que lo registre."
)

PLATFORMS = {
    "facebook": "Facebook",
    "instagram": "Instagram",
    "instagram_private": "Instagram (vía no oficial)",
    "instagram_assisted": "Instagram (a mano)",
    "facebook_assisted": "Facebook (a mano)",
    "x_assisted": "X (a mano)",
    "x": "X",
    "x_oauth2": "X (OAuth 2)",
}
AT_HOUR = "las {hour}"
AT_DAY = "el {day} a las {hour}"
PLATFORM_SPARED = "{platform} está en pausa hasta {until} porque {reason}. Entonces se consulta de nuevo; lo que pase de su margen esperará una decisión."
PLATFORM_SPENT = "{platform} está en pausa hasta {until} porque la aplicación agotó lo que la red le permite. Lo que pase de su margen esperará una decisión."
ACCOUNT_WAITS = "{account} está en pausa hasta {until} porque la red pidió esperar."

NO_RECEIPT = (
    "No existe ese envío publicado, o no está a su alcance: no hay comprobante que imprimir."
)
A_PERSON = "una persona"
WITH_BASIS = "{reason} Fundamento legal: {basis}"
