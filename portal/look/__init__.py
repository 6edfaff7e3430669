"""How things are shown: dates in words, clocks, months of working days, form fields."""
