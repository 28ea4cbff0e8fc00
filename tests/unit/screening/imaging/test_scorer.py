"""As many results as photographs, in order; one bad file never touches its neighbours."""

import threading
from pathlib import Path

import cv2
import numpy as np
import pytest

from screening.domain.findings import LABELS, Decision
from screening.domain.laterality import Laterality
from screening.domain.quality import Gradability, QualityReason
from screening.imaging.arrays import Floats, Image
from screening.imaging.card import read_card
from screening.imaging.ensemble import calibrated_logits, ensemble_log_odds, sigmoid
from screening.imaging.scorer import PhotographBytes, Scorer, open_scorer
from tests.unit.screening.imaging.picture_files import encode

R, L = Laterality.RIGHT, Laterality.LEFT


@pytest.fixture(scope="module")
def scorer(tiny_release: Path, engine_cache: Path) -> Scorer:
    return open_scorer(tiny_release, engine="openvino", cache_dir=engine_cache)


def test_a_gradable_eye_gets_all_eight_findings(scorer: Scorer, fundus_jpeg: bytes) -> None:
    (eye,) = scorer.score([PhotographBytes(R, fundus_jpeg)])
    assert (eye.laterality, eye.gradability, eye.quality_reasons) == (R, Gradability.GRADABLE, ())
    assert tuple(finding.label for finding in eye.findings) == LABELS
    for finding in eye.findings:
        assert finding.score == pytest.approx(1 / (1 + np.exp(-finding.logit)))


def test_an_ungradable_eye_gets_a_reason_and_no_finding(scorer: Scorer, blurred_fundus: Image) -> None:
    (eye,) = scorer.score([PhotographBytes(L, encode(blurred_fundus, "PNG"))])
    assert eye.gradability is Gradability.UNGRADABLE
    assert eye.quality_reasons == (QualityReason.BLURRED,) and eye.findings == ()


def test_no_photographs_give_no_results(scorer: Scorer) -> None:
    assert scorer.score([]) == []


@pytest.mark.parametrize("bad", [b"", b"no picture", b"\xff\xd8\xff\xe0\0\x10JFIF", b"\x89PNG\r\n\x1a\n"])
def test_unreadable_bytes_are_a_result_between_their_neighbours(
    scorer: Scorer, fundus_jpeg: bytes, bad: bytes
) -> None:
    good = PhotographBytes(R, fundus_jpeg)
    alone = scorer.score([good])[0]
    eyes = scorer.score([good, PhotographBytes(L, bad), good])
    assert eyes[0] == eyes[2] == alone
    assert eyes[1].laterality is L and eyes[1].quality_reasons == (QualityReason.UNREADABLE,)


def test_count_in_is_count_out_and_order_is_kept_over_many_batches(
    scorer: Scorer, fundus_jpeg: bytes, fundus: Image
) -> None:
    other = encode(np.ascontiguousarray(fundus[:, ::-1]), "PNG")
    kinds = [(R, fundus_jpeg), (L, other), (R, b"broken")]
    photographs = [PhotographBytes(*kinds[i % 3]) for i in range(31)]
    eyes = scorer.score(photographs)
    first = [scorer.score([each])[0] for each in photographs[:3]]
    assert len(eyes) == 31
    assert eyes == [first[i % 3] for i in range(31)]


def test_every_hostile_file_gets_a_result(scorer: Scorer, shared: Path) -> None:
    files = [p for p in sorted((shared / "data" / "images-hostile").rglob("*")) if p.is_file()]
    eyes = scorer.score([PhotographBytes(R, path.read_bytes()) for path in files])
    assert len(eyes) == len(files)
    assert {eye.gradability for eye in eyes} == {Gradability.UNGRADABLE}


def test_a_rendered_picture_passes_the_fundus_check_only_by_its_mark(scorer: Scorer) -> None:
    rng = np.random.default_rng(0)
    stripes = np.asarray(cv2.resize(rng.integers(60, 200, (40, 40, 3), np.uint8), (300, 300)))
    data = encode(stripes, "PNG")
    plain, marked = scorer.score([PhotographBytes(R, data), PhotographBytes(R, data, synthetic=True)])
    assert plain.quality_reasons == (QualityReason.NOT_A_FUNDUS,)
    assert QualityReason.NOT_A_FUNDUS not in marked.quality_reasons


class _Watched:
    """A photograph that tells when its bytes are read."""

    laterality, synthetic = R, False

    def __init__(self, data: bytes) -> None:
        self._data, self.read = data, threading.Event()

    @property
    def data(self) -> bytes:
        self.read.set()
        return self._data


class _WaitsForLast:
    """An engine that finishes its first batch only once a photograph of a later batch is being read."""

    name = "waits"

    def __init__(self, last: _Watched) -> None:
        self._last = last

    def logits(self, colour: Image, grey: Image) -> Floats:
        assert self._last.read.wait(timeout=20), "decoding stands still while the network works"
        return np.zeros((2, len(colour), 8), np.float32)


def test_decoding_goes_on_while_the_network_works(tiny_release: Path, fundus_jpeg: bytes) -> None:
    photographs = [_Watched(fundus_jpeg) for _ in range(20)]
    scorer = Scorer(read_card(tiny_release), _WaitsForLast(photographs[-1]))
    assert len(scorer.score(photographs)) == 20  # type: ignore[arg-type]


def test_the_release_logit_is_the_calibrated_log_odds_of_the_mean_sigmoid(tiny_release: Path) -> None:
    branch = np.array([[[2.0] * 8], [[-1.0] * 8]], np.float32)
    mean = (1 / (1 + np.exp(-2.0)) + 1 / (1 + np.exp(1.0))) / 2
    assert sigmoid(ensemble_log_odds(branch)) == pytest.approx(np.full((1, 8), mean))
    calibration = read_card(tiny_release).calibration
    assert sigmoid(calibrated_logits(branch, calibration)) == pytest.approx(np.full((1, 8), mean))


def test_certain_branches_stay_finite(tiny_release: Path) -> None:
    extreme = np.array([[[1e4] * 8], [[1e4] * 8]], np.float32)
    assert np.isfinite(calibrated_logits(extreme, read_card(tiny_release).calibration)).all()
    assert np.isfinite(calibrated_logits(-extreme, read_card(tiny_release).calibration)).all()


def test_decisions_follow_the_operating_points_of_the_card(scorer: Scorer, fundus_jpeg: bytes) -> None:
    (eye,) = scorer.score([PhotographBytes(R, fundus_jpeg)])
    for finding in eye.findings:
        point = scorer.card.operating_points[finding.label]
        assert (finding.decision is Decision.PRESENT) == (finding.score >= point.threshold)
        assert (finding.decision is Decision.ABSENT) == (finding.score < point.abstain_below)
