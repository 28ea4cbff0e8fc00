"""What a referral letter says, in the language in force: one value, from which the paper is drawn."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

import risk.selectors
from config.api.status import ScreeningStatus, status_of_visit
from config.case import case_outcome
from config.letter.eyes import LetterEye, eyes_of
from config.letter.history import Rows, history_of
from config.patient_result import day_text
from config.reason_words import referral_reason, risk_reason
from config.templatetags.words import word
from records.models import Language, Organization, Patient
from records.selectors import local_date
from referrals.domain.capabilities import Capability
from referrals.domain.costs import LANGUAGE_OF_COUNTRY
from referrals.models import Hospital, Referral
from risk.domain.disposition import ActionKind
from risk.domain.urgency import Urgency
from risk.models import RiskAssessment
from screening.models import Encounter, FundusImage
from screening.selectors import reads_of_visit

# Of layout and words; kept with every letter that a hospital got (ADR 15).
VERSION = 1
CAPABILITIES = frozenset(Capability)


@dataclass(frozen=True)
class Letter:
    """Sentences and pictures, ready to print.

    `reasons`: a sentence and the id of its rule. `signed`: people settled what the photographs show. `address`
    is what the code leads to; empty in a draft, which nobody has sent.
    """

    draft: bool
    written: str
    clinic: str
    contact: str
    hospital: str
    hospital_contact: str
    patient: Rows
    number: str
    urgency: str
    deadline: str
    emergency: bool
    signed: bool
    signature: str
    authorised: str
    red_flags: str
    synthetic: bool
    eyes: tuple[LetterEye, ...]
    reasons: tuple[tuple[str, str], ...]
    history: Rows
    releases: str
    notes: tuple[str, ...]
    address: str


def letter_language(referral: Referral, wanted: str = "") -> str:
    """The one asked for; else that of the hospital's country, else English."""
    if wanted in Language.values:
        return wanted
    country = referral.hospital.country if referral.hospital else referral.organization.country
    return LANGUAGE_OF_COUNTRY.get(country, Language.ENGLISH.value)


def letter_of(referral: Referral, *, now: datetime, address: str = "") -> Letter:
    """The letter as things stand now. `hospital`, `organization`, `authorised_by`, `assessment` and
    `encounter.patient` must be loaded; without an `address` it is a draft.
    """
    visit, clinic = referral.encounter, referral.organization
    outcome = case_outcome(visit)
    signed = _is_settled(referral.assessment)
    return Letter(
        draft=not address,
        written=day_text(local_date(now, clinic)),
        clinic=clinic.name,
        contact=_contact(clinic),
        hospital=referral.hospital.name if referral.hospital else _("No hospital is chosen yet"),
        hospital_contact=_hospital_contact(referral.hospital),
        patient=_patient(visit.patient, visit),
        number=visit.patient.mrn,
        urgency=word(referral.urgency, "urgency"),
        deadline=_deadline(referral),
        emergency=referral.urgency == Urgency.STAT,
        signed=signed,
        signature=_signature(visit),
        authorised=_authorised(referral),
        red_flags=", ".join(word(flag, "red-flag") for flag in outcome["red_flags"]),
        synthetic=FundusImage.objects.filter(exam__encounter=visit, synthetic=True).exists(),
        eyes=eyes_of(outcome["exam"]),
        reasons=_reasons(referral),
        history=history_of(visit),
        releases=_("Image model %(image)s. Risk model %(risk)s. Rules %(rules)s.")
        % {
            "image": referral.assessment.image_release,
            "risk": referral.assessment.fusion_release,
            "rules": referral.assessment.rules_version,
        },
        notes=tuple(_notes(clinic)),
        address=address,
    )


def _is_settled(assessment: RiskAssessment) -> bool:
    row = RiskAssessment.objects.filter(pk=assessment.pk).annotate(status=status_of_visit()).first()
    return row is not None and row.status == ScreeningStatus.FINAL


def _contact(clinic: Organization) -> str:
    if not clinic.telephone:
        return _("Telephone not known")
    return _("Telephone %(telephone)s") % {"telephone": clinic.telephone}


def _hospital_contact(hospital: Hospital | None) -> str:
    return ", ".join(part for part in (hospital.address, hospital.phone) if part) if hospital else ""


def _patient(patient: Patient, visit: Encounter) -> Rows:
    born = patient.birth_date.isoformat() if patient.birth_date else _("not known")
    return (
        (_("Name"), patient.name),
        (_("Born"), born),
        (_("Sex"), word(patient.sex, "sex")),
        (_("Record number at the clinic"), patient.mrn),
        (_("Speaks"), patient.get_language_display()),
        (_("Photographed on"), localdate(visit.started_at).isoformat()),
    )


def _deadline(referral: Referral) -> str:
    day = day_text(referral.due_by)
    if referral.urgency == Urgency.STAT:
        return _("Emergency: to be seen today, %(day)s") % {"day": day}
    return _("To be seen by %(day)s") % {"day": day}


def _signature(visit: Encounter) -> str:
    """Who read the photographs, and when last; empty where only software did."""
    reads = [read for read in reads_of_visit(visit.pk) if read.superseded_at is None]
    if not reads:
        return ""
    names = ", ".join(dict.fromkeys(read.grader.name for read in reads))
    return _("Photographs read and signed by %(names)s, last on %(day)s.") % {
        "names": names,
        "day": localdate(reads[-1].signed_at).isoformat(),
    }


def _authorised(referral: Referral) -> str:
    if referral.authorised_by is None or referral.authorised_at is None:
        return _("No physician has authorised this referral yet.")
    return _("Referral authorised by %(name)s, physician, on %(day)s.") % {
        "name": referral.authorised_by.name,
        "day": localdate(referral.authorised_at).isoformat(),
    }


def _reasons(referral: Referral) -> tuple[tuple[str, str], ...]:
    """Why a hospital is needed, and what it must be able to do."""
    action = risk.selectors.action_of_kind(referral.assessment, ActionKind.REFERRAL)
    why = (
        [(risk_reason(one.code, one.parameters), one.code) for one in action.reasons.order_by("rank")]
        if action
        else []
    )
    needs = [
        (referral_reason({"rule": one.rule_id, "subject": one.subject}), one.rule_id)
        for one in sorted(referral.reasons.all(), key=lambda one: one.position)
        if one.hospital_id is None and set(one.subject.split(",")) <= CAPABILITIES
    ]
    return tuple(dict.fromkeys([*why, *needs]))


def _notes(clinic: Organization) -> list[str]:
    said = [
        _("Screening support, not a diagnosis. Evaluation only, not a medical device: a clinician decides.")
    ]
    if clinic.country == "KR":
        said.append(
            _(
                "This letter is not the medical-aid referral form. A doctor of a first-level clinic writes that."
            )
        )
    return said
