"""Django's admin, for the administrators of an organization: their colleagues and their audit trail."""
