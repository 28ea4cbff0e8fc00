"""SMART Backend Services: a partner's program proves itself with its key and gets a token of a few minutes."""
