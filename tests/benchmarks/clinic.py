"""A clinic with submitted exams, made through the services."""

from itertools import count

from django.core.management import call_command
from django.utils import timezone

import records.services
import screening.services
from config import demo_clinic
from screening.domain.laterality import Laterality

_number = count(1)


def submitted_exams(pairs: list[dict[Laterality, bytes]]) -> list[int]:
    """Keys of exams that wait for scoring, one a pair."""
    call_command("migrate", verbosity=0)
    demo_clinic.prepare(now=timezone.now())
    return [_submitted(pair) for pair in pairs]


def _submitted(pair: dict[Laterality, bytes]) -> int:
    by, now = demo_clinic.screener(), timezone.now()
    mrn = f"BENCH-{now.timestamp()}-{next(_number)}"
    patient = records.services.patient_register(by=by, now=now, mrn=mrn, name="Bench")
    records.services.consent_give(patient=patient, scope="screening", by=by, now=now)
    visit = screening.services.encounter_open(patient=patient, by=by, now=now)
    exam = screening.services.exam_open(encounter=visit, by=by, now=now)
    for eye, data in pair.items():
        screening.services.image_add(exam=exam, laterality=eye, data=data, by=by, now=now)
    screening.services.exam_submit(exam=exam, by=by, now=now)
    return exam.pk
