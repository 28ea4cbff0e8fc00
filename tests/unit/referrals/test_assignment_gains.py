"""What more places would change is the difference between two plans."""

from referrals.domain.assignment import assign_camp
from referrals.domain.assignment_gains import Gain, gains_of_more_places
from risk.domain.urgency import Urgency
from tests.unit.referrals.test_assignment import EMERGENCY, TODAY, hospital, patient, same_for_all

EVERYBODY = [patient(key, 0.1 * key) for key in range(1, 5)]


def gains(*hospitals):
    plan = assign_camp(EVERYBODY, same_for_all(*hospitals), today=TODAY)
    return gains_of_more_places(plan, EVERYBODY, same_for_all(*hospitals), today=TODAY)


def test_each_hospital_that_can_treat_them_would_help_whoever_was_left_out() -> None:
    assert gains(hospital(1, 0.0), hospital(2, 0.2)) == (
        Gain(1, Urgency.URGENT, people=2),
        Gain(2, Urgency.URGENT, people=2),
    )


def test_a_hospital_of_which_no_place_was_known_may_help() -> None:
    assert gains(hospital(1, 0.0, None)) == (Gain(1, Urgency.URGENT, people=4),)


def test_a_hospital_that_cannot_treat_them_helps_nobody() -> None:
    assert gains(hospital(1, 0.0, 4), hospital(2, 0.0, capabilities=EMERGENCY)) == ()


def test_nothing_is_to_be_gained_where_everybody_goes() -> None:
    assert gains(hospital(1, 0.0, 4)) == ()
