"""Why each risk of a case is what it is, in plain words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp, log
from typing import Any

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

import risk.texts
from risk.models import RiskContribution
from screening.models import Encounter

SHOWN = 4
# How much one answer changes the odds, in log-odds: beyond 1.1 they triple, beyond 0.4 they grow by half.
MUCH, SOME, LITTLE = 1.1, 0.4, 0.05
PHOTOGRAPH = "photograph"
_SMALLEST = 1e-9
EFFECTS: Mapping[tuple[str, bool], LazyText] = {
    ("much", True): gettext_lazy("%(input)s raises it much"),
    ("some", True): gettext_lazy("%(input)s raises it"),
    ("little", True): gettext_lazy("%(input)s raises it a little"),
    ("much", False): gettext_lazy("%(input)s lowers it much"),
    ("some", False): gettext_lazy("%(input)s lowers it"),
    ("little", False): gettext_lazy("%(input)s lowers it a little"),
}


@dataclass(frozen=True)
class Step:
    """One answer on the way from the photograph's risk to the fused one: `text`, and the risk `before` and `after`."""

    text: str
    before: float
    after: float


def risks_with_reasons(encounter: Encounter, risks: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The fused risks of a case, each with `steps`: what every answer made of it, the strongest first."""
    moved: dict[str, list[RiskContribution]] = {}
    for one in _contributions(encounter):
        moved.setdefault(one.label_risk.label, []).append(one)
    return [
        {**risk, "steps": steps_of(risk, moved.get(risk["label"], [])), "alone": _alone(risk)}
        for risk in risks
    ]


def steps_of(one: Mapping[str, Any], contributions: Iterable[RiskContribution]) -> list[Step]:
    """The steps from the photograph alone, or from what everybody has, to the fused risk.

    Contributions add up in log-odds; what is too small to be told by itself is one last step.
    """
    told = [each for each in contributions if each.name != PHOTOGRAPH and abs(each.log_odds) >= LITTLE][
        :SHOWN
    ]
    end, image = log_odds(one["fused_risk"]), one["image_risk"]
    at = end - sum(each.log_odds for each in told) if image is None else log_odds(image)
    steps = []
    for each in told:
        steps.append(Step(_effect(each), probability(at), probability(at + each.log_odds)))
        at += each.log_odds
    if abs(end - at) >= LITTLE:
        steps.append(Step(_("All other answers together"), probability(at), one["fused_risk"]))
    return steps


def log_odds(risk: float) -> float:
    """Bounded, where a stored risk is 0 or 1."""
    bounded = min(max(risk, _SMALLEST), 1 - _SMALLEST)
    return log(bounded / (1 - bounded))


def probability(log_odds: float) -> float:
    return 1 / (1 + exp(-log_odds))


def _contributions(encounter: Encounter) -> Iterable[RiskContribution]:
    current = RiskContribution.objects.filter(
        label_risk__assessment__encounter=encounter, label_risk__assessment__superseded_at=None
    )
    return current.select_related("label_risk").order_by("rank")


def _effect(contribution: RiskContribution) -> str:
    size = abs(contribution.log_odds)
    strength = "much" if size >= MUCH else "some" if size >= SOME else "little"
    words = risk.texts.INPUTS.get(contribution.name, contribution.name)
    return str(EFFECTS[strength, contribution.log_odds > 0]) % {"input": words}


def _alone(one: Mapping[str, Any]) -> str:
    """Whether the answers changed what the photograph alone would have said; empty without a photograph."""
    if one["image_risk"] is None:
        return ""
    if one["fused_risk"] > one["image_risk"]:
        return _("The image alone would have said less.")
    if one["fused_risk"] < one["image_risk"]:
        return _("The image alone would have said more.")
    return _("The image alone says the same.")
