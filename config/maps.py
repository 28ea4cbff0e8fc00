"""Which maps a case page offers: pictures of where the image model saw a disease."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.files.storage import default_storage

from screening.domain.findings import Decision, Label
from screening.storage import map_name


def labels_mapped(sha256: str, release: str | None, findings: Sequence[Mapping[str, Any]]) -> list[str]:
    """Labels of the shown findings for which a map of this photograph lies beside its display copy.

    Whoever is shown no findings, as a blinded reader, is offered no map. A photograph that another release
    scored has none of this one's.
    """
    suspected = [
        one["label"]
        for one in findings
        if one["decision"] != Decision.ABSENT and one["label"] != Label.NORMAL
    ]
    return [
        label for label in suspected if release and default_storage.exists(map_name(sha256, release, label))
    ]
