"""The factors of a clinic's own register, for the analysis of what bears on which disease."""

import numpy as np
from django.db.models import Exists, OuterRef

from records import access
from records.actor import Actor
from records.models import Consent, ConsentScope
from risk.domain.bands import FUSED_LABELS
from risk.fusion.factors import FactorOdds, factor_odds
from risk.fusion.frame import COLUMN_NAMES, Frame
from risk.models import RiskAssessment
from screening.domain.findings import Decision, Label
from screening.models import Finding

PATIENTS = 10_000  # intervals are narrow by then, and a page must not wait


def register_odds(*, by: Actor) -> list[FactorOdds]:
    """Adjusted odds ratios on the newest assessed visit of each patient of the actor's organization, of the
    PATIENTS who came last.

    Ill is who has the finding in a photograph by the image model; visits without any gradable eye are left out, and
    patients who took their consent back; a drawn photograph is nobody's.
    """
    frame, ill = _register(by)
    return factor_odds(frame, ill)


def _register(by: Actor) -> tuple[Frame, dict[Label, np.ndarray]]:
    current = RiskAssessment.objects.filter(superseded_at=None, encounter__cancelled_at=None)
    consented = Consent.objects.filter(scope=ConsentScope.SCREENING, withdrawn_at=None)
    ours = access.within(current, by=by, path="encounter__organization_id").filter(
        Exists(consented.filter(patient=OuterRef("encounter__patient")))
    )
    newest = ours.order_by("encounter__patient", "-encounter", "-pk").distinct("encounter__patient")
    seen = Finding.objects.filter(eye__outcome=OuterRef("outcome"), eye__image__synthetic=False)
    found = {
        f"found_{label}": Exists(seen.filter(label=label, decision=Decision.PRESENT))
        for label in FUSED_LABELS
    }
    kept = RiskAssessment.objects.filter(pk__in=newest.values("pk")).filter(Exists(seen)).annotate(**found)
    rows = list(kept.order_by("-encounter").values_list(*COLUMN_NAMES, *found)[:PATIENTS])
    table = np.array(
        [[np.nan if value is None else float(value) for value in row] for row in rows], np.float64
    ).reshape(len(rows), len(COLUMN_NAMES) + len(found))
    split = len(COLUMN_NAMES)
    ill = {label: table[:, split + place] > 0 for place, label in enumerate(FUSED_LABELS)}
    return Frame(COLUMN_NAMES, table[:, :split]), ill
