"""The gain by age and sex on real patients: found where there is one, not where there is none."""

from pathlib import Path

import numpy as np
import pytest

from risk.errors import FusionTrainingDataInvalid
from risk.fusion import real
from risk.fusion.real import RealPatients, read_real_patients, real_gain
from tests.unit.risk.made_up import made_up_heldout, write_heldout


@pytest.fixture(autouse=True)
def few_resamples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(real, "RESAMPLES", 60)


def test_where_age_goes_with_a_disease_it_adds_to_the_photograph() -> None:
    heldout = made_up_heldout()
    rng = np.random.default_rng(1)
    age = 55 + 15 * heldout.labels[:, 2] + rng.normal(0, 8, len(heldout.labels))
    age[::20] = np.nan
    found = real_gain(RealPatients(heldout, age, np.zeros(len(age))), seed=1)
    cataract, glaucoma = found["labels"]["C"], found["labels"]["G"]
    assert cataract["auc_gain"] > 0 and cataract["auc_gain_interval_95"][0] > 0
    low, high = glaucoma["auc_gain_interval_95"]
    assert low <= 0.002 and high < 0.05
    assert found["simulated"] is False and found["patients"] == len(age)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    plain = write_heldout(tmp_path / "table.csv", made_up_heldout(200))
    header, *rows = plain.read_text().splitlines()
    lines = [
        f"age,sex,{header}",
        *(f"{40 + i % 40},{'Female' if i % 2 else 'Male'},{row}" for i, row in enumerate(rows)),
    ]
    plain.write_text("\n".join(lines) + "\n")
    return plain


def test_the_table_beside_a_training_run_is_read_with_age_and_sex(table: Path) -> None:
    patients = read_real_patients(table)
    assert patients.age_years[:3].tolist() == [40, 41, 42] and patients.female[:3].tolist() == [0, 1, 0]


def test_the_anonymous_table_of_a_release_is_refused(tmp_path: Path) -> None:
    plain = write_heldout(tmp_path / "table.csv", made_up_heldout(200))
    with pytest.raises(FusionTrainingDataInvalid, match="no column age, sex"):
        read_real_patients(plain)


def test_an_age_that_is_no_number_names_its_row(table: Path) -> None:
    table.write_text(table.read_text().replace("\n41,", "\nold,", 1))
    with pytest.raises(FusionTrainingDataInvalid, match="row 3: age is not a number"):
        read_real_patients(table)


def test_two_rows_of_one_patient_are_refused(table: Path) -> None:
    table.write_text(table.read_text().replace(",p1,", ",p0,"))
    with pytest.raises(FusionTrainingDataInvalid, match="one row a patient"):
        read_real_patients(table)
