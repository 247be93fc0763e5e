"""Sentences about the master key."""

HELP = (
    "La llave maestra de la bóveda: cómo está, si todo abre, su cambio y su juego de recuperación."
)
KEYS = "Lista las llaves que han sellado algo y cuánto sella cada una."
PROVE = "Abre todo lo que está sellado y lo compara con su huella; no muestra ningún valor."
ROTATE = (
    "Cambia la llave maestra mientras todo trabaja: crea la sucesora, vuelve a envolver cada "
    "credencial y retira la anterior. Si se interrumpe, repita la orden y sigue donde iba."
)
OPT_PREPARE = (
    "Sólo crea el archivo de la sucesora, para copiarlo a las demás máquinas antes del cambio."
)
STATES = {"active": "vigente", "retired": "retirada"}
CHANGING = "en cambio"
"""Said of a key that still seals something while its successor is in force."""

YES, NO = "sí", "no"
PROVED = "Se abrieron {opened} de {sealed} valores sellados."
UNPROVED = "No abre o no es lo que se guardó: {name}."
OPT_TO = (
    "Dónde debe quedar la llave nueva, si no es donde está la vigente: file:///ruta, "
    "passphrase:///ruta?from=/archivo, env:NOMBRE, keyring:servicio/nombre o awskms:///LLAVE?region=…"
)
PREPARED = (
    "La llave sucesora está en {place}. Cópiela por un medio seguro junto a la llave de cada máquina, "
    "con el mismo nombre, y luego ejecute «pregonero vault rotate-key» en una sola."
)
ROTATING = "Credenciales vueltas a envolver"
ROTATED = (
    "La llave vigente es {new}: se volvieron a envolver {secrets} valores. La anterior quedó en {kept}; "
    "guárdela aparte mientras existan respaldos hechos con ella."
)
MOVED = (
    "La llave vive ahora en {place}. Ponga ese lugar en PREGONERO_KEK de cada equipo y reinicie cuando "
    "pueda: mientras tanto, quien busca en el lugar anterior encuentra ahí el aviso de la mudanza."
)
ASK_FOR_IT = "Frase de paso de la llave maestra ({place}): "
SANDBOX_OUTSIDE = (
    "Esta base es de pruebas y su llave maestra se pediría a {host}, fuera de este equipo. Use otro "
    "lugar para la llave."
)
COPY = (
    "Saque copia de la llave nueva como la de la anterior e imprima su juego de recuperación («pregonero vault "
    "kit»): los respaldos de hoy en adelante la necesitan."
)
