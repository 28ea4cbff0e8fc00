"""What can go wrong in the register; every message says what to do and names no person."""


class RecordsError(Exception):
    """Base of the register's anticipated errors."""


class RecordNotFound(RecordsError):
    """The record does not exist for this organization (also when it exists for another one)."""


class RoleRefused(RecordsError):
    """The actor's role may not do this."""


class ConsentMissing(RecordsError):
    """No consent of the needed scope is in force."""


class PatientInvalid(RecordsError):
    """A patient's details cannot be right. `field` names the one to correct."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
