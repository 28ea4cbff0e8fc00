"""The largest phi that fits is found by measuring, and every try says what was measured."""

import configparser
from pathlib import Path

import pytest

from screening.imaging.scaling.budget import Budget, BudgetInvalid, Tried, largest, try_phis
from screening.imaging.scaling.measure import WORKER_MALLOC, Measured, MeasurementFailed, measure_apart
from screening.imaging.scaling.scale import Scaling

ROOT = Path(__file__).resolve().parents[5]


def measured(milliseconds: float, megabytes: float = 300.0) -> Measured:
    return Measured(milliseconds, milliseconds, 15, megabytes, megabytes - 200, 2)


def by_width(scaling: Scaling) -> Measured:
    """A machine on which phi = 1 (width 1.1) takes 110 ms and 330 MB."""
    return measured(100 * scaling.width, 300 * scaling.width)


def tries(budget: Budget, step: float = 1.0) -> list[Tried]:
    return list(try_phis(budget, "efficientnet", step=step, threads=2, measure=by_width))


@pytest.mark.parametrize(
    ("budget", "phi"),
    [
        (Budget(milliseconds=111), 1.0),
        (Budget(milliseconds=109), 0.0),
        (Budget(megabytes=364), 2.0),  # 300 * 1.21 = 363
        (Budget(megabytes=362), 1.0),
        (Budget(multiply_adds=8.6e8), 1.0),  # counted at phi = 1: 859,853,760
        (Budget(multiply_adds=8.59e8), 0.0),
        (Budget(multiply_adds=1e12, milliseconds=111, megabytes=1000), 1.0),
    ],
)
def test_the_largest_phi_under_every_budget_is_chosen(budget: Budget, phi: float) -> None:
    chosen = largest(tries(budget))
    assert chosen is not None and chosen.phi == phi


def test_the_first_that_does_not_fit_ends_the_search_and_says_what_it_is_over() -> None:
    found = tries(Budget(milliseconds=111, megabytes=350))
    assert [each.phi for each in found] == [0.0, 1.0, 2.0]
    assert [each.over for each in found[:2]] == [(), ()]
    assert len(found[2].over) == 2 and "ms" in found[2].over[0] and "MB" in found[2].over[1]


def test_nothing_fits_a_budget_under_the_unscaled_network() -> None:
    assert largest(tries(Budget(milliseconds=1))) is None


def test_a_network_that_does_not_run_does_not_fit() -> None:
    def dies(scaling: Scaling) -> Measured:
        raise MeasurementFailed("it ended with code -9: it was killed, as for want of memory")

    found = list(try_phis(Budget(megabytes=500), "efficientnet", step=1, threads=1, measure=dies))
    assert found[0].over == ("it ended with code -9: it was killed, as for want of memory",)


@pytest.mark.parametrize(
    ("limits", "named"),
    [
        ({"multiply_adds": 0.0}, "--budget-flops is 0"),
        ({"milliseconds": -1.0}, "--budget-ms is -1"),
        ({"megabytes": float("nan")}, "--budget-mb is nan"),
        ({}, "no budget"),
    ],
)
def test_a_budget_that_is_none_is_refused(limits: dict[str, float], named: str) -> None:
    with pytest.raises(BudgetInvalid, match=named):
        Budget(**limits)


@pytest.mark.parametrize(("step", "threads", "named"), [(0.0, 1, "--phi-step"), (1.0, 0, "--threads")])
def test_a_step_or_thread_count_that_is_none_is_refused(step: float, threads: int, named: str) -> None:
    with pytest.raises(BudgetInvalid, match=named):
        list(try_phis(Budget(milliseconds=1), "efficientnet", step=step, threads=threads, measure=by_width))


@pytest.mark.slow
def test_a_real_network_is_run_in_its_own_process() -> None:
    found = measure_apart("mobilenet_v1", Scaling(width=0.25, resolution=0.5), threads=1)
    assert found.milliseconds >= found.fastest_milliseconds > 0 and found.runs >= 5 and found.threads == 1
    assert found.megabytes > found.network_megabytes > 0


@pytest.mark.slow
def test_a_process_that_fails_says_how_it_ended() -> None:
    with pytest.raises(MeasurementFailed, match="KeyError"):
        measure_apart("no such family", Scaling(), threads=1)


def test_latency_is_measured_with_the_memory_settings_of_the_workers() -> None:
    settings = configparser.RawConfigParser()
    settings.read(ROOT / "deploy" / "supervisord.conf")
    written = "".join(settings[name].get("environment", "") for name in settings.sections())
    assert all(f'{name}="{value}"' in written for name, value in WORKER_MALLOC.items())
