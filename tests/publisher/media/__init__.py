"""The read models, on both databases."""
