"""Finding out who is asking, as surely as the right requires and no more."""
