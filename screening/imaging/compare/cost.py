"""What a network of timm costs: its size counted, its speed on this CPU measured in a process of its own."""

import json
import sys
from dataclasses import asdict
from functools import cache

from screening.domain.findings import LABELS
from screening.imaging.backbone import build_network
from screening.imaging.scaling.count import Size, count
from screening.imaging.scaling.measure import Measured, ask_process, measure_network


@cache
def count_backbone(backbone: str, side_px: int) -> Size:
    """Parameters and multiply-adds with a head of eight labels, at a square input of `side_px`."""
    return count(lambda: build_network(backbone, outputs=len(LABELS)), side_px)


def measure_backbone(backbone: str, side_px: int, *, threads: int) -> Measured:
    """Latency and memory of one picture, float32. Raises MeasurementFailed."""
    request = {"backbone": backbone, "side_px": side_px, "threads": threads}
    return ask_process("screening.imaging.compare.cost", request)


def main() -> None:
    """`python -m screening.imaging.compare.cost REQUEST`; the answer is one line of JSON."""
    asked = json.loads(sys.argv[1])
    found = measure_network(
        lambda: build_network(asked["backbone"], outputs=len(LABELS)),
        asked["side_px"],
        threads=asked["threads"],
    )
    sys.stdout.write(json.dumps(asdict(found)) + "\n")


if __name__ == "__main__":
    main()
