import pytest

from referrals.domain.capabilities import LABEL_NEEDS, RED_FLAG_NEEDS, Capability, capabilities_for
from risk.domain.red_flags import RED_FLAGS, RedFlag
from risk.domain.urgency import Urgency
from screening.domain.findings import DISEASES, Label

C = Capability


@pytest.mark.parametrize(
    ("labels", "flags", "urgency", "needed"),
    [
        ("", (), Urgency.ROUTINE, {C.EYE_CLINIC}),
        ("D", (), Urgency.URGENT, {C.EYE_CLINIC, C.OCT, C.LASER}),
        ("G", (), Urgency.ROUTINE, {C.EYE_CLINIC, C.PERIMETRY}),
        ("C", (), Urgency.ROUTINE, {C.EYE_CLINIC, C.CATARACT_SURGERY}),
        ("A", (), Urgency.URGENT, {C.EYE_CLINIC, C.OCT, C.ANTI_VEGF}),
        ("H", (), Urgency.ROUTINE, {C.EYE_CLINIC, C.INTERNAL_MEDICINE}),
        ("DA", (), Urgency.URGENT, {C.EYE_CLINIC, C.OCT, C.LASER, C.ANTI_VEGF}),
        ("", (RedFlag.DISTORTED_LINES,), Urgency.ASAP, {C.EYE_CLINIC, C.OCT, C.ANTI_VEGF}),
        ("", (RedFlag.WHITE_PUPIL_IN_CHILD,), Urgency.URGENT, {C.EYE_CLINIC, C.PAEDIATRIC_EYE}),
        ("DGC", (RedFlag.SUDDEN_VISION_LOSS,), Urgency.STAT, {C.EYE_CLINIC, C.EMERGENCY_EYE}),
        (
            "",
            (RedFlag.SEVERE_BLOOD_PRESSURE, RedFlag.DISTORTED_LINES),
            Urgency.STAT,
            {C.EYE_CLINIC, C.EMERGENCY_EYE, C.EMERGENCY_MEDICINE},
        ),
    ],
)
def test_a_need_asks_for_what_its_treatment_takes(
    labels: str, flags: tuple[RedFlag, ...], urgency: Urgency, needed: set[Capability]
) -> None:
    requirement = capabilities_for([Label(code) for code in labels], flags, urgency)
    assert requirement.capabilities == needed
    named = {name for reason in requirement.reasons for name in reason.parameters[0][1].split(",")}
    assert named == {str(capability) for capability in needed}


def test_every_disease_label_has_a_need() -> None:
    assert set(LABEL_NEEDS) == set(DISEASES)


def test_every_red_flag_is_a_same_day_one_or_has_a_need_of_its_own() -> None:
    for row in RED_FLAGS:
        assert row.urgency is Urgency.STAT or row.flag in RED_FLAG_NEEDS
