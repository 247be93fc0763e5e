"""What the recovery kit says, on paper and on the terminal."""

TITLE = "Juego de recuperación de la llave maestra: mitad {half} de 2"
SUBJECT = "Una de las dos mitades de la llave maestra de la bóveda"
WHAT = (
    "Esta hoja sola no revela nada ni sirve de nada. Junto con la mitad {other} y un respaldo permite abrir "
    "todas las credenciales de la institución. Guárdela en sobre sellado, en otro lugar y en manos de otra "
    "persona que la mitad {other}, y nunca junto a los respaldos. No la fotografíe ni la digitalice."
)
KEYS = "Llaves que recupera"
PRINTED = "Impresa"
PRINTED_BY = "{when}, por {name}"
ENTRY = "Asiento de la bitácora"
CONTENT = "Lo que se escribe"
CODE = "Código"
LETTERS = (
    "No hay letras I, L, O ni U: lo que parezca una O es un cero y lo que parezca una I, un uno. Los espacios, "
    "mayúsculas y minúsculas dan lo mismo. El código QR contiene lo mismo que los renglones."
)
HOW = "Para recuperar la llave"
STEPS = (
    "1. En un equipo de confianza, antes o después de restaurar, ejecute «pregonero vault recover».\n"
    "2. Escriba el código y los renglones de las dos mitades; cada renglón dice al momento si tiene un error.\n"
    "3. Compruebe con «pregonero vault prove». Imprima después un juego nuevo y destruya éste."
)
CUSTODY = "Resguardo de esta mitad"
BLANKS = ("Sobre o sello número", "Lugar y fecha", "Responsable y firma", "Testigo y firma")

HELP = (
    "Imprime el juego de recuperación: la llave maestra en dos mitades de papel, que solas no revelan nada. "
    "Quien tenga las dos y un respaldo puede abrirlo todo."
)
OPT_TO = "Carpeta para la mitad 1, y para la 2 si no se indica otra. No una de los datos ni de los respaldos."
OPT_SECOND = "Carpeta para la mitad 2; por ejemplo, otra memoria."
MADE = (
    "El juego {kit} está en {first} y {second}. Imprima cada hoja, guárdelas selladas en lugares y manos "
    "distintos, y borre los dos archivos: juntos son la llave maestra."
)
INSIDE = "La carpeta {path} está dentro de los datos de Pregonero, donde quedaría junto a lo que la llave abre. Indique otra."
EXISTS = "Ya existe {path}; no se escribió nada. Indique otra carpeta."
NOT_WRITABLE = "No se pudo escribir en {path}: {cause}. No quedó ninguna de las dos hojas."

RECOVER = (
    "Recupera la llave maestra con las dos mitades del juego de recuperación y la guarda en su lugar. No toca "
    "la base de datos."
)
OPT_HALF = (
    "Archivo con el texto de una mitad (su código y sus renglones, o lo que dice su código QR); se repite. Sin "
    "ella se escribe en la terminal."
)
OPT_PLACE = "Dónde guardar la llave: una ruta o URL. Sin ella, PREGONERO_KEK o PREGONERO_KEK_FILE."
TWO_HALVES = "Indique dos mitades: --half una vez por cada hoja."
HALF_UNREADABLE = "No se puede leer {path}."
BEGIN = "Escriba las dos hojas, en cualquier orden. Los espacios y las mayúsculas dan lo mismo."
ASK_CODE = "Código de la hoja"
ASK_LINE = "Mitad {half}, renglón {number} de {lines}"
RECOVERED = "La llave {key} está en {place}. Compruébela con «pregonero vault prove»."
BESIDE = "También se guardó la llave {key} en {place}, para lo que se selló con ella."
AGAIN = "Imprima ahora un juego nuevo con «pregonero vault kit» y destruya las hojas que usó."
