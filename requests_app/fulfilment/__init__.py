"""Carry the decision out in the systems that hold the data, and believe it only after reading back."""
