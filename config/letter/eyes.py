"""One eye of a letter: its photograph, where the model saw something, and what was found."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from PIL import Image

from config.maps import labels_mapped
from config.templatetags.words import percent, word
from screening.domain.findings import Decision, Label
from screening.domain.laterality import Laterality
from screening.domain.quality import Gradability
from screening.storage import derivative_name, map_name

# Enough for a picture of 42 mm at 400 dots an inch, and little enough for mail.
LONGEST_SIDE = 660
JPEG_QUALITY = 85


@dataclass(frozen=True)
class LetterEye:
    """`photograph` and `map` are JPEG files; empty where there is none. `read`: a person decided the findings."""

    name: str
    photograph: bytes
    map: bytes
    map_caption: str
    note: str
    found: tuple[str, ...]
    read: bool


def eyes_of(exam: Mapping[str, Any] | None) -> tuple[LetterEye, ...]:
    """The right eye first; `exam` as `config.case.case_outcome` gives it."""
    return tuple(_eye(eye, exam or {"photographs": [], "eyes": [], "release": None}) for eye in Laterality)


def _eye(eye: Laterality, exam: Mapping[str, Any]) -> LetterEye:
    photograph = _of_eye(eye, exam["photographs"])
    result = _of_eye(eye, exam["eyes"])
    picture, over, label = _pictures(photograph, exam["release"], result)
    caption = (
        _("Model output: where it looked for %(label)s") % {"label": word(label, "label")} if over else ""
    )
    return LetterEye(
        name=word(eye.value, "eye"),
        photograph=picture,
        map=over,
        map_caption=caption,
        note=_note(photograph, result, picture),
        found=tuple(_found(result)) if result else (),
        read=bool(result and result["read"]),
    )


def _of_eye(eye: Laterality, rows: list[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    return next((row for row in rows if row["laterality"] == eye), None)


def _note(photograph: Mapping[str, Any] | None, result: Mapping[str, Any] | None, picture: bytes) -> str:
    """What must be said where findings are missing: unknown is never normal."""
    if photograph is None:
        return _("Not photographed. Nothing is known of this eye.")
    if result is None:
        return _("No result yet. Nothing is known of this eye.")
    if result["gradability"] == Gradability.UNGRADABLE:
        why = ", ".join(word(reason, "quality") for reason in result["quality_reasons"])
        said = _("Cannot be judged. This is not a normal result.")
        return f"{said} ({why})" if why else said
    if result["gradability"] == Gradability.LIMITED:
        return word(result["gradability"], "gradability")
    return "" if picture else _("The photograph can be seen at the clinic.")


def _found(result: Mapping[str, Any]) -> Iterator[str]:
    """Everything that is not absent, the surest first; what was looked for and not found in one line."""
    findings = [one for one in result["findings"] if one["label"] != Label.NORMAL]
    for decision in (Decision.PRESENT, Decision.ABSTAIN):
        for one in findings:
            if one["decision"] == decision:
                yield _finding(one, read=result["read"])
    yield from _severity(result["severity"]) if result["read"] else ()
    absent = [word(one["label"], "label") for one in findings if one["decision"] == Decision.ABSENT]
    if absent:
        yield _("Looked for, not suspected: %(labels)s") % {"labels": ", ".join(absent)}


def _finding(one: Mapping[str, Any], *, read: bool) -> str:
    words = word(one["label"], "label")
    if read and one["decision"] == Decision.PRESENT:
        return _("%(label)s: seen by a person") % {"label": words}
    decided = word(one["decision"], "decision")
    score = f" ({percent(one['score'])})" if one["score"] is not None and not read else ""
    return f"{words}: {decided}{score}"


def _severity(graded: Mapping[str, Any]) -> Iterator[str]:
    if graded["icdr"] is not None:
        yield f"{word('icdr', 'read-field')}: {word(graded['icdr'], 'icdr')}"
    if graded["macular_oedema"] is not None:
        yield f"{word('macular_oedema', 'read-field')}: {_('Yes') if graded['macular_oedema'] else _('No')}"
    if graded["amd"]:
        yield f"{word('amd', 'read-field')}: {word(graded['amd'], 'amd')}"


def _pictures(
    photograph: Mapping[str, Any] | None, release: str | None, result: Mapping[str, Any] | None
) -> tuple[bytes, bytes, str]:
    """The photograph, the same under the map of its strongest suspicion, and the label of that map."""
    if photograph is None or not default_storage.exists(derivative_name(photograph["sha256"])):
        return b"", b"", ""
    with default_storage.open(derivative_name(photograph["sha256"])) as file:
        picture = Image.open(file).convert("RGB")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    ranked = sorted(result["findings"] if result else (), key=_suspicion, reverse=True)
    labels = labels_mapped(photograph["sha256"], release, ranked)
    if not labels:
        return _jpeg(picture), b"", ""
    with default_storage.open(map_name(photograph["sha256"], release or "", labels[0])) as file:
        over = Image.open(file).convert("RGBA").resize(picture.size)
    both = Image.alpha_composite(picture.convert("RGBA"), over).convert("RGB")
    return _jpeg(picture), _jpeg(both), labels[0]


def _suspicion(one: Mapping[str, Any]) -> tuple[bool, float]:
    return one["decision"] == Decision.PRESENT, one["score"] or 0.0


def _jpeg(picture: Image.Image) -> bytes:
    file = BytesIO()
    picture.save(file, "JPEG", quality=JPEG_QUALITY)
    return file.getvalue()
