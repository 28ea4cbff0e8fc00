"""Affected relatives of simulated patients, drawn given what each patient is liable to."""

import numpy as np
from scipy.optimize import least_squares

from risk.domain.epidemiology import FAMILY_ODDS_RATIOS, SECOND_RELATIVE
from risk.fusion.frame import Floats
from risk.fusion.heldout import Labels

# Shares of people with one affected parent or sibling, and with two or more. K, facts 1.4.
RELATIVES: dict[str, tuple[float, float]] = {
    "family_glaucoma": (0.05, 0.005),
    "family_amd": (0.03, 0.003),
    "family_high_myopia": (0.08, 0.02),
    "family_diabetes": (0.22, 0.06),
}
_STEEPEST = 6.0
# Patients whose chances are solved for; more would not change the four numbers that are sought.
_SOLVED_ON = 20_000


def draw_relatives(
    name: str, liability: Floats, ill: Labels, rng: np.random.Generator, *, effects: float = 1.0
) -> Floats:
    """How many relatives (0, 1, 2) of each patient are affected, (n,).

    The chance of one and of two rises with the patient's `liability` (n,), which illness `ill` (n,) also came from, so
    steeply that the odds of illness with one affected relative, and with two, are the published multiples. In the
    healthy too: who is nearly ill has affected relatives more often. `effects`: the multiple's logarithm times this.
    """
    ratio = FAMILY_ODDS_RATIOS[name] ** effects
    shares, ratios = RELATIVES[name], (ratio, ratio ** (1 + SECOND_RELATIVE))
    place = (liability - liability.mean()) / liability.std()
    some = slice(0, _SOLVED_ON) if ill[:_SOLVED_ON].any() else slice(None)
    chances = _chances(_solve(place[some], ill[some], shares, ratios), place)
    drawn = rng.random(len(place))
    relatives: Floats = np.select([drawn < chances[1], drawn < chances[1] + chances[2]], [1.0, 2.0], 0.0)
    return relatives


def _solve(place: Floats, ill: Labels, shares: tuple[float, float], ratios: tuple[float, float]) -> Floats:
    """(heights and slopes for one and for two relatives) at which shares and odds ratios come out."""
    start = np.array([np.log(shares[0]), 0.5, np.log(shares[1]), 0.8])
    if not ill.any() or ill.all():
        return np.array([start[0], 0.0, start[2], 0.0])

    def misses(sought: Floats) -> Floats:
        chances = _chances(sought, place)
        among_ill, among_others = chances[:, ill].mean(axis=1), chances[:, ~ill].mean(axis=1)
        odds = np.log(among_ill[1:] * among_others[0] / (among_others[1:] * among_ill[0]))
        return np.concatenate([np.log(chances[1:].mean(axis=1) / shares), odds - np.log(ratios)])

    bounds = ([-20.0, 0.0, -20.0, 0.0], [5.0, _STEEPEST, 5.0, _STEEPEST])
    return np.asarray(least_squares(misses, start, bounds=bounds).x, np.float64)


def _chances(sought: Floats, place: Floats) -> Floats:
    """(3, n): none, one, two affected relatives."""
    one, two = np.exp(sought[0] + sought[1] * place), np.exp(sought[2] + sought[3] * place)
    weights = np.stack([np.ones_like(place), one, two])
    chances: Floats = weights / weights.sum(axis=0)
    return chances
