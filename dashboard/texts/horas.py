"""One hour in several zones."""

FOLD = "Esa hora ocurre dos veces ese día (el reloj se atrasa)"
FOLD_FIRST = "La primera"
FOLD_SECOND = "La segunda"
GAP = "las {hour} no existen ese día (el reloj se adelanta); elija otra hora"
BESIDE = " (aquí serán las {when})"
MODE = "A qué hora sale en cada plantel"
MODES = {"local": "A esa hora local en todos", "instant": "En el mismo instante"}
MODE_HELP = "La primera: el reloj de cada plantel marca esa hora. La segunda: todos salen a la vez."
