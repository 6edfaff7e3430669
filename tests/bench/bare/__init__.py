"""The floor of intake: a Django project of one view that does two inserts."""
