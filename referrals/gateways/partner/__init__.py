"""Signed webhooks to partners' programs, as Standard Webhooks 1.0.0 has them, and only to public addresses."""
