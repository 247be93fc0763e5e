"""The measurements run, at their smallest."""
