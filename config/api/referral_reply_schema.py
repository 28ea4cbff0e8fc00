"""The JSON of a referral's replies, described from the codes that fill it."""

from config.api.referral_replies import STEPS
from config.api.replies import CAUTION
from config.api.reply_schema import MOMENT, NEXT, Schema, codes, ref, whole
from config.fhir.mapping.task_answers import EYES
from config.fhir.mapping.task_visits import VisitCode
from records.models import Language, Sex
from referrals.domain.status import UNSENT, ReferralStatus
from referrals.services.step_facts import REASON_LONGEST
from risk.domain.urgency import Urgency
from screening.domain.findings import DISEASES

SENT = tuple(status for status in ReferralStatus if status not in UNSENT)
ADDRESS = "https://nungil.example/api/v1/referrals/17"
LINKS = ("self", "letter", "task", *STEPS)
LINE: Schema = {"type": "string", "minLength": 1, "maxLength": REASON_LONGEST}
TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
SUMMARY: Schema = {
    "id": {"type": "integer", "description": "also that of the FHIR Task and ServiceRequest"},
    "version": {"type": "integer", "description": "for If-Match, as in ETag; grows with every step"},
    "status": codes(SENT) | {"description": "that of the FHIR Task"},
    "business_status": {
        "anyOf": [codes(VisitCode), {"type": "null"}],
        "description": "how far the visit is, as in the FHIR Task; null before it is booked and once it began",
    },
    "appointment_at": {
        "anyOf": [MOMENT, {"type": "null"}],
        "description": "when the patient is expected, while that is booked",
    },
    "urgency": codes(Urgency),
    "due_by": {"type": "string", "format": "date", "description": "by when the patient must be seen"},
    "changed_at": MOMENT,
    "links": whole({name: {"type": "string"} for name in LINKS}),
}
FOUND: Schema = whole({"eye": codes(EYES.values()), "code": codes(DISEASES), "present": {"type": "boolean"}})
PATIENT: Schema = whole(
    {
        "mrn": {"type": "string", "description": "the clinic's record number"},
        "name": {"type": "string"},
        "birth_date": {"type": ["string", "null"], "format": "date"},
        "sex": codes(Sex.values),
        "language": codes(Language.values),
    },
    nullable=True,
) | {"description": "null: the hospital is not, or no longer, to treat the person, or the consent ended"}
REFERRAL: Schema = SUMMARY | {
    "clinic": whole({"name": {"type": "string"}, "telephone": TEXT_OR_NULL}),
    "hospital": TEXT_OR_NULL,
    "patient": PATIENT,
    "reason": TEXT_OR_NULL | {"description": "why the hospital took its last step"},
    "notes": {
        "type": "array",
        "items": whole({"at": MOMENT, "text": LINE}),
        "description": "what the hospital said beside its steps, the oldest first",
    },
    "outcome": {"type": "array", "items": FOUND, "description": "what the hospital found"},
    "caution": {"type": "string", "description": "show it wherever you show the letter"},
}
REFERRAL_SCHEMAS: dict[str, Schema] = {
    "Referral": whole(REFERRAL),
    "ReferralSummary": whole(SUMMARY),
    "ReferralList": whole({"referrals": {"type": "array", "items": ref("ReferralSummary")}, "next": NEXT}),
}
SUMMARY_EXAMPLE: Schema = {
    "id": 17,
    "version": 3,
    "status": "requested",
    "business_status": None,
    "appointment_at": None,
    "urgency": "urgent",
    "due_by": "2026-12-08",
    "changed_at": "2026-11-24T00:41:02.120000+00:00",
    "links": {"self": ADDRESS, "letter": f"{ADDRESS}/letter", "task": "https://nungil.example/fhir/Task/17"}
    | {step: f"{ADDRESS}/{step}" for step in STEPS},
}
OUTCOME_EXAMPLE = [
    {"eye": "right", "code": "G", "present": True},
    {"eye": "left", "code": "G", "present": False},
]
REFERRAL_EXAMPLE: Schema = SUMMARY_EXAMPLE | {
    "clinic": {"name": "Hillside Health Centre", "telephone": "02-0000-0000"},
    "hospital": "Hill Hospital",
    "patient": {
        "mrn": "A-17",
        "name": "Kim Yeong-ja",
        "birth_date": "1956-07-19",
        "sex": "female",
        "language": "ko",
    },
    "reason": None,
    "notes": [],
    "outcome": [],
    "caution": CAUTION,
}
