import pytest

from pharmacy.domain.policy import EXAMPLE_PERMISSIVE, KOREA, POLICIES, Handover, LegalClass, policy_for


def test_korea_hands_out_over_the_counter_items_released_live_by_a_pharmacist() -> None:
    assert KOREA.handovers[LegalClass.OVER_THE_COUNTER] is Handover.RELEASED_LIVE
    assert KOREA.release_role == "pharmacist"


def test_korea_hands_out_prescription_items_only_as_pick_up_of_a_filled_order() -> None:
    assert KOREA.handovers[LegalClass.PRESCRIPTION] is Handover.FILLED_ORDER
    assert KOREA.needs_filled_order(LegalClass.PRESCRIPTION)


@pytest.mark.parametrize("country", ["", "kr", "KOR", "US", "VN", "XX"])
def test_an_unknown_country_is_blocked(country: str) -> None:
    assert policy_for(country, development=True) is None


def test_the_example_is_refused_outside_development() -> None:
    assert policy_for(EXAMPLE_PERMISSIVE.country) is None
    assert policy_for(EXAMPLE_PERMISSIVE.country, development=True) is EXAMPLE_PERMISSIVE


def test_only_the_example_is_not_for_use_and_every_policy_names_who_releases() -> None:
    assert [policy.name for policy in POLICIES if not policy.for_use] == ["example-permissive"]
    assert {policy.release_role for policy in POLICIES} == {"pharmacist"}
    assert len({policy.country for policy in POLICIES}) == len(POLICIES)
