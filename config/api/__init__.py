"""REST v1: what partners call. JSON in, JSON out, every error a problem document (RFC 9457)."""
