"""What machines ask of the portal."""
