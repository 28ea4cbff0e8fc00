"""The tables of an evaluation, in Markdown: for its report, and for the page of the model."""

from collections.abc import Iterable, Sequence
from typing import Any

NAMES = {
    "D": "diabetes in the eye",
    "G": "glaucoma",
    "C": "cataract",
    "A": "macular degeneration",
    "H": "hypertension in the eye",
    "M": "pathologic myopia",
}
BEGIN, END = "<!-- measured: written by evaluate_fusion -->", "<!-- end of measured -->"


def tables_of(document: dict[str, Any]) -> str:
    """All tables of one evaluation; each says whether it is simulated or real."""
    parts = [
        _about(document["evaluated"]),
        (
            "### Simulated: each disease\n\nAUC, AP and Brier score: fused, by the photograph alone, by the answers "
            "alone; last what the prevalence alone gives. Calibration slope and intercept of the fused risk "
            "(perfect: 1 and 0)."
        ),
        _labels(document["simulated"]["labels"]),
        (
            "### Simulated: net benefit of acting from a risk on, in patients of a thousand\n\n"
            "Fused / photograph alone / answers alone / everybody acted on; nobody is 0."
        ),
        _curves(document["simulated"]["labels"]),
        "### Simulated: stress\n\nAUC of the fused risk (of the photograph alone), and mean risk over prevalence.",
        _stress(document["simulated"]["stress"]),
        (
            "### Simulated: answers missing\n\nAUC of the fused risk with a question unknown to everybody, and with it "
            "alone known."
        ),
        _missing(document["simulated"]["missing"]),
        _subsets(document["simulated"]["subsets"]),
        f"### Simulated: interval\n\n{document['simulated']['interval']['how'].capitalize()}.",
        _interval(document["simulated"]["interval"]),
        "### Real: what age and sex add",
        _real(document["real"]),
    ]
    return "\n\n".join(parts) + "\n"


def replace_tables(page: str, document: dict[str, Any]) -> str:
    """The page with the tables between its two marks. Raises ValueError when it has no such place."""
    if page.count(BEGIN) != 1 or page.count(END) != 1:
        raise ValueError(f"the page has no place for tables; put {BEGIN} and {END} into it")
    before, rest = page.split(BEGIN)
    return f"{before}{BEGIN}\n\n{tables_of(document)}\n{END}{rest.split(END)[1]}"


def _table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows])


def _about(evaluated: dict[str, Any]) -> str:
    return (
        f"Release {evaluated['release']} on image release {evaluated['image_release']}; "
        f"{evaluated['simulated_patients']} simulated patients (seed {evaluated['seed']}) with image scores of "
        f"{evaluated['real_patients_behind_image_scores']} real held-out ones, both eyes {evaluated['both_eyes']}."
    )


def _labels(labels: dict[str, Any]) -> str:
    def three(row: dict[str, Any], name: str) -> str:
        ways = [row[way][name] for way in ("fused", "photograph", "answers", "prevalence_alone")]
        return " / ".join(f"{value:.3f}" for value in ways)

    return _table(
        ("disease", "prevalence", "mean risk", "AUC", "AP", "Brier", "slope, intercept"),
        [
            (
                NAMES[label],
                f"{row['prevalence']:.4f}",
                f"{row['fused']['mean_risk']:.4f}",
                three(row, "auc"),
                three(row, "ap"),
                three(row, "brier"),
                f"{row['fused']['calibration_slope']:.2f}, {row['fused']['calibration_intercept']:.2f}",
            )
            for label, row in labels.items()
        ],
    )


def _curves(labels: dict[str, Any]) -> str:
    shown = ("fused", "photograph", "answers", "everybody")
    thresholds = next(iter(labels.values()))["decision_curve"]["thresholds"]
    kept = [at for at in (0.05, 0.1, 0.2, 0.3) if at in thresholds]

    def cell(curve: dict[str, Any], at: float) -> str:
        return " / ".join(f"{1000 * curve[way][thresholds.index(at)]:.1f}" for way in shown)

    return _table(
        ("disease", *(f"from {at:.0%}" for at in kept)),
        [(NAMES[label], *(cell(row["decision_curve"], at) for at in kept)) for label, row in labels.items()],
    )


def _stress(worlds: dict[str, Any]) -> str:
    def cell(row: dict[str, Any]) -> str:
        ratio = row["mean_fused_risk"] / row["prevalence"] if row["prevalence"] else float("nan")
        return f"{row['fused']['auc']:.3f} ({row['photograph']['auc']:.3f}), {ratio:.2f}"

    labels = next(iter(worlds.values()))
    return _table(
        ("community", *(NAMES[label] for label in labels)),
        [(name, *(cell(row) for row in world.values())) for name, world in worlds.items()],
    )


def _missing(missing: dict[str, Any]) -> str:
    labels = next(iter(missing.values()))
    return _table(
        ("answers", *(NAMES[label] for label in labels)),
        [(name, *(f"{row['fused']['auc']:.3f}" for row in part.values())) for name, part in missing.items()],
    )


def _subsets(subsets: dict[str, Any]) -> str:
    rows = [
        (NAMES[label], f"{found['auc_gain']:+.4f}", ", ".join(found["unanswered"]) or "none")
        for label, found in subsets["worst"].items()
    ]
    told = (
        f"The least gain in AUC over the photograph of all {subsets['subsets']} sets of unanswered questions"
    )
    return f"{told}, {subsets['patients']} patients:\n\n" + _table(("disease", "gain", "unanswered"), rows)


def _interval(interval: dict[str, Any]) -> str:
    rows = [(label, row) for label, row in interval.items() if label in NAMES]
    return _table(
        ("disease", "covered", "mean width", "width in the highest tenth"),
        [
            (
                NAMES[label],
                f"{row['coverage']:.0%}",
                f"{row['mean_width']:.3f}",
                f"{row['mean_width_of_highest_tenth']:.3f}",
            )
            for label, row in rows
        ],
    )


def _real(real: dict[str, Any]) -> str:
    if "left_out" in real:
        return f"Left out: {real['left_out']}."

    def gain(row: dict[str, Any], way: str) -> str:
        one = row[f"gain_{way}"]["auc"]
        low, high = one["interval_95"]
        return f"{one['difference']:+.3f} ({low:+.3f} to {high:+.3f})"

    def brier(row: dict[str, Any]) -> str:
        one = row["gain_with_age_and_sex"]["brier"]
        low, high = one["interval_95"]
        return f"{one['difference']:+.4f} ({low:+.4f} to {high:+.4f})"

    text = (
        f"{real['patients']} real patients, age unknown of {real['age_unknown']}. *Learnt here*: {HOW_LEARNT}; *as "
        f"released*: {real['how']['as_released']}. Differences to the photograph alone, in brackets 95 % of "
        f"{real['resamples']} paired resamples of patients; a Brier score below zero is a gain."
    )
    rows = [
        (
            NAMES[label],
            row["positives"],
            f"{row['image_alone']['auc']:.3f}",
            gain(row, "with_age_and_sex"),
            brier(row),
            gain(row, "as_released"),
        )
        for label, row in real["labels"].items()
    ]
    head = ("disease", "patients with it", "AUC, photograph", "AUC, learnt here", "Brier, learnt here")
    return text + "\n\n" + _table((*head, "AUC, as released"), rows)


HOW_LEARNT = "logistic regression with age and sex, cross-fitted by patient"
