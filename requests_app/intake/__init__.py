"""Every way in: form, mail, staff. All join at `open_case`."""
