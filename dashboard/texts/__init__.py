"""Every Spanish sentence that the dashboard says, a module a subject."""
