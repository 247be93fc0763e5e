"""The manual as the house keeps it."""
