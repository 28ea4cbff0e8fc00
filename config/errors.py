"""What can go wrong where the apps are joined."""

from records.errors import PatientInvalid
from records.models import Patient


class CaseUnderWay(Exception):
    """A case cannot be cancelled any more: something of it left the house. `what` is "medicine" or "referral"."""

    def __init__(self, what: str, advice: str) -> None:
        super().__init__(advice)
        self.what = what


class AnotherPatient(PatientInvalid):
    """The record number is that of a `patient` who is somebody else. The message says which detail differs."""

    def __init__(self, patient: Patient, detail: str) -> None:
        super().__init__("mrn", f"belongs to a patient with another {detail}; check the record number")
        self.patient = patient


class AnswersInvalid(Exception):
    """A set of answers has the wrong shape. `field` names the part to correct."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


class HandoutMissing(Exception):
    """Nobody has written a leaflet for this medicine; a pharmacist explains it. `medicine` is its formulary code."""

    def __init__(self, medicine: str) -> None:
        super().__init__(
            f"{medicine} has no leaflet; write one in pharmacy/leaflet_texts.py or order_leaflet_texts.py"
        )
        self.medicine = medicine


class EndpointInvalid(Exception):
    """A partner's endpoint cannot be like this. `field` names the part to correct, `why` the reason as a code."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.field, self.why = field, why
