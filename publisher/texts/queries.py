"""What the read models say when there is nothing to show."""

NO_SUCH_PICTURE = "No existe esa imagen, o no está a su alcance."
NO_SUCH_POST = "No existe la publicación {id}, o no está a su alcance."
NO_SUCH_PLANTEL = "No existe ese plantel, o no está a su alcance."
RANGE_TOO_LONG = "El calendario muestra como máximo {n} días a la vez."
NO_SUCH_LOGIN = (
    "Nadie con acceso tiene el correo {email}. Pida a la administración técnica que lo registre."
)
