"""The recipe of a training as data: ours, and the study's."""

from dataclasses import dataclass, field

from screening.imaging.augment import Augmentation
from screening.imaging.preprocess import PreprocessSpec


@dataclass(frozen=True)
class Phase:
    """`epochs` passes over the photographs at `size` pixels."""

    epochs: int
    size: int


@dataclass(frozen=True)
class Plateau:
    """Reduce the learning rate by `factor` when the final score has not risen by `min_delta` for `patience`
    epochs; stop when the held-out loss has not fallen for `stop_after`.
    """

    factor: float
    patience: int
    min_delta: float
    stop_after: int


@dataclass(frozen=True)
class TrainConfig:
    """The recipe as data. `phases` grow in size; the last one's is the size of `spec`, at which a release works.

    `initial_weights`: a safetensors file, the folder of a release, whose branches go on learning, "hub" (timm's own,
    needs a network) or "random". `minutes`: wall-clock
    budget of a branch; epochs are dropped when they would exceed it. `source_margin`: photographs are kept this
    much larger than the largest size, so that a varied picture loses no sharpness. `plateau`: None is a cosine,
    and the last averaged weights are kept; with it the best final score chooses the weights. `seed` deals the folds;
    a `member` above 0 learns the same fold from other draws, so that several answer together in one release.
    `mixup`: how much a photograph is blended with another's (screening.imaging.mixup); 0 is not at all.
    """

    backbone: str = "tf_efficientnetv2_b0"
    initial_weights: str = "random"
    spec: PreprocessSpec = field(default_factory=lambda: PreprocessSpec(size=384))
    phases: tuple[Phase, ...] = (Phase(5, 224), Phase(5, 320), Phase(5, 384))
    source_margin: float = 1.08
    minutes: float = 90.0
    batch: int = 32
    optimiser: str = "adamw"
    learning_rate: float = 6e-4
    weight_decay: float = 0.02
    dropout: float = 0.3
    drop_path: float = 0.1
    mixup: float = 0.0
    ema_decay: float = 0.995
    imbalance_power: float = 0.5
    imbalance_limit: float = 4.0
    severity_weight: float = 0.5
    finding_weight: float = 0.3
    plateau: Plateau | None = None
    folds: int = 5
    fold: int = 0
    seed: int = 20260
    member: int = 0
    threads: int = 2
    device: str = "cpu"
    augmentation: Augmentation = field(default_factory=Augmentation)

    def __post_init__(self) -> None:
        sizes = [phase.size for phase in self.phases]
        if sizes != sorted(set(sizes)) or sizes[-1:] != [self.spec.size]:
            raise ValueError(f"phases {sizes} must grow in size and end at spec.size {self.spec.size}")
        if self.member < 0:
            raise ValueError(f"member {self.member} is below 0")
        if not 0 <= self.fold < self.folds:
            raise ValueError(f"fold {self.fold} is not one of the {self.folds} folds 0 to {self.folds - 1}")

    @property
    def draw_seed(self) -> int:
        """Seeds first weights and every draw of the training; never the folds."""
        return self.seed + 1_000 * self.member


# Wang et al., IEEE Access 2020, its best network, as far as the paper states it; what it leaves open is our default.
# Its 30 epochs of complete training and 10 of fine-tuning are read as 30 at 229 px, then 10 at 448 px; "weighted" as
# negatives per positive, unlimited; its 9:1 split as one of ten folds.
WANG2020 = TrainConfig(
    backbone="tf_efficientnet_b3",
    initial_weights="hub",
    spec=PreprocessSpec(size=448),
    phases=(Phase(30, 229), Phase(10, 448)),
    source_margin=1.0,
    minutes=100_000.0,
    batch=15,
    optimiser="adam",
    learning_rate=1e-3,
    weight_decay=0.0,
    dropout=0.5,
    drop_path=0.0,
    ema_decay=0.0,
    imbalance_power=1.0,
    imbalance_limit=1e6,
    severity_weight=0.0,
    finding_weight=0.0,
    plateau=Plateau(factor=0.2, patience=4, min_delta=0.001, stop_after=5),
    folds=10,
    augmentation=Augmentation(
        rotation_degrees=30.0,
        zoom=0.0,
        shift=0.0,
        brightness=0.0,
        contrast=0.0,
        channel_gain=0.0,
        flip_horizontal=0.0,
        flip_vertical=0.0,
        soften=0.0,
        noise=0.0,
        cut=0.0,
    ),
)

# For networks that learnt already: fewer passes, and held back more from learning by heart.
FINETUNE = TrainConfig(
    phases=(Phase(2, 320), Phase(4, 384)), learning_rate=3e-4, weight_decay=0.05, drop_path=0.2, mixup=0.5
)

PRESETS: dict[str, TrainConfig] = {"default": TrainConfig(), "finetune": FINETUNE, "wang2020": WANG2020}
