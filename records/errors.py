"""What can go wrong in the register; every message says what to do and names no person."""

from django.conf import settings

_FOREIGN = ("django", "psycopg")


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


class RecordNumberTaken(PatientInvalid):
    """Another patient of the organization has this record number."""

    def __init__(self) -> None:
        super().__init__("mrn", "is already registered here; find that patient instead")


class CharacterUnseen(PatientInvalid):
    """A detail holds a character that nobody can see, or nothing that can be seen."""

    def __init__(self, field: str) -> None:
        super().__init__(field, "must be one line of letters and digits that can be seen; type it again")


class PatientChanged(RecordsError):
    """Somebody else corrected the patient's details since they were seen."""


class OrganizationInvalid(RecordsError):
    """A detail of an organization cannot be right. `field` names it; `why` is "taken" for another one's name."""

    def __init__(self, field: str, message: str, why: str = "") -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.why = why


class OrganizationChanged(RecordsError):
    """Somebody else changed the organization's details since they were seen."""


class PartnerClientInvalid(RecordsError):
    """A partner's token cannot be made or ended like this. `field` names what to correct."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


class HostInvalid(PartnerClientInvalid):
    """This cannot stand on a partner's list of hosts. `why` is "too-many" where it is full."""

    def __init__(self, message: str, why: str = "") -> None:
        super().__init__("host", message)
        self.why = why


class KeySetInvalid(PartnerClientInvalid):
    """A partner's set of public keys cannot be registered."""

    def __init__(self, message: str) -> None:
        super().__init__("jwks", message)


class AssertionReplayed(RecordsError):
    """A program showed the same signed assertion twice."""


class KeyInUse(RecordsError):
    """A request with this idempotency key is under way. `seconds`: when it is worth trying again."""

    def __init__(self, message: str, *, seconds: int = 1) -> None:
        super().__init__(message)
        self.seconds = seconds


class KeyOfAnotherRequest(RecordsError):
    """This idempotency key belongs to a request with other content."""


def may_be_shown(error: BaseException) -> bool:
    """Whether an error's text is free of personal data: only the project's own errors promise that.

    Those of a database quote the rows they refuse, whichever class of ours they were made into.
    """
    ours = type(error).__module__.partition(".")[0] in settings.INSTALLED_APPS
    bases = {base.__module__.partition(".")[0] for base in type(error).__mro__}
    return ours and bases.isdisjoint(_FOREIGN)
