"""Sentences about what publishing costs."""

CAP_REACHED = (
    "Con este envío se pasaría el tope mensual de gasto de la red. Pida a la Directora o a la"
    " administración que lo suba; el envío sale entonces, si aún está dentro de su margen."
)
REASON_SHORT = "Escriba por qué cambia el tope (al menos 10 letras); queda en la bitácora."
NO_PRICES = "La red «{network}» no cobra por publicar; no lleva tope."
BAD_AMOUNT = "El tope es una cantidad en dólares, de 0 en adelante."
COST_LINKED = "Este envío costará US${cost} en {network} por llevar enlace; US${without} sin él."
COST_PLAIN = "Este envío costará US${cost} en {network}."
COST_MANY = "Son {n} cuentas: US${total} en total."
MONTH = "En {network} van US${spent} este mes ({posts} envíos)."
MONTH_CAP = "En {network} van US${spent} de US${cap} este mes ({posts} envíos)."
CAP_SET = "El tope mensual de {network} es ahora US${cap}."
CAP_LIFTED = "{network} ya no tiene tope mensual."
RELEASED = "{n} envíos que el tope detenía vuelven a programarse."


def dollars(micros: int) -> str:
    """Write millionths of a US dollar: cents, and as many more digits as are not nought."""
    whole, rest = divmod(micros, 1_000_000)
    digits = f"{rest:06d}".rstrip("0").ljust(2, "0")
    return f"{whole:,}.{digits}"
