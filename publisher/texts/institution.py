"""What is said about planteles, accounts, their import and their life cycle."""

from types import MappingProxyType

ALREADY = "La institución ya está creada en esta base de datos."
NAME_MISSING = "Falta el nombre de la institución."
NO_SUCH_PLANTEL = "No existe ese plantel."
NO_SUCH_ACCOUNT = "No existe esa cuenta."

VOCABULARY = MappingProxyType(
    {
        "plantel": "plantel",
        "planteles": "planteles",
        "Plantel": "Plantel",
        "Planteles": "Planteles",
        "comunicado": "comunicado",
        "indicacion": "indicación",
        "evidencia": "evidencia",
        "aportacion": "aportación",
        "designacion": "designación",
        "operador": "operador",
        "directora": "Directora de Vinculación",
        "coordinador": "Coordinación de Difusión institucional",
    }
)
