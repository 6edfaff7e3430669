"""Who is asking, and may they? Takes plain values, returns plain values, knows no case."""
