"""The parts of a multipart screening: `meta`, and one photograph for each eye that was taken."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from config.api.meta import Meta, parse_meta
from config.api.problems import Place, RequestRefused, pointer
from config.intake import PhotographGiven
from screening.domain.laterality import Laterality
from screening.imaging.gate import PhotographRefused, inspect_photograph

EYES: dict[str, Laterality] = {"right": Laterality.RIGHT, "left": Laterality.LEFT}
# Some clients name every part that could repeat with brackets.
PARTS: dict[str, str] = {"meta": "meta"} | {name: eye for eye in EYES for name in (eye, f"{eye}[]")}


@dataclass(frozen=True)
class ScreeningGiven:
    """A screening as received. `sha256`: the same for the same content, however it was packed."""

    meta: Meta
    photographs: tuple[PhotographGiven, ...]
    sha256: str


def parse_parts(
    fields: QueryDict, files: MultiValueDict[str, UploadedFile], *, now: datetime
) -> ScreeningGiven:
    """Raises RequestRefused, naming the part."""
    _check_names([*fields, *files])
    meta = parse_meta(_meta_bytes(fields, files), now=now)
    given = {eye: _file_of(eye, fields, files) for eye in EYES}
    photographs = tuple(
        PhotographGiven(EYES[eye], data, synthetic=meta.synthetic)
        for eye, data in given.items()
        if data is not None
    )
    if not photographs:
        raise _refused_part("right", "is missing, and so is left; send the photograph of at least one eye")
    return ScreeningGiven(meta, photographs, _digest(meta.text, photographs))


def _check_names(names: Iterable[str]) -> None:
    for name in names:
        if name not in PARTS:
            raise _refused_part(name, "is not a part that is known here; use meta, right and left")


def _meta_bytes(fields: QueryDict, files: MultiValueDict[str, UploadedFile]) -> bytes:
    texts, parts = fields.getlist("meta"), files.getlist("meta")
    if len(texts) + len(parts) != 1:
        raise _refused_part("meta", "must be sent exactly once, as JSON")
    return parts[0].read() if parts else texts[0].encode("utf-8", "surrogatepass")


def _file_of(eye: str, fields: QueryDict, files: MultiValueDict[str, UploadedFile]) -> bytes | None:
    names = [name for name, wanted in PARTS.items() if wanted == eye]
    if any(name in fields for name in names):
        raise _refused_part(eye, "must be sent as a file, with a filename")
    found = [file for name in names for file in files.getlist(name)]
    if len(found) > 1:
        raise _refused_part(
            eye, "must be one file; send further photographs of this eye as another screening"
        )
    return found[0].read() if found else None


def _digest(meta: str, photographs: Iterable[PhotographGiven]) -> str:
    whole = hashlib.sha256(meta.encode())
    for one in photographs:
        whole.update(f"\n{one.laterality} {hashlib.sha256(one.data).hexdigest()}".encode())
    return whole.hexdigest()


def refused_photographs(photographs: Iterable[PhotographGiven]) -> RequestRefused:
    """Which of the photographs the gate refused, and why; looked at again only when one was."""
    places = []
    for eye in photographs:
        try:
            inspect_photograph(eye.data)
        except PhotographRefused as refused:
            name = next(name for name, laterality in EYES.items() if laterality is eye.laterality)
            places.append(Place(pointer(name), str(refused), str(refused.code)))
    return RequestRefused("photograph-refused", places=places)


def _refused_part(name: str, advice: str) -> RequestRefused:
    return RequestRefused("content-invalid", places=[Place(pointer(name), advice)])
