"""The person and what is asked for them, for many rows at once: in as many queries for many rows as for one."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count, F, QuerySet, prefetch_related_objects
from django.db.models.functions import Greatest

from config.fhir import reach
from config.fhir.loading import Made
from config.fhir.loading_past import photographs_of
from config.fhir.mapping import patients
from config.fhir.mapping import referrals as referral_mapping
from config.fhir.mapping.elements import Element
from config.fhir.mapping.letters import inputs
from config.fhir.mapping.task_answers import output
from config.fhir.mapping.task_visits import Visit, visit_after
from config.fhir.mapping.task_words import notes
from config.fhir.why_referred import why_referred
from records.models import PartnerClient, Patient
from referrals.domain.status import ReferralStatus
from referrals.models import Referral, ReferralEvent, ReferralLetter
from screening.domain.diagnosis import NONE
from screening.domain.findings import Label
from screening.domain.laterality import Laterality
from screening.models import PartnerScreening

# What a Task says besides the row's own columns.
OF_TASK = ("outcomes__diagnosis", "history__letters", "appointments")


def patients_of(rows: Sequence[Patient], now: datetime) -> Made:
    prefetch_related_objects(rows, "amendments")
    return [[_patient(row)] for row in rows]


def _patient(row: Patient) -> Element:
    moments = sorted(one.amended_at for one in row.amendments.all())
    return patients.patient(
        row, version=1 + len(moments), updated=moments[-1] if moments else row.registered_at
    )


def referrals(client: PartnerClient) -> QuerySet[Referral]:
    """With the number of their `steps` and when anything that is told of them `changed_at` last."""
    loaded = reach.referrals(client).select_related(
        "encounter__patient", "hospital", "authorised_by", "organization", "assessment"
    )
    return loaded.annotate(
        steps=Count("history"),
        # PostgreSQL's GREATEST passes over what is null.
        changed_at=Greatest(F("stepped_at"), F("followed_up_at")),
    )


def version_of(row: Referral) -> int:
    """Grows with every step and with the follow-up of one that was sent back."""
    return int(row.steps) + (row.followed_up_at is not None)


def service_requests(rows: Sequence[Referral], now: datetime) -> Made:
    photographs = photographs_of(row.encounter_id for row in rows)
    return [
        [
            referral_mapping.service_request(
                row,
                [key for _, _, key in photographs[row.encounter_id]],
                why,
                version=version_of(row),
                updated=row.changed_at,
            )
        ]
        for row, why in zip(rows, why_referred(rows), strict=True)
    ]


def screening_orders_of(rows: Sequence[PartnerScreening], now: datetime) -> Made:
    photographs = photographs_of(row.encounter_id for row in rows)
    return [
        [referral_mapping.screening_order(row, [key for _, _, key in photographs[row.encounter_id]])]
        for row in rows
    ]


def tasks(rows: Sequence[Referral], now: datetime) -> Made:
    prefetch_related_objects(rows, *OF_TASK)
    return [[task(row)] for row in rows]


def task(row: Referral) -> Element:
    """`row` as `referrals` gives it."""
    stored = sorted((one.diagnosis for one in row.outcomes.all()), key=lambda one: one.pk)
    found = {
        (Laterality(one.laterality), Label(one.label)): one.severity != NONE
        for one in stored
        if one.retracted_at is None
    }
    return referral_mapping.task(
        row,
        version=version_of(row),
        updated=row.changed_at,
        reason=row.answered_reason,
        visit=visit_of(row),
        output=output(found if row.status == ReferralStatus.COMPLETED else {}),
        note=notes(notes_of(row)),
        letters=inputs(letters_of(row)),
    )


def visit_of(row: Referral) -> Visit | None:
    """Its visit after as many steps as `row` has, which may be an earlier version's."""
    steps = _steps_of(row)
    starts = [one.starts_at for one in sorted(row.appointments.all(), key=lambda one: one.pk)]
    return visit_after(((one.code, one.to_status) for one in steps), starts)


def notes_of(row: Referral) -> list[tuple[str, datetime]]:
    """What the hospital that has it now said beside its steps, and when; of another one before it, nothing."""
    steps = (one for one in _steps_of(row) if one.hospital_id == row.hospital_id)
    return [(one.note, one.recorded_at) for one in steps if one.note]


def letters_of(row: Referral) -> list[ReferralLetter]:
    """Of the sending to the hospital that has it, while it is to treat the person."""
    if not row.in_care:
        return []
    sent = [one for one in _steps_of(row) if one.hospital_id == row.hospital_id and one.letters.all()]
    return sorted(sent[-1].letters.all(), key=lambda one: one.language) if sent else []


def _steps_of(row: Referral) -> list[ReferralEvent]:
    return sorted(row.history.all(), key=lambda one: one.pk)[: row.steps]
