"""Pages for requesters: no account needed."""
