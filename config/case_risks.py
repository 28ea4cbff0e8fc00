"""Why each risk of a case is what it is, in plain words."""

from collections.abc import Iterable, Mapping
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
EFFECTS: Mapping[tuple[str, bool], LazyText] = {
    ("much", True): gettext_lazy("%(input)s raises it much"),
    ("some", True): gettext_lazy("%(input)s raises it"),
    ("little", True): gettext_lazy("%(input)s raises it a little"),
    ("much", False): gettext_lazy("%(input)s lowers it much"),
    ("some", False): gettext_lazy("%(input)s lowers it"),
    ("little", False): gettext_lazy("%(input)s lowers it a little"),
}


def risks_with_reasons(encounter: Encounter, risks: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The fused risks of a case, each with `why`: what moved it most, the strongest first."""
    why: dict[str, list[str]] = {}
    for one in _contributions(encounter):
        texts = why.setdefault(one.label_risk.label, [])
        if abs(one.log_odds) >= LITTLE and len(texts) < SHOWN:
            texts.append(_effect(one))
    return [{**risk, "why": why.get(risk["label"], []), "alone": _alone(risk)} for risk in risks]


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
