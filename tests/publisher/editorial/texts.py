"""Texts whose verdict by the shipped manual is known."""

from tests.support.house import TEXT

INSULT = f"{TEXT} Qué estupidez."
"""Broken rule: 3.1, which the Directora may except."""

PHONE = f"{TEXT} Llame a la mamá de Camila al 866 555 0177."
"""Broken rule: 6.3, which admits no exception."""

PRESS = "Comunicado de prensa: el plantel informa sobre la nueva carrera técnica."
"""Broken rule: 15.1, only when a plantel says it."""

LONG_REASON = "Es una cita textual de la obra que se presenta ese día."
REASON = "Falta decir el lugar del evento."
