"""One file per way of proving something: begin, answer."""
