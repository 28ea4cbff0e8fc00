"""The pictures of a case: copies only, of its own case only, in colour and in grey."""

import cv2
import numpy as np
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from records.actor import Actor
from records.models import AuditEvent
from screening.models import FundusImage
from screening.storage import derivative_name, grey_name
from tests.integration.config import cast
from tests.integration.config.test_case_page import page_of


def test_a_photograph_is_served_as_its_copy_without_metadata_and_never_cached(
    nurse: Client, screener: Actor
) -> None:
    encounter = cast.screened(screener)
    image = FundusImage.objects.filter(exam__encounter=encounter).first()
    answer = nurse.get(reverse("photograph", args=[encounter.public_id, image.sha256]))
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Cache-Control"] == "private, no-store"
    with default_storage.open(derivative_name(image.sha256)) as copy:
        assert answer.getvalue() == copy.read()
    assert AuditEvent.objects.filter(action="R", entity=f"screening.fundusimage:{image.pk}").count() == 1


def test_a_photograph_without_a_copy_is_not_found_and_the_page_says_so(
    nurse: Client, screener: Actor
) -> None:
    encounter = cast.submitted(screener)
    image = FundusImage.objects.filter(exam__encounter=encounter).first()
    assert nurse.get(reverse("photograph", args=[encounter.public_id, image.sha256])).status_code == 404
    assert "The display copy is not made yet" in page_of(nurse, encounter)


def test_a_photograph_is_only_reached_through_its_own_case(nurse: Client, screener: Actor) -> None:
    one, other = cast.screened(screener), cast.screened(screener, name="Other", seed=1)
    image = FundusImage.objects.filter(exam__encounter=one).first()
    assert nurse.get(reverse("photograph", args=[other.public_id, image.sha256])).status_code == 404


def test_the_grey_copy_spreads_the_contrast_and_is_made_once(nurse: Client, screener: Actor) -> None:
    encounter = cast.screened(screener)
    image = FundusImage.objects.filter(exam__encounter=encounter).first()
    address = reverse("photograph-grey", args=[encounter.public_id, image.sha256])
    first = nurse.get(address).getvalue()
    assert default_storage.exists(grey_name(image.sha256))
    assert nurse.get(address).getvalue() == first
    grey = cv2.imdecode(np.frombuffer(first, np.uint8), cv2.IMREAD_UNCHANGED)
    assert grey.ndim == 2
    assert grey.max() - grey.min() > 200


def test_without_a_display_copy_there_is_no_grey_one(nurse: Client, screener: Actor) -> None:
    encounter = cast.submitted(screener)
    image = FundusImage.objects.filter(exam__encounter=encounter).first()
    assert nurse.get(reverse("photograph-grey", args=[encounter.public_id, image.sha256])).status_code == 404
