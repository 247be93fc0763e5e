"""Sentences about the database's version."""

NEWER = "La base de datos es de una versión más nueva de Pregonero ({found}; este programa llega a la {known}). Actualice el programa."
NO_VERSION = "La base de datos tiene tablas de Pregonero pero no dice su versión. Use una base vacía o restaure un respaldo."
