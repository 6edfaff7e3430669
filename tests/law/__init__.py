"""The law room: dated examples, soundness and properties, without Django."""
