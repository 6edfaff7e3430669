"""Words the templates speak: look, look_forms, look_staff."""
