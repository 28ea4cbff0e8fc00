"""What a referral waits for; and that no date, however far, silences one whose deadline passes."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.domain.course import Course, waiting_for
from referrals.domain.deadlines import is_late
from referrals.domain.silence import Rung, Step, Waiting, first_due, next_look
from referrals.domain.status import CLOSED, ReferralStatus
from risk.domain.urgency import Urgency
from tests.unit.referrals.test_silence import DAY, HOUR, SEOUL, THURSDAY

DUE_BY = date(2026, 12, 10)
DUE_DAY = datetime(2026, 12, 10, tzinfo=SEOUL.zone)
SET = THURSDAY + 2 * HOUR
LATE = {"appointment_at": DUE_DAY + DAY, "booked_at": SET}
SECOND = timedelta(seconds=1)


def course(status: str, urgency: Urgency = Urgency.URGENT, **more: object) -> Course:
    return Course(ReferralStatus(status), urgency, **{"due_by": DUE_BY, **BEGUN, **more})


BEGUN = {"decided_at": THURSDAY, "entered_at": THURSDAY + HOUR}


def waits(given: Course, now: datetime) -> tuple[Step, datetime]:
    waiting = waiting_for(given, SEOUL, now=now)
    return waiting.step, waiting.since


@pytest.mark.parametrize(
    ("given", "step", "since"),
    [
        (course("proposed"), Step.SEND, THURSDAY),
        (course("needs-coordinator"), Step.SEND, THURSDAY),
        (course("authorised"), Step.SEND, THURSDAY),
        (course("requested"), Step.ANSWER, THURSDAY + HOUR),
        (course("received"), Step.ANSWER, THURSDAY + HOUR),
        (course("accepted"), Step.APPOINTMENT, THURSDAY + HOUR),
        (course("accepted", appointment_at=THURSDAY + DAY), Step.ATTENDANCE, THURSDAY + DAY),
        (course("accepted", missed_at=THURSDAY + 3 * DAY), Step.REBOOK, THURSDAY + 3 * DAY),
        (course("in-progress"), Step.OUTCOME, THURSDAY + HOUR),
        (course("on-hold"), Step.RESUME, THURSDAY + HOUR),
        (
            course("on-hold", held_until=date(2026, 12, 4)),
            Step.RESUME,
            datetime(2026, 12, 5, tzinfo=SEOUL.zone),
        ),
    ],
)
def test_a_referral_waits_for_one_step_since_it_began(given: Course, step: Step, since: datetime) -> None:
    assert waits(given, SET) == (step, since)


@pytest.mark.parametrize("status", ["authorised", "requested"])
def test_what_was_never_accepted_is_called_about_when_its_deadline_is_over(status: str) -> None:
    late = {"decided_at": DUE_DAY - HOUR, "entered_at": DUE_DAY - HOUR}
    waiting = waiting_for(course(status, Urgency.ROUTINE, **late), SEOUL, now=DUE_DAY)
    assert first_due(waiting, SEOUL) == DUE_DAY + DAY


def test_who_was_seen_and_waits_for_the_next_visit_is_late_for_nothing() -> None:
    held = course("on-hold", held_until=DUE_BY + 60 * DAY, was_seen=True)
    waiting = waiting_for(held, SEOUL, now=DUE_DAY + DAY)
    assert waiting == Waiting(Step.RESUME, Urgency.URGENT, SEOUL.end_of(DUE_BY + 60 * DAY))


@pytest.mark.parametrize("status", CLOSED)
def test_what_is_closed_waits_for_nothing(status: ReferralStatus) -> None:
    assert waiting_for(course(status), SEOUL, now=SET) is None


@pytest.mark.parametrize(("days", "late"), [(-1, False), (0, False), (1, True), (700, True)])
def test_the_day_of_the_deadline_is_in_time_and_the_day_after_it_is_late(days: int, late: bool) -> None:
    assert is_late(DUE_BY + days * DAY, DUE_BY) is late


@pytest.mark.parametrize(
    ("appointment_at", "step"),
    [(DUE_DAY + DAY - SECOND, Step.ATTENDANCE), (DUE_DAY + DAY, Step.LATE)],
)
def test_an_appointment_is_late_from_the_first_moment_of_the_clinic_s_day_after(
    appointment_at: datetime, step: Step
) -> None:
    assert waits(course("accepted", appointment_at=appointment_at, booked_at=SET), SET)[0] is step


@pytest.mark.parametrize(("days", "step"), [(0, Step.RESUME), (1, Step.LATE)])
def test_a_hold_is_late_where_its_last_day_is(days: int, step: Step) -> None:
    assert waits(course("on-hold", held_until=DUE_BY + days * DAY), SET)[0] is step


@pytest.mark.parametrize("urgency", Urgency)
def test_whoever_set_a_late_date_without_a_reason_has_somebody_called_at_once(urgency: Urgency) -> None:
    waiting = waiting_for(course("accepted", urgency, **LATE), SEOUL, now=SET)
    assert first_due(waiting, SEOUL) == SET


def test_a_reason_keeps_the_alarm_to_the_first_minute_of_the_deadline_s_day() -> None:
    waiting = waiting_for(course("accepted", kept_at=SET, **LATE), SEOUL, now=SET)
    assert first_due(waiting, SEOUL) == DUE_DAY


def test_a_reason_of_an_earlier_date_does_not_serve_this_one() -> None:
    given = course("accepted", kept_at=SET - SECOND, **LATE)
    assert waits(given, SET) == (Step.LATE, SET)


@pytest.mark.parametrize(
    ("now", "since"), [(DUE_DAY - SECOND, SET), (DUE_DAY, DUE_DAY), (DUE_DAY + HOUR, DUE_DAY)]
)
def test_on_the_day_of_the_deadline_it_is_another_silence(now: datetime, since: datetime) -> None:
    assert waits(course("accepted", **LATE), now) == (Step.LATE, since)


def test_an_emergency_is_alarmed_the_same_day_whatever_reason_is_given() -> None:
    today = course("accepted", Urgency.STAT, due_by=THURSDAY.date(), kept_at=SET, **LATE)
    waiting = waiting_for(today, SEOUL, now=SET)
    assert first_due(waiting, SEOUL) == SET


def test_before_the_deadline_s_day_nothing_climbs_beyond_it() -> None:
    waiting = waiting_for(course("accepted", Urgency.ROUTINE, **LATE), SEOUL, now=SET)
    assert next_look(waiting, Rung.GIVEN_UP, SET, SEOUL) == DUE_DAY
    assert next_look(waiting, Rung.FIRST, DUE_DAY - HOUR, SEOUL) == DUE_DAY


def test_what_a_physician_knows_of_climbs_no_further_until_the_visit_is_due() -> None:
    given = course("accepted", kept_at=DUE_DAY, confirmed_at=DUE_DAY, **LATE)
    waiting = waiting_for(given, SEOUL, now=DUE_DAY + HOUR)
    assert (waiting.confirmed, first_due(waiting, SEOUL)) == (True, DUE_DAY)
    assert next_look(waiting, Rung.FIRST, DUE_DAY, SEOUL) == waiting.until == DUE_DAY + 4 * DAY  # a weekend


@pytest.mark.parametrize("said", [{}, {"kept_at": DUE_DAY}, {"confirmed_at": DUE_DAY - SECOND}])
def test_without_a_physician_s_word_of_that_day_it_climbs(said: dict[str, datetime]) -> None:
    waiting = waiting_for(course("accepted", **LATE, **said), SEOUL, now=DUE_DAY + HOUR)
    assert not waiting.confirmed
    assert next_look(waiting, Rung.FIRST, DUE_DAY, SEOUL) == DUE_DAY + DAY


def test_after_a_late_visit_it_is_asked_whether_the_patient_came() -> None:
    given, asked = course("accepted", **LATE), DUE_DAY + 4 * DAY
    assert waits(given, asked - SECOND)[0] is Step.LATE
    assert waits(given, asked) == (Step.ATTENDANCE, DUE_DAY + DAY)


@pytest.mark.parametrize("step", ["appointment", "attendance", "resume"])
def test_no_step_with_a_hospital_is_silent_past_the_deadline(step: str) -> None:
    given = {
        "appointment": course("accepted", Urgency.ROUTINE, entered_at=DUE_DAY - HOUR),
        "attendance": course("accepted", Urgency.ROUTINE, appointment_at=DUE_DAY, booked_at=SET),
        "resume": course("on-hold", Urgency.ROUTINE, entered_at=DUE_DAY + HOUR),
    }[step]
    waiting = waiting_for(given, SEOUL, now=DUE_DAY + HOUR)
    assert (waiting.step, first_due(waiting, SEOUL)) == (Step(step), DUE_DAY + DAY)


hours = st.integers(0, 24 * 60).map(lambda count: THURSDAY + count * HOUR)


@given(
    status=st.sampled_from(["accepted", "on-hold"]),
    urgency=st.sampled_from(list(Urgency)),
    entered=hours,
    booked=st.none() | st.tuples(hours, hours),
    missed=st.none() | hours,
    held=st.none() | st.integers(0, 700),
    said=st.tuples(st.none() | hours, st.none() | hours),
    over=st.integers(0, 24 * 800),
)
def test_whatever_dates_are_set_past_the_deadline_an_alarm_is_due(
    status: str,
    urgency: Urgency,
    entered: datetime,
    booked: tuple[datetime, datetime] | None,
    missed: datetime | None,
    held: int | None,
    said: tuple[datetime | None, datetime | None],
    over: int,
) -> None:
    now = max(entered, SEOUL.end_of(DUE_BY), *(booked[:1] if booked else ()), *([missed] if missed else ()))
    now += over * HOUR
    given = course(
        status,
        urgency,
        entered_at=entered,
        booked_at=booked[0] if booked else None,
        appointment_at=booked[0] + (booked[1] - THURSDAY) + HOUR if booked else None,
        missed_at=None if booked else missed,
        held_until=entered.date() + held * DAY if held is not None and status == "on-hold" else None,
        kept_at=said[0],
        confirmed_at=said[1],
    )
    waiting = waiting_for(given, SEOUL, now=now)
    assert isinstance(waiting, Waiting)
    assert first_due(waiting, SEOUL) <= now
