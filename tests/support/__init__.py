"""What tests share: a real PostgreSQL (``postgres``) and the guard of the network (``network``)."""
