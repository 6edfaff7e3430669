"""What `make run` starts on a bare machine."""
