"""The fault laboratory: real workers killed and networks broken, and then every promise counted."""
