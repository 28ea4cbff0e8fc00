"""Sizes grow, the learning rate falls, and what does not fit into the time is left out in a stated order."""

import pytest

from screening.imaging.train_config import Phase
from screening.imaging.train_schedule import after_phase, learning_rate_at, plan_of, replan, share_done

PHASES = (Phase(3, 100), Phase(2, 200), Phase(3, 400))
PER_PIXEL = 1.0 / 100**2  # an epoch at 100 px costs 1 s, at 200 px 4 s, at 400 px 16 s


def replanned(done: tuple[int, ...], seconds: float) -> tuple[int, ...]:
    return replan(PHASES, done, seconds_per_pixel=PER_PIXEL, seconds_left=seconds)


def test_a_plan_is_the_phases_one_epoch_after_the_other() -> None:
    assert plan_of(PHASES) == (100, 100, 100, 200, 200, 400, 400, 400)


def test_with_time_enough_nothing_is_left_out() -> None:
    assert replanned((100,), 58.0) == plan_of(PHASES)


@pytest.mark.parametrize(
    ("seconds", "left"),
    [
        (57.0, (100, 100, 200, 200, 400, 400)),  # equal numbers: the dearer epoch goes first
        (41.0, (100, 100, 200, 400, 400)),
        (37.0, (100, 200, 400, 400)),
        (36.0, (100, 400, 400)),
        (1.0, (400, 400)),
    ],
)
def test_the_longest_phase_gives_way_and_the_last_size_stays(seconds: float, left: tuple[int, ...]) -> None:
    assert replanned((100,), seconds) == (100, *left)


def test_when_time_is_up_and_the_last_size_was_seen_it_ends() -> None:
    assert replanned((100, 200, 400), 0.0) == (100, 200, 400, 400)
    assert replanned((100, 200, 400, 400), 15.0) == (100, 200, 400, 400)
    assert replanned((100, 200, 400, 400), 17.0) == (100, 200, 400, 400, 400)


def test_an_epoch_left_out_comes_back_when_there_is_time_again() -> None:
    assert replanned((100, 100), 1.0) == (100, 100, 400, 400)
    assert replanned((100, 100), 100.0) == plan_of(PHASES)


def test_a_size_once_left_is_not_gone_back_to() -> None:
    assert replanned((100, 200), 100.0) == (100, 200, 200, 400, 400, 400)


def test_a_phase_that_ends_early_is_followed_by_the_next() -> None:
    assert after_phase(PHASES, (100,)) == (100, 200, 200, 400, 400, 400)
    assert after_phase(PHASES, (100, 200, 400)) == (100, 200, 400)


def test_the_learning_rate_warms_up_and_falls_to_a_hundredth() -> None:
    rates = [learning_rate_at(share / 100, top=1.0, warm_up=0.1) for share in range(101)]
    assert rates[0] == pytest.approx(0.01) and rates[10] == pytest.approx(1.0)
    assert rates[:11] == sorted(rates[:11])
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert rates[100] == pytest.approx(0.01)


def test_work_is_counted_in_pixels() -> None:
    plan = (100, 100, 200)  # 1 + 1 + 4
    assert [share_done(plan, epochs) for epochs in (0, 0.5, 2, 2.5, 3)] == pytest.approx(
        [0, 1 / 12, 2 / 6, 4 / 6, 1]
    )


def test_the_last_size_begins_with_much_of_the_rate_however_many_epochs_were_left_out() -> None:
    for plan in ((224,) * 5 + (320,) * 5 + (384,) * 4, (224,) * 5 + (320,) * 2 + (384,) * 4):
        begun = share_done(plan, plan.index(384))
        assert learning_rate_at(begun, top=1.0, warm_up=share_done(plan, 0.5)) > 0.35
