"""What can go wrong with a referral; every message says what to do and names no person."""


class ReferralError(Exception):
    """Base of the anticipated errors of referrals."""


class IllegalTransition(ReferralError):
    """The referral may not move from its status to the wanted one."""

    def __init__(self, current: str, wanted: str, allowed: tuple[str, ...]) -> None:
        steps = ", ".join(allowed) or "nothing: it is closed"
        super().__init__(f"a referral that is {current} cannot become {wanted}; possible is {steps}")
        self.current, self.wanted, self.allowed = current, wanted, allowed


class ReferralChanged(ReferralError):
    """It is no longer in the state that whoever decides saw."""


class ReferralSent(ReferralError):
    """A referral of the visit is with a hospital, or was; it cannot be withdrawn by itself."""


class HospitalInvalid(ReferralError):
    """A hospital's details cannot be right. `field` names the one to correct."""

    def __init__(self, field: str, advice: str) -> None:
        super().__init__(f"{field}: {advice}")
        self.field = field


class WeekOverdrawn(HospitalInvalid):
    """A week cannot have fewer places than were taken. `taken` says how many that are."""

    def __init__(self, taken: int) -> None:
        super().__init__("places", f"{taken} are taken in that week; enter at least so many")
        self.taken = taken


class HospitalMisplaced(HospitalInvalid):
    """A hospital cannot stand there. `fault`: as `referrals.importers.coordinates.PlaceFault`."""

    def __init__(self, fault: str, advice: str) -> None:
        super().__init__("latitude", advice)
        self.fault = fault


class HospitalKnown(HospitalInvalid):
    """A hospital of that name stands there already. `hospital_id` says which one."""

    def __init__(self, hospital_id: int) -> None:
        super().__init__("name", "one of this name is known within a kilometre; correct that one")
        self.hospital_id = hospital_id


class HospitalChanged(ReferralError):
    """Somebody else told of the hospital since it was seen; nothing was stored."""


class HospitalMissing(ReferralError):
    """A referral cannot be sent before a hospital is chosen."""


class HospitalFixed(ReferralError):
    """The step cannot change the hospital that a physician authorised."""


class PlaceTaken(ReferralError):
    """Somebody else took the last place meanwhile; the work is simply tried again."""


class ReasonMissing(ReferralError):
    """A referral does not end, or go to the coordinator, without a reason."""


class DirectoryUnreadable(ReferralError):
    """A file of hospitals cannot be read at all; nothing was changed."""


class CampChanged(ReferralError):
    """The plan of a camp day is another one than was looked at; nothing of it was stored."""


class HospitalStepRefused(ReferralError):
    """The step is the clinic's own, not the hospital's."""


class OutcomeMissing(ReferralError):
    """A referral is completed with what the hospital found, and with nothing less."""


class FindingWithAHospital(ReferralError):
    """The same finding of the visit is with a hospital already; two would treat it."""


class AppointmentInvalid(ReferralError):
    """An appointment cannot be right. `field` names what to correct, `advice` says how."""

    def __init__(self, field: str, advice: str) -> None:
        super().__init__(f"{field}: {advice}")
        self.field, self.advice = field, advice


class AppointmentMissing(ReferralError):
    """Nobody can miss an appointment that is not booked, or is still to come."""


class HoldInvalid(ReferralError):
    """A referral is held until a day that is not past."""


class AlarmClosed(ReferralError):
    """The referral went on, so nobody has to be called."""


class ContactInvalid(ReferralError):
    """What came of an attempt cannot be. `field` names what to correct."""

    def __init__(self, field: str, advice: str) -> None:
        super().__init__(f"{field}: {advice}")
        self.field = field


class NeedsInvalid(ReferralError):
    """What a person needs cannot be as told. `field` names what to correct."""

    def __init__(self, field: str, advice: str) -> None:
        super().__init__(f"{field}: {advice}")
        self.field = field


class LetterDamaged(ReferralError):
    """The letter that a hospital got is missing in storage or is another one; restore it from the backup."""
