"""One file a screen. Streamlit runs each file anew on every rerun; what is slow lives elsewhere."""
