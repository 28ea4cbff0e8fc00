"""When a night begins: after its watch, and without it when that does not come (RN-05)."""

from datetime import timedelta

import pytest

from records.actor import Actor
from records.models import Organization
from risk.models import RescoreRun, RunState
from risk.night.nights import nights_start
from tests.factories import records as cast
from tests.integration.risk.a_night import LATER, assessed, watched

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def test_a_night_begins_as_soon_as_its_watch_has_looked(screener: Actor, organization: Organization) -> None:
    assessed(screener)
    assert nights_start(now=LATER) == []
    assert not RescoreRun.objects.exists(), "to wait is no failure"
    watched(organization)
    (run,) = nights_start(now=LATER + MINUTE)
    assert (run.unwatched, run.state) == (False, RunState.RUNNING)


def test_the_watch_of_another_night_or_clinic_is_not_its_own(
    screener: Actor, organization: Organization
) -> None:
    assessed(screener)
    watched(organization, LATER - timedelta(days=1))
    watched(cast.clinic())
    assert nights_start(now=LATER) == []


@pytest.mark.parametrize(("minutes", "begun"), [(59, False), (60, True), (200, True)])
def test_a_watch_that_does_not_come_is_waited_for_an_hour(
    screener: Actor, organization: Organization, minutes: int, *, begun: bool
) -> None:
    assessed(screener)
    runs = nights_start(now=LATER + minutes * MINUTE)
    assert [run.unwatched for run in runs] == ([True] if begun else [])
    assert nights_start(now=LATER + minutes * MINUTE) == [], "one night, one run"


def test_one_clinic_s_watch_is_not_waited_for_by_another(screener: Actor, organization: Organization) -> None:
    assessed(screener)
    other = cast.actor(cast.clinic())
    assessed(other)
    watched(Organization.objects.get(pk=other.organization_id))
    assert [run.organization_id for run in nights_start(now=LATER)] == [other.organization_id]
