"""The page of an evaluation report: every number beside its interval and what no image would give."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from screening.domain.findings import LABELS
from screening.imaging.evaluate.plots import LABEL_NAMES

_STYLE = """body{font:15px/1.45 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;margin:.6rem 0 1.4rem}th,td{border:1px solid #bbb;padding:.2rem .55rem;text-align:right}
th:first-child,td:first-child{text-align:left}th{background:#f1f1f1}img{max-width:100%}.warning{font-weight:bold;color:#a00}"""

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
        _table(("what", "how"), evaluated.items()),
        "<h2>All patients</h2>",
        _overall(document),
        "<h2>Each label</h2>",
        "<p>Beside each number, after the bar, what the prevalence alone gives.</p>",
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
        "<h2>Ungradable</h2>",
        _ungradable(document["ungradable"]),
        "<h2>Any disease against being sent on to a person</h2>",
        _referral(document["referral"]),
        "<h2>Severity</h2>",
        _nested(document["severity"]),
        "<h2>Subgroups</h2>",
        _subgroups(document["subgroups"]),
    ]
    body = "\n".join(part for part in parts if part)
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>Evaluation</title><style>{_STYLE}</style>"
        f"{body}</html>\n"
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    def line(tag: str, cells: Sequence[Any]) -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(str(cell))}</{tag}>" for cell in cells) + "</tr>"

    return "<table>" + line("th", head) + "".join(line("td", row) for row in rows) + "</table>"


def _at(tree: Any, path: Sequence[str]) -> Any:
    for part in path:
        tree = tree[part]
    return tree


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _with_interval(document: Any, path: Sequence[str]) -> str:
    interval = _at(document["intervals_95"], path)
    ends = f" ({interval[0]:.3f} to {interval[1]:.3f})" if interval else ""
    return _number(_at(document, path)) + ends


def _overall(document: Any) -> str:
    trivial = document["baselines"]
    rows = [
        (name, _with_interval(document, path), *(_number(_at(trivial[kind], path)) for kind in trivial))
        for name, path in _OVERALL
    ]
    return _table(("", "this release", *trivial), rows)


def _by_label(document: Any) -> str:
    def cell(label: str, path: Sequence[str]) -> str:
        place = ("labels", label, *path)
        return (
            f"{_with_interval(document, place)} | {_number(_at(document['baselines']['prevalence'], place))}"
        )

    rows = [
        (
            LABEL_NAMES[label],
            document["labels"][label]["positives"],
            *(cell(label, path) for _, path in _BY_LABEL),
        )
        for label in LABELS
    ]
    return _table(("label", "with it", *(name for name, _ in _BY_LABEL)), rows)


def _calibration(document: Any) -> str:
    def row(label: str, numbers: Any) -> tuple[Any, ...]:
        trivial = [document["baselines"][kind]["labels"][label]["ece"] for kind in document["baselines"]]
        parts = ("ece", "ece_of_a_perfect_model", "ece_of_a_perfect_model_upper_95")
        return (*(_number(numbers[part]) for part in parts), *(_number(value) for value in trivial))

    rows = [(LABEL_NAMES[label], *row(label, document["labels"][label])) for label in LABELS]
    head = ("label", "ECE", "of a perfect model", "95 % of them below", *document["baselines"])
    return _table(head, rows)


def _ungradable(ungradable: Any) -> str:
    counts = [(name, value) for name, value in ungradable.items() if name not in {"as_referral", "excluded"}]
    ways = [way for way in ("as_referral", "excluded") if ungradable[way]]
    rows = [(name, *(_with_interval(ungradable[way], path) for way in ways)) for name, path in _OVERALL]
    patients = ("patients", *(ungradable[way]["patients"] for way in ways))
    return _table(("count", "")[:2], counts) + _table(("", *ways), [patients, *rows])


def _referral(referral: Any) -> str:
    rows = [
        (way, *(str(referral[way].get(part)) for part in _REFERRAL))
        for way in ("ungradable_as_referral", "ungradable_excluded")
    ]
    return _table(("", *_REFERRAL), rows)


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
    def row(kind: str, name: str, part: Any) -> tuple[str, ...]:
        numbers = (_with_interval(part, path) for _, path in _OVERALL)
        trivial = _number(part["baselines"]["prevalence"]["official"]["final"])
        return (f"{kind}: {name}", part["patients"], *numbers, trivial)

    rows = [row(kind, name, part) for kind, parts in groups.items() for name, part in parts.items()]
    return _table(("", "patients", *(name for name, _ in _OVERALL), "final of prevalence"), rows)


def _nested(tree: Any, name: str = "") -> str:
    """Anything else of the document, one row a leaf."""

    def leaves(part: Any, path: str) -> Iterable[tuple[str, str]]:
        if not isinstance(part, dict):
            yield path, str(part)
            return
        for key, value in part.items():
            yield from leaves(value, f"{path} {key}".strip())

    return _table(("", ""), leaves(tree, name))
