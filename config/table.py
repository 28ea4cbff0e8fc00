"""One line a case, for terminals."""

import unicodedata
from collections.abc import Mapping
from typing import Any

WIDTHS = (
    ("patient", 16),
    ("right eye", 17),
    ("left eye", 17),
    ("risk", 12),
    ("disposition", 15),
    ("urgency", 8),
)
HEADER = " ".join(name.ljust(width) for name, width in WIDTHS) + "    s  next step"


def row(case: Mapping[str, Any], *, patient: str, seconds: float) -> str:
    """Findings per eye (upper case present, lower case for a grader), highest fused risk, disposition, next step."""
    assessment = case["assessment"] or {"disposition": "failed", "urgency": "", "risks": []}
    eyes = {eye["laterality"]: _eye(eye) for eye in (case["exam"] or {"eyes": []})["eyes"]}
    cells = (
        patient,
        eyes.get("R", "-"),
        eyes.get("L", "-"),
        _risk(assessment["risks"]),
        assessment["disposition"],
        assessment["urgency"],
    )
    padded = (_pad(cell, width) for cell, (_, width) in zip(cells, WIDTHS, strict=True))
    return f"{' '.join(padded)} {seconds:4.1f}  {case['next_step']}"


def _eye(eye: Mapping[str, Any]) -> str:
    if eye["gradability"] == "ungradable":
        return "/".join(eye["quality_reasons"])
    marks = {"present": str.upper, "abstain": str.lower}
    named = [
        f"{marks[finding['decision']](finding['label'])}.{finding['score'] * 100:02.0f}"
        for finding in eye["findings"]
        if finding["decision"] in marks and finding["label"] != "N"
    ]
    return " ".join(named) or "nothing"


def _risk(risks: list[Mapping[str, Any]]) -> str:
    if not risks:
        return "-"
    highest = max(risks, key=lambda risk: risk["fused_risk"])
    return f"{highest['label']} {highest['fused_risk'] * 100:.0f} % {highest['band']}"


def _pad(text: str, width: int) -> str:
    """Cut or fill to a width in terminal columns; Korean letters take two."""
    columns = [2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text]
    while sum(columns) > width:
        columns.pop()
        text = text[: len(columns)]
    return text + " " * (width - sum(columns))
