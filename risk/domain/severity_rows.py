"""How soon a finding whose severity a person graded must be seen. Whatever no row covers counts as unknown."""

from collections.abc import Callable
from dataclasses import dataclass

from risk.domain.features import RiskFactors
from screening.domain.findings import Label
from screening.domain.rules import Rule
from screening.domain.severity import AmdStage, Severity
from screening.domain.urgency import Urgency


@dataclass(frozen=True)
class SeverityRow:
    """`urgency` and `due_in_days` are None together: no referral, the recall follows it (RC-08)."""

    label: Label
    urgency: Urgency | None
    due_in_days: int | None
    applies: Callable[[Severity, RiskFactors], bool]
    rule: Rule


MILD_ICDR, MODERATE_ICDR, SEVERE_FROM_ICDR = 1, 2, 3

SEVERITY_ROWS: tuple[SeverityRow, ...] = (
    SeverityRow(
        Label.DIABETES,
        None,
        None,
        lambda severity, _: severity.icdr == MILD_ICDR and severity.macular_oedema is False,
        Rule(
            "RR-11",
            "Mild diabetic retinopathy (ICDR 1) and no macular oedema, graded: no referral",
            "ADA/ICO table, facts 3.1 (mild NPDR: recall 1 year)",
            "V",
        ),
    ),
    SeverityRow(
        Label.DIABETES,
        Urgency.ROUTINE,
        91,
        lambda severity, _: severity.icdr == MODERATE_ICDR and severity.macular_oedema is False,
        Rule(
            "RR-12",
            "Moderate diabetic retinopathy (ICDR 2) and no macular oedema, graded: routine, within 13 weeks",
            "ADA/ICO table, facts 3.1 (moderate NPDR: 3-6 months)",
            "V",
        ),
    ),
    SeverityRow(
        Label.DIABETES,
        Urgency.URGENT,
        14,
        lambda severity, _: severity.icdr is not None and severity.icdr >= SEVERE_FROM_ICDR,
        Rule(
            "RR-13",
            "Severe or proliferative diabetic retinopathy (ICDR 3 or 4), graded: within 14 days",
            "ADA/ICO table, facts 3.1 (severe NPDR, PDR: immediate, product 1-2 weeks)",
            "V",
        ),
    ),
    SeverityRow(
        Label.DIABETES,
        Urgency.URGENT,
        14,
        lambda severity, _: (
            severity.icdr in (MILD_ICDR, MODERATE_ICDR) and severity.macular_oedema is not False
        ),
        Rule(
            "RR-14",
            "Macular oedema suspected, or not judged, beside mild or moderate retinopathy: as centre-involved, "
            "within 14 days",
            "ADA/ICO table, facts 3.1 (centre-involved DME: immediate, product 1-2 weeks)",
            "V",
        ),
    ),
    SeverityRow(
        Label.AMD,
        None,
        None,
        lambda severity, factors: severity.amd is AmdStage.DRY and factors.symptoms.distorted_lines is False,
        Rule(
            "RR-15",
            "Dry macular degeneration, graded, and distortion denied: no referral; self-monitoring",
            "NICE NG82, facts 3.1 (no urgent referral, report change)",
            "K",
        ),
    ),
    SeverityRow(
        Label.AMD,
        Urgency.ASAP,
        1,
        lambda severity, _: severity.amd is AmdStage.WET,
        Rule(
            "RR-16",
            "Wet macular degeneration, graded: macula service within 1 day",
            "NICE NG82, facts 3.1 (1 working day)",
            "V",
        ),
    ),
)
RULES: tuple[Rule, ...] = tuple(row.rule for row in SEVERITY_ROWS)


def severity_row(label: Label, severity: Severity, factors: RiskFactors) -> SeverityRow | None:
    """The row of a graded finding of one eye; None while its severity is unknown. Source: facts 3.1."""
    rows = (row for row in SEVERITY_ROWS if row.label is label and row.applies(severity, factors))
    return next(rows, None)
