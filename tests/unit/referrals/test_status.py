from itertools import product

import pytest

from referrals.domain.status import (
    CLOSED,
    TRANSITIONS,
    UNDECIDED,
    UNSENT,
    WITH_A_HOSPITAL,
    ReferralStatus,
    check_move,
    needs_reason,
)
from referrals.errors import IllegalTransition

INTEROP_2_5 = [
    ("requested", "received"),
    ("received", "accepted"),
    ("accepted", "in-progress"),
    ("in-progress", "completed"),
    ("requested", "rejected"),
    ("received", "rejected"),
    ("accepted", "failed"),
    ("accepted", "cancelled"),
    ("accepted", "on-hold"),
    ("in-progress", "failed"),
    ("in-progress", "cancelled"),
    ("in-progress", "on-hold"),
]


@pytest.mark.parametrize(("current", "wanted"), INTEROP_2_5)
def test_the_steps_of_the_published_table_are_possible(current: str, wanted: str) -> None:
    assert check_move(ReferralStatus(current), ReferralStatus(wanted)) == wanted


def test_every_other_step_is_refused_with_what_is_possible() -> None:
    for current, wanted in product(ReferralStatus, ReferralStatus):
        if wanted not in TRANSITIONS[current]:
            with pytest.raises(IllegalTransition) as caught:
                check_move(current, wanted)
            assert caught.value.allowed == TRANSITIONS[current]


def test_a_closed_referral_stays_closed() -> None:
    assert set(CLOSED) == {"completed", "rejected", "failed", "cancelled"}


def test_nothing_unsent_becomes_accepted_without_being_requested() -> None:
    for status in UNSENT:
        assert not {ReferralStatus.RECEIVED, ReferralStatus.ACCEPTED} & set(TRANSITIONS[status])


def test_every_open_status_can_reach_an_end_and_no_status_is_forgotten() -> None:
    assert set(TRANSITIONS) == set(ReferralStatus) == {*UNSENT, *WITH_A_HOSPITAL, *CLOSED}
    assert all(ReferralStatus.CANCELLED in TRANSITIONS[s] for s in ReferralStatus if s not in CLOSED)


def test_the_only_way_to_a_hospital_leads_through_authorised() -> None:
    sending = [status for status, steps in TRANSITIONS.items() if ReferralStatus.REQUESTED in steps]
    assert sending == [ReferralStatus.AUTHORISED]
    assert all(ReferralStatus.REQUESTED not in TRANSITIONS[status] for status in UNDECIDED)


@pytest.mark.parametrize(
    ("current", "wanted", "expected"),
    [
        ("authorised", "proposed", True),
        ("needs-coordinator", "proposed", False),
        ("proposed", "needs-coordinator", True),
        ("proposed", "cancelled", True),
        ("authorised", "requested", False),
    ],
)
def test_handing_on_and_ending_take_a_reason(current: str, wanted: str, expected: bool) -> None:
    assert needs_reason(ReferralStatus(current), ReferralStatus(wanted)) is expected
