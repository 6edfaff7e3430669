"""The casework room: staff see the cases of the controllers they serve, and move them."""
