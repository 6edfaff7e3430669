"""The answer: composed, packed, handed over."""
