"""PostgreSQL and Valkey from their wheels, on private sockets, for a bare machine; never in production."""
