"""The page of an evaluation report: every number beside its interval and what no image would give."""

from html import escape
from typing import Any

from screening.domain.findings import LABELS
from screening.imaging.evaluate.plots import LABEL_NAMES
from screening.imaging.evaluate.tables import at, leaves, number, table, with_interval, with_prevalence

_STYLE = """body{font:15px/1.45 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;margin:.6rem 0 1.4rem}th,td{border:1px solid #bbb;padding:.2rem .55rem;text-align:right}
th:first-child,td:first-child{text-align:left}th{background:#f1f1f1}img{max-width:100%}.warning{font-weight:bold;color:#a00}"""

_BAR = "After the bar: what the prevalence alone gives, without any photograph."
_OVERALL = (
    ("final", ("official", "final")),
    ("kappa", ("official", "kappa")),
    ("F1 (is accuracy)", ("official", "f1")),
    ("AUC, flattened", ("official", "auc")),
    ("hard AUC", ("hard_auc",)),
    ("macro AUC", ("macro_auc",)),
    ("macro AP", ("macro_ap",)),
)
_BY_LABEL = (
    ("AUC", ("auc",)),
    ("AP", ("ap",)),
    ("sensitivity at specificity 0.90", ("sensitivity_at_specificity_90",)),
    ("sensitivity", ("operating_point", "sensitivity")),
    ("with band", ("operating_point", "sensitivity_with_band")),
    ("specificity", ("operating_point", "specificity")),
    ("Brier", ("brier",)),
)


def render_page(document: dict[str, Any]) -> str:
    """HTML that needs nothing but the three plots beside it."""
    evaluated = document["evaluated"]
    warning = f'<p class="warning">{escape(evaluated["warning"])}</p>' if "warning" in evaluated else ""
    parts = [
        f"<h1>Image model {escape(evaluated['release'])} on {escape(evaluated['data'])}</h1>",
        "<p><b>Evaluation only, not a medical device.</b> In brackets: 95 % of resamples of patients.</p>",
        warning,
        table(("what", "how"), evaluated.items()),
        "<h2>All patients</h2>",
        _overall(document),
        "<h2>Each label</h2>",
        f"<p>{_BAR}</p>",
        _by_label(document),
        "<h2>Calibration</h2>",
        _calibration(document),
        *(
            f'<h2>{title}</h2><img src="{file}.png" alt="{title}, one panel for each label">'
            for title, file in (
                ("ROC (red: our operating point)", "roc"),
                ("Precision and recall (dashed: prevalence)", "precision-recall"),
                ("Reliability", "reliability"),
            )
        ),
        f"<h2>Ungradable</h2><p>{_BAR}</p>",
        _ungradable(document["ungradable"]),
        "<h2>Any disease against being sent on to a person</h2>",
        _referral(document["referral"]),
        "<h2>Severity</h2>",
        table(("", ""), leaves(document["severity"])),
        f"<h2>Subgroups</h2><p>{_BAR}</p>",
        _subgroups(document["subgroups"]),
    ]
    body = "\n".join(part for part in parts if part)
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>Evaluation</title><style>{_STYLE}</style>"
        f"{body}</html>\n"
    )


def _overall(document: Any) -> str:
    trivial = document["baselines"]
    rows = [
        (name, with_interval(document, path), *(number(at(trivial[kind], path)) for kind in trivial))
        for name, path in _OVERALL
    ]
    return table(("", "this release", *trivial), rows)


def _by_label(document: Any) -> str:
    def row(label: str) -> tuple[str, ...]:
        return tuple(with_prevalence(document, ("labels", label, *path)) for _, path in _BY_LABEL)

    rows = [(LABEL_NAMES[label], document["labels"][label]["positives"], *row(label)) for label in LABELS]
    return table(("label", "with it", *(name for name, _ in _BY_LABEL)), rows)


def _calibration(document: Any) -> str:
    def row(label: str, numbers: Any) -> tuple[Any, ...]:
        trivial = [document["baselines"][kind]["labels"][label]["ece"] for kind in document["baselines"]]
        parts = ("ece", "ece_of_a_perfect_model", "ece_of_a_perfect_model_upper_95")
        return (*(number(numbers[part]) for part in parts), *(number(value) for value in trivial))

    rows = [(LABEL_NAMES[label], *row(label, document["labels"][label])) for label in LABELS]
    head = ("label", "ECE", "of a perfect model", "95 % of them below", *document["baselines"])
    return table(head, rows)


def _ungradable(ungradable: Any) -> str:
    ways = {way: ungradable[way] for way in ("as_referral", "excluded") if ungradable[way]}
    counts = {name: value for name, value in ungradable.items() if name not in {"as_referral", "excluded"}}
    rows = [(name, *(with_prevalence(part, path) for part in ways.values())) for name, path in _OVERALL]
    patients = ("patients", *(part["patients"] for part in ways.values()))
    return table(("count", ""), leaves(counts)) + table(("", *ways), [patients, *rows])


def _referral(referral: Any) -> str:
    rows = [
        (way, *(str(referral[way].get(part)) for part in _REFERRAL))
        for way in ("ungradable_as_referral", "ungradable_excluded")
    ]
    return table(("", *_REFERRAL), rows)


_REFERRAL = (
    "patients",
    "with_disease",
    "sent_on",
    "sensitivity",
    "sensitivity_interval_95",
    "specificity",
    "specificity_interval_95",
)


def _subgroups(groups: Any) -> str:
    rows = [
        (f"{kind}: {name}", part["patients"], *(with_prevalence(part, path) for _, path in _OVERALL))
        for kind, parts in groups.items()
        for name, part in parts.items()
    ]
    return table(("", "patients", *(name for name, _ in _OVERALL)), rows)
