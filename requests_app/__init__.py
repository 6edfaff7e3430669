"""A case, from receipt to archive."""
