"""Where the image model saw a disease: offered beside a photograph's findings, and nobody else's to see."""

import pytest
from django.test import Client
from django.urls import reverse

from records.actor import Actor
from records.models import AuditEvent, Organization, Role
from screening.domain.grading import OverrideReason
from screening.models import Encounter, FundusImage, GradingTask
from tests.factories import grading, maps, screening
from tests.factories import records as people
from tests.integration.config import cast
from tests.integration.config.conftest import signed_in
from tests.integration.config.test_case_page import page_of

CHOICE = "data-map-choice"


@pytest.fixture
def right(screener: Actor) -> FundusImage:
    """The right eye of a visit: glaucoma present, diabetes left to a person, myopia absent."""
    visit = cast.screened(screener, screening.eye("R", G=0.9, D=0.45, N=0.6), screening.eye("L"))
    return FundusImage.objects.get(exam__encounter=visit, laterality="R")


def visit_of(image: FundusImage) -> Encounter:
    return image.exam.encounter


def address(image: FundusImage, label: str = "G", *, release: str = maps.RELEASE) -> str:
    return reverse("photograph-map", args=[visit_of(image).public_id, image.sha256, release, label])


def test_a_map_is_served_with_its_read_audited_and_never_cached(nurse: Client, right: FundusImage) -> None:
    png = maps.stored(right.sha256, "G")
    answer = nurse.get(address(right))
    assert answer.getvalue() == png
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert AuditEvent.objects.filter(action="R", entity=f"screening.fundusimage:{right.pk}").count() == 1


def test_a_map_is_only_reached_through_its_own_case_and_clinic(
    nurse: Client, stranger: Client, screener: Actor, right: FundusImage
) -> None:
    maps.stored(right.sha256, "G")
    assert stranger.get(address(right)).status_code == 404
    other = cast.screened(screener, name="Other", seed=1)
    elsewhere = address(right).replace(str(visit_of(right).public_id), str(other.public_id))
    assert nurse.get(elsewhere).status_code == 404


@pytest.mark.parametrize("label", ["D", "..", "nonsense"])
def test_a_map_that_was_not_made_is_not_found(nurse: Client, right: FundusImage, label: str) -> None:
    maps.stored(right.sha256, "G")
    assert nurse.get(address(right, label)).status_code == 404
    assert nurse.get(address(right, release="other-1")).status_code == 404


def test_the_page_offers_what_is_present_or_left_to_a_person_and_has_a_map(
    nurse: Client, right: FundusImage
) -> None:
    for label in "GDMN":
        maps.stored(right.sha256, label)
    page = page_of(nurse, visit_of(right))
    offered = [label for label in "NDGCAHMO" if address(right, label) in page]
    assert offered == ["D", "G"]
    assert page.count(CHOICE) == 1, "the left eye has no finding to explain"
    assert "not the outline of a disease" in page


def test_without_a_map_of_this_release_nothing_is_offered(nurse: Client, right: FundusImage) -> None:
    maps.stored(right.sha256, "G", release="other-1")
    assert CHOICE not in page_of(nurse, visit_of(right))


def test_whoever_may_still_read_the_case_blinded_sees_no_map(
    right: FundusImage, clinic: Organization
) -> None:
    pytest.importorskip("config.blinding", reason="no result is kept back from anybody in this version")
    maps.stored(right.sha256, "G")
    first, second = (people.member(clinic, Role.GRADER) for _ in range(2))
    task = GradingTask.objects.get(encounter=visit_of(right))
    GradingTask.objects.filter(pk=task.pk).update(second_wanted=True)
    grading.signed(task, grading.both(override=OverrideReason.OTHER, text="a reflection"), first.actor())
    reader = signed_in(second)
    assert CHOICE not in page_of(reader, visit_of(right))
    assert reader.get(address(right)).status_code == 404
    assert signed_in(first).get(address(right)).status_code == 200


def test_a_korean_reader_is_told_what_a_map_means(nurse: Client, right: FundusImage) -> None:
    maps.stored(right.sha256, "G")
    shown = nurse.get(
        reverse("case", args=[visit_of(right).public_id]), headers={"accept-language": "ko"}
    ).content.decode()
    assert "모델이 본 위치" in shown and "표시되지 않은 곳에도 병이 있을 수 있습니다" in shown
