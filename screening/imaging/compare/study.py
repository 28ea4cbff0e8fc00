"""What the study prints of its nine networks, and which network of timm each is.

Source: Wang et al., IEEE Access 2020, its tables of single classifiers at 448 px and of ensembles.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Candidate:
    """`name` as the study or the makers print it, `backbone` as timm names it."""

    name: str
    backbone: str


@dataclass(frozen=True)
class PublishedSingle:
    """A row of the first table, its columns in its order."""

    name: str
    accuracy: float
    precision: float
    recall: float
    f_beta: float
    auc: float
    kappa: float
    f1: float
    final: float


@dataclass(frozen=True)
class PublishedEnsemble:
    """A row of the second table, its columns in its order."""

    name: str
    auc: float
    kappa: float
    f1: float
    final: float


STUDY: tuple[Candidate, ...] = (
    Candidate("EfficientNetB3", "efficientnet_b3"),
    Candidate("Xception", "legacy_xception"),
    Candidate("VGG16", "vgg16"),
    Candidate("VGG19", "vgg19"),
    Candidate("InceptionV3", "inception_v3"),
    Candidate("InceptionResNetV2", "inception_resnet_v2"),
    Candidate("ResNet50", "resnet50"),
    Candidate("MobileNet", "mobilenetv1_100"),
    Candidate("DenseNet", "densenet121"),  # the study does not say which; this is the smallest
)
MODERN: tuple[Candidate, ...] = (
    Candidate("EfficientNetV2-B0", "tf_efficientnetv2_b0"),
    Candidate("ConvNeXtV2-Atto", "convnextv2_atto"),
    Candidate("ConvNeXtV2-Nano", "convnextv2_nano"),
    Candidate("MobileNetV4-S", "mobilenetv4_conv_small"),
)
PUBLISHED_SINGLE: tuple[PublishedSingle, ...] = (
    PublishedSingle("EfficientNetB3", 0.92, 0.71, 0.66, 0.92, 0.74, 0.52, 0.89, 0.72),
    PublishedSingle("Xception", 0.92, 0.70, 0.64, 0.92, 0.73, 0.51, 0.89, 0.71),
    PublishedSingle("VGG16", 0.91, 0.68, 0.58, 0.91, 0.72, 0.50, 0.89, 0.70),
    PublishedSingle("InceptionResNetV2", 0.91, 0.71, 0.64, 0.91, 0.72, 0.49, 0.88, 0.70),
    PublishedSingle("VGG19", 0.91, 0.70, 0.57, 0.91, 0.70, 0.48, 0.88, 0.69),
    PublishedSingle("InceptionV3", 0.91, 0.68, 0.64, 0.91, 0.72, 0.46, 0.87, 0.68),
    PublishedSingle("DenseNet", 0.91, 0.69, 0.60, 0.91, 0.70, 0.45, 0.87, 0.67),
    PublishedSingle("ResNet50", 0.89, 0.65, 0.56, 0.90, 0.67, 0.45, 0.84, 0.65),
)
PUBLISHED_ENSEMBLE: tuple[PublishedEnsemble, ...] = (
    PublishedEnsemble("VGG16", 0.69, 0.45, 0.85, 0.66),
    PublishedEnsemble("VGG19", 0.69, 0.45, 0.86, 0.66),
    PublishedEnsemble("Xception", 0.68, 0.43, 0.85, 0.65),
    PublishedEnsemble("InceptionV3", 0.68, 0.47, 0.87, 0.67),
    PublishedEnsemble("EfficientNetB3", 0.73, 0.50, 0.88, 0.70),
    PublishedEnsemble("ResNet50", 0.66, 0.42, 0.85, 0.64),
    PublishedEnsemble("MobileNet", 0.67, 0.39, 0.87, 0.64),
    PublishedEnsemble("InceptionResNetV2", 0.72, 0.47, 0.87, 0.69),
    PublishedEnsemble("DenseNet", 0.70, 0.44, 0.85, 0.66),
)
