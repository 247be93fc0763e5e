"""What is said when Instagram does not open a session; for people, complete, with what to do."""

from __future__ import annotations

from types import MappingProxyType

_APP = "abra la aplicación de Instagram con esta cuenta"

REFUSALS = MappingProxyType(
    {
        "password": (
            "Instagram no aceptó el usuario o la contraseña. Revíselos y vuelva a entrar; si está "
            f"seguro de ellos, {_APP} y confirme que fue usted."
        ),
        "address": (
            "Instagram no reconoce ese usuario o no acepta la dirección de internet de este "
            "servidor. Revise el usuario; si está bien escrito, use la vía oficial."
        ),
        "wait": (
            "Instagram pide esperar. No lo intente de nuevo hasta dentro de media hora: cada "
            "intento alarga la espera."
        ),
        "feedback": (
            "Instagram limitó esta cuenta. Espere 24 horas, revise su estado en la aplicación y "
            "vuelva a entrar."
        ),
        "suspended": "Instagram suspendió la cuenta; apele desde la aplicación.",
        "app": (
            f"Instagram pide confirmar la identidad de un modo que aquí no se puede: {_APP}, "
            "confirme que fue usted y vuelva a entrar aquí."
        ),
        "too_old": (
            "Instagram ya no acepta esta versión de la vía no oficial; use la vía oficial o "
            "actualice el sistema."
        ),
        "unreachable": (
            "No se pudo llegar a Instagram. Inténtelo de nuevo en unos minutos; la contraseña y el "
            "código no se guardaron."
        ),
        "codes": (
            "El código no fue correcto {times} veces y el inicio de sesión se cerró. Espere unos "
            "minutos y comience de nuevo."
        ),
        "other_account": (
            "Ese usuario es de la cuenta de Instagram con identificador {entered}, y aquí está "
            "registrado {wanted}. Si es otra cuenta, entre con el usuario de esta. Si es la misma, "
            "registrada con el identificador de la vía oficial, la administración técnica la "
            "cambia a {entered} con «Reemplazar la cuenta»."
        ),
        "no_session": (
            f"Instagram no abrió la sesión. Revise usuario y contraseña, {_APP} por si pide "
            "confirmar algo, y vuelva a entrar aquí."
        ),
    }
)
"""Reason → sentence."""
