"""Proof stays, the rest is destroyed: on dates the rulebook sets."""
