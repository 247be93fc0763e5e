"""The dashboard: HTTP in front, pages per role, and what components understand."""
