from itertools import product

import pytest

from referrals.domain.status import CLOSED, TRANSITIONS, UNSENT, WITH_A_HOSPITAL, ReferralStatus, check_move
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
