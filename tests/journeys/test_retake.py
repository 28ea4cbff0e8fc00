"""A blurred photograph is taken again while the patient still sits there; blurred twice means refer."""

import pytest
from django.utils import timezone

import screening.services
from config import case, case_work, demo_clinic, demo_photographs, intake
from config.demo_cast import CAST
from screening.models import Encounter, ModelRelease

BLURRED = next(member for member in CAST if member.blurred)


@pytest.fixture
def visit(shipped_release: ModelRelease) -> Encounter:
    now = timezone.now()
    demo_clinic.prepare(now=now)
    encounter = intake.case_submit(
        answers=BLURRED.answers(timezone.localdate(now)),
        photographs=demo_photographs.source(None).of(BLURRED),
        by=demo_clinic.screener(),
        now=now,
        today=timezone.localdate(now),
    )
    case_work.work_off_case(encounter)
    return encounter


def _photograph_again(visit: Encounter, *, blurred: bool) -> str:
    by, now = demo_clinic.screener(), timezone.now()
    exam = screening.services.exam_open(encounter=visit, by=by, now=now)
    member = BLURRED if blurred else CAST[0]
    for given in demo_photographs.source(None).of(member):
        screening.services.image_add(
            exam=exam, laterality=given.laterality, data=given.data, synthetic=True, by=by, now=now
        )
    screening.services.exam_submit(exam=exam, by=by, now=now)
    case_work.work_off_case(visit)
    return str(case.case_outcome(visit)["assessment"]["disposition"])


def test_blurred_twice_means_refer(visit: Encounter) -> None:
    assert case.case_outcome(visit)["assessment"]["disposition"] == "repeat-imaging"
    assert _photograph_again(visit, blurred=True) == "refer"


def test_a_sharp_retake_replaces_the_blurred_one(visit: Encounter) -> None:
    assert _photograph_again(visit, blurred=False) != "repeat-imaging"
    assert all(eye["gradability"] != "ungradable" for eye in case.case_outcome(visit)["exam"]["eyes"])
