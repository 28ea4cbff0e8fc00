"""The safety questionnaire of a visit."""

from datetime import datetime

from django.db import transaction

from pharmacy.domain.safety_answers import YES_NO_QUESTIONS
from pharmacy.domain.safety_answers import SafetyAnswers as AnswersValue
from pharmacy.models import AllergyReport, ConditionReport, MedicineReport, SafetyAnswers
from records.actor import Actor
from records.models import AuditAction
from records.services import audit_record
from screening.models import Encounter


@transaction.atomic
def safety_answers_record(
    *, encounter: Encounter, answers: AnswersValue, by: Actor, now: datetime
) -> SafetyAnswers:
    """Store a visit's safety questionnaire; an earlier one stays as history and is superseded."""
    # The visit's row serialises two corrections at once.
    Encounter.objects.select_for_update(no_key=True).get(pk=encounter.pk)
    SafetyAnswers.objects.filter(encounter=encounter, superseded_at=None).update(superseded_at=now)
    row = SafetyAnswers.objects.create(
        encounter=encounter,
        allergies_known=answers.allergies is not None,
        current_medicines_known=answers.current_medicines is not None,
        conditions_known=answers.conditions is not None,
        recorded_at=now,
        recorded_by_id=by.practitioner_id,
        **{question: getattr(answers, question) for question in YES_NO_QUESTIONS},
    )
    AllergyReport.objects.bulk_create(
        AllergyReport(answers=row, substance=substance) for substance in answers.allergies or ()
    )
    MedicineReport.objects.bulk_create(
        MedicineReport(answers=row, name=name) for name in answers.current_medicines or ()
    )
    ConditionReport.objects.bulk_create(
        ConditionReport(answers=row, name=name) for name in answers.conditions or ()
    )
    audit_record(by=by, now=now, action=AuditAction.CREATE, entity=row, patient_id=encounter.patient_id)
    return row
