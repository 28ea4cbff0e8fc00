"""From a hospital that never answers to another one's diagnosis, as a coordinator lives it."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from records.actor import software
from records.models import Organization, Role
from referrals.domain.status import ReferralStatus as Status
from referrals.models import Referral
from referrals.services import alarms_raise, referral_authorise_and_send, referral_rematch
from tests.browser.chromium import PageAs
from tests.factories import records as people
from tests.integration.config import cast, ways


def test_silence_alarm_attempt_next_hospital_missed_appointment_outcome_agreement(
    clinic: Organization, page_as: PageAs, axe: Callable[[Page], None]
) -> None:
    members = {role: people.member(clinic, role) for role in Role}

    def by(role: str) -> object:
        return members[role].actor()

    for name in ("First Hospital", "Second Hospital"):
        cast.hospital(by(Role.SCREENER), name)
    first = ways.sent(by, "Hong Gil-dong", 91)
    ways.long_ago(first)
    alarms_raise(now=timezone.now())

    page = page_as(members[Role.COORDINATOR])
    page.goto("/contacts/")
    axe(page)
    page.get_by_role("link", name="Hong Gil-dong").click()
    expect(page.get_by_role("heading", name="The hospital has not answered")).to_be_visible()
    axe(page)
    page.get_by_label("No answer").check()
    page.get_by_label("Note").fill("rang for two minutes")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The attempt is written down.")).to_be_visible()

    for days in (5, 10, 15):  # nobody answers for so many days more: rung by rung, then given up
        alarms_raise(now=timezone.now() + timedelta(days=days))
    referral = Referral.objects.get(pk=first.pk)
    assert referral.status == Status.FAILED
    second = referral_rematch(
        referral_id=referral.pk, by=software("referrals.proposer", clinic.pk), now=timezone.now()
    )
    page.goto(f"/authorise/referrals/{second.pk}/")
    expect(page.get_by_text("The hospital did not answer in time").first).to_be_visible()
    referral_authorise_and_send(referral_id=second.pk, by=by(Role.PHYSICIAN), now=timezone.now())

    for answer in ("Received by the hospital", "Accepted"):
        page.reload()
        page.get_by_text("Write down what the hospital said").click()
        page.get_by_label(answer, exact=True).check()
        page.get_by_role("button", name="Write it down").click()
    _book(page, days=3)
    ways.long_ago(second, days=5)
    page.reload()
    page.get_by_text("The patient did not attend").click()
    page.get_by_role("button", name="Did not attend").click()
    expect(page.get_by_text("The patient is to be called")).to_be_visible()
    _book(page, days=2)
    expect(page.get_by_text("Booked").first).to_be_visible()

    page.get_by_text("Write down what the hospital said").click()
    page.get_by_label("Being treated").check()
    page.get_by_role("button", name="Write it down").click()
    page.get_by_role("link", name="Write down what the hospital found").click()
    axe(page)
    page.get_by_label("Examined on").fill(timezone.localdate().isoformat())
    page.locator("[name=D_right]").select_option("severe")
    page.locator("[name=D_left]").select_option("none")
    page.get_by_role("button", name="Store and close the referral").click()
    expect(page.get_by_text("Completed").first).to_be_visible()

    physician = page_as(members[Role.PHYSICIAN])
    physician.goto("/grading/agreement/")
    table = physician.get_by_role("region", name="The machine against what clinicians found")
    expect(table.get_by_role("row", name="Diabetes in the eye")).to_be_visible()
    axe(physician)


def _book(page: Page, *, days: int) -> None:
    page.get_by_text("Write an appointment down").click()
    day = timezone.localdate() + timedelta(days=days)
    page.locator("[name=appointment-day]").fill(day.isoformat())
    page.locator("[name=appointment-time]").fill("10:30")
    page.get_by_role("button", name="Store the appointment").click()
    expect(page.get_by_text("The appointment is written down.")).to_be_visible()
