"""Where an open referral stands on the board."""

from datetime import date, timedelta

import pytest

from referrals.domain.board import STATUSES_OF, Section, is_overdue, section_of
from referrals.domain.status import CLOSED, ReferralStatus

TODAY = date(2026, 11, 2)
OPEN = [status for status in ReferralStatus if status not in CLOSED]


@pytest.mark.parametrize("status", OPEN)
def test_every_open_referral_in_time_has_one_section(status: ReferralStatus) -> None:
    homes = [section for section, statuses in STATUSES_OF.items() if status in statuses]
    assert homes == [section_of(status, TODAY, today=TODAY)]


@pytest.mark.parametrize("status", OPEN)
def test_after_its_day_it_is_overdue_unless_it_is_treated(status: ReferralStatus) -> None:
    section = section_of(status, TODAY - timedelta(days=1), today=TODAY)
    expected = Section.TAKEN if status is ReferralStatus.IN_PROGRESS else Section.OVERDUE
    assert section is expected


@pytest.mark.parametrize("status", CLOSED)
def test_what_is_closed_is_never_overdue(status: ReferralStatus) -> None:
    assert not is_overdue(status, TODAY - timedelta(days=1), today=TODAY)
