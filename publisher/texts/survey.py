"""Sentences about reading back what accounts show."""

NO_SUCH = "No existe ese envío publicado, o no está a su alcance."
NO_COMMENTS_HERE = "Esta cuenta no entrega los comentarios; véalos en la red."
NOT_ANSWERED = "No se pudieron leer los comentarios: {said}"
NO_SUCH_COMMENT = "Ese comentario ya no está, o no está a su alcance. Actualice la página."
