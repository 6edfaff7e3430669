"""Machines that speak to the portal."""
