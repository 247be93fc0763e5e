"""Spanish screens over publisher's functions and read models; no SQL, no business rule."""
