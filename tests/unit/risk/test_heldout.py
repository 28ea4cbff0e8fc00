from pathlib import Path

import numpy as np
import pytest

from risk.errors import FusionTrainingDataInvalid
from risk.fusion.heldout import HeldOut, read_heldout
from tests.unit.risk.made_up import write_heldout


def test_rows_of_one_patient_become_the_worse_eye(tmp_path: Path, heldout: HeldOut) -> None:
    path = write_heldout(tmp_path / "h.csv", heldout)
    header, first, *rest = path.read_text().splitlines()
    fields = first.split(",")
    fellow = [fields[0], *fields[1:7], *(["9.5"] + ["-9.5"] * 5)]
    path.write_text("\n".join([header, first, ",".join(fellow), *rest]))
    read = read_heldout(path)
    assert read.logits.shape == heldout.logits.shape
    assert read.logits[0, 0] == 9.5
    np.testing.assert_allclose(read.logits[0, 1:], heldout.logits[0, 1:], atol=1e-4)
    np.testing.assert_array_equal(read.labels, heldout.labels)


def test_without_patient_ids_every_row_is_a_patient(tmp_path: Path, heldout: HeldOut) -> None:
    path = write_heldout(tmp_path / "h.csv", heldout)
    anonymous = [line.split(",", 1)[1] for line in path.read_text().splitlines()]
    path.write_text("\n".join(anonymous))
    np.testing.assert_array_equal(read_heldout(path).labels, heldout.labels)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda text: text.replace("logit_G", "score_G", 1), "row 2: no usable column or value 'logit_G'"),
        (lambda text: text.replace("p0,", ",", 1), "row 2: patient_id is empty"),
        (
            lambda text: text.replace("p1,0", "p1,2").replace("p1,1", "p1,2"),
            "row 3: no usable column or value",
        ),
        (
            lambda text: "\n".join([*text.splitlines()[:3], "p9,0,0,0,0,0,0,nan,0,0,0,0,0"]),
            "row 4: a logit is",
        ),
        (lambda text: "\n".join([*text.splitlines()[:3], "p9,0,0,0,0,0,0,x,0,0,0,0,0"]), "row 4: a logit is"),
        (lambda text: "\n".join(text.splitlines()[:3]), "needs at least 5 patients"),
        (lambda text: text.splitlines()[0], "needs at least 5 patients"),
    ],
)
def test_unusable_rows_are_named(tmp_path: Path, heldout: HeldOut, change, told: str) -> None:
    path = write_heldout(tmp_path / "h.csv", heldout)
    path.write_text(change(path.read_text()))
    with pytest.raises(FusionTrainingDataInvalid, match=told):
        read_heldout(path)
