"""Which networks take part, and what each begins from."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import timm

from screening.imaging.compare.study import MODERN, STUDY, Candidate


class ComparisonInvalid(ValueError):
    """The comparison cannot be made as asked; the message names the option and what to do."""


@dataclass(frozen=True)
class Start:
    """Initial weights: `source` as the trainer takes it, a file's path, "hub" or "random"."""

    source: str

    @property
    def kind(self) -> Literal["random", "hub", "file"]:
        """What may be compared: only networks of one kind of start."""
        if self.source == "hub":
            return "hub"
        return "random" if self.source == "random" else "file"

    @property
    def label(self) -> str:
        return f"file {Path(self.source).name}" if self.kind == "file" else self.source


def choose_candidates(names: Sequence[str]) -> tuple[Candidate, ...]:
    """The networks named as the study or as timm names them, each once; all thirteen where none is named.

    Raises ComparisonInvalid for a name that neither knows, with those near it.
    """
    known = {candidate.name.lower(): candidate for candidate in (*STUDY, *MODERN)}
    known |= {candidate.backbone: candidate for candidate in (*STUDY, *MODERN)}
    chosen = [known.get(name.lower()) or _of_timm(name, known) for name in names]
    return tuple(dict.fromkeys(chosen)) or (*STUDY, *MODERN)


def _of_timm(name: str, known: dict[str, Candidate]) -> Candidate:
    if timm.is_model(name):
        return Candidate(name, name)
    near = difflib.get_close_matches(name.lower(), [*known, *timm.list_models()], n=5, cutoff=0.5)
    advice = f"near it are {', '.join(near)}" if near else "choose a name of timm's"
    raise ComparisonInvalid(f"--backbones: there is no {name!r}; {advice}")


def choose_starts(
    candidates: Sequence[Candidate], weights: Path | None, *, otherwise: str
) -> dict[Candidate, Start]:
    """Where each network begins: the file in the folder `weights` that is named after it, else `otherwise`.

    A file belongs to the network with the longest name that its own begins with. Raises ComparisonInvalid when
    the folder is missing or two files belong to one network.
    """
    files = {} if weights is None else _files_by_backbone(weights)
    return {each: Start(str(files.get(each.backbone, otherwise))) for each in candidates}


def _files_by_backbone(folder: Path) -> dict[str, Path]:
    if not folder.is_dir():
        raise ComparisonInvalid(
            f"--weights-dir: {folder} is no folder; name one that holds safetensors files"
        )
    names = sorted(timm.list_models(), key=len, reverse=True)
    found: dict[str, Path] = {}
    for path in sorted(folder.glob("*.safetensors")):
        owner = next((name for name in names if path.stem.startswith(name)), None)
        if owner is None:
            continue
        if owner in found:
            raise ComparisonInvalid(
                f"--weights-dir: {found[owner].name} and {path.name} are both for {owner}; keep one of them"
            )
        found[owner] = path
    return found
