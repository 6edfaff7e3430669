"""The floor of intake: a Django project of two views, two inserts and a template."""
