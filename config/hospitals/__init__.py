"""Hospitals near the clinic: what is known of each, and what people tell of it."""
