"""Two connections at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from records.actor import Actor
from records.models import AuditAction, AuditEvent
from screening import services
from screening.domain.laterality import Laterality
from screening.errors import LateralityTaken
from screening.models import Encounter, Exam, FundusImage
from tests.factories import photographs
from tests.factories import records as cast
from tests.factories import screening as made
from tests.factories.records import NOW

pytestmark = pytest.mark.django_db(transaction=True)


def together(*acts: Callable[[], object]) -> list[object]:
    """What each act returned or raised, all started at once on connections of their own."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        try:
            start.wait(timeout=10)
            return act()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def _add(exam: Exam, seed: int, by: Actor) -> Callable[[], FundusImage]:
    data = photographs.jpeg(seed)
    return lambda: services.image_add(exam=exam, laterality=Laterality.LEFT, data=data, by=by, now=NOW)


def test_of_two_photographs_of_one_eye_at_once_one_is_kept_and_the_other_told_why() -> None:
    by = cast.actor(cast.clinic())
    for _ in range(5):
        exam = made.open_exam(by)
        kinds = {type(result) for result in together(_add(exam, 1, by), _add(exam, 2, by))}
        assert kinds == {FundusImage, LateralityTaken}
        assert exam.images.count() == 1


def test_an_exam_submitted_twice_at_once_is_submitted_once() -> None:
    by = cast.actor(cast.clinic())
    for _ in range(5):
        exam = made.open_exam(by)
        _add(exam, 1, by)()
        submit = lambda exam=exam: services.exam_submit(exam=exam, by=by, now=NOW)  # noqa: E731
        assert together(submit, submit) == [exam, exam]
        told = AuditEvent.objects.filter(action=AuditAction.EXECUTE, entity=f"screening.exam:{exam.pk}")
        assert told.count() == 1


def test_a_photograph_does_not_wait_for_whoever_writes_the_answers_of_the_visit() -> None:
    by = cast.actor(cast.clinic())
    exam = made.open_exam(by)

    def impatient() -> FundusImage:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '500ms'")
            return _add(exam, 1, by)()

    with transaction.atomic():
        Encounter.objects.select_for_update().get(pk=exam.encounter_id)
        (image,) = together(impatient)
    assert isinstance(image, FundusImage)
