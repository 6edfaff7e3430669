"""How fast the portal works, always beside a floor measured in the same run. Nothing here is ever asserted."""
