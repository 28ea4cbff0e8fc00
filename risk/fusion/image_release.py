"""What the fusion takes over from an image release: how it joins the eyes of a patient."""

import json
from pathlib import Path

from risk.errors import FusionTrainingDataInvalid
from screening.domain.both_eyes import BothEyes, BothEyesInvalid, from_json

HELD_OUT = "heldout_logits.csv"


def both_eyes_of(folder: Path) -> BothEyes | None:
    """From the card in `folder`; None where it joins eyes by their plain maximum.

    Raises FusionTrainingDataInvalid.
    """
    try:
        card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
        return from_json(card["both_eyes"]) if "both_eyes" in card else None
    except (OSError, json.JSONDecodeError, BothEyesInvalid, KeyError) as error:
        raise FusionTrainingDataInvalid(
            f"the card of image release {folder.name} cannot be read: {error}"
        ) from error
