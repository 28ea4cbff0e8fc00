"""Which cases a person reads, who reads what, in which order, and what a reader may see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256
from types import MappingProxyType
from uuid import UUID

from screening.domain.exam_result import ExamResult
from screening.domain.findings import DISEASES, Decision
from screening.domain.quality import Gradability
from screening.domain.reading import Reading, differences, more_serious
from screening.domain.rules import Rule


class Cause(StrEnum):
    """Why a case is on the list: the most pressing of its causes, in this order."""

    RED_FLAG = "red-flag"
    UNGRADABLE = "ungradable"
    ABSTAINED = "abstained"
    HELD = "held"
    QUALITY = "quality"


class Position(StrEnum):
    FIRST = "first"
    SECOND = "second"
    ARBITER = "arbiter"


class Stage(StrEnum):
    """Whose read a task waits for. DONE may open again when a read is amended; WITHDRAWN never."""

    FIRST = "first"
    SECOND = "second"
    ARBITER = "arbiter"
    DONE = "done"
    WITHDRAWN = "withdrawn"


OPEN_STAGES: tuple[Stage, ...] = (Stage.FIRST, Stage.SECOND, Stage.ARBITER)


class OverrideReason(StrEnum):
    """Why a reader decides against the machine. OTHER needs words."""

    ARTEFACT = "artefact"
    NORMAL_VARIANT = "normal-variant"
    ANOTHER_DISEASE = "another-disease"
    OVERLOOKED = "overlooked"
    KNOWN_HISTORY = "known-history"
    OTHER = "other"


@dataclass(frozen=True)
class Sees:
    """What a reader is shown beside the photographs before signing."""

    machine: bool
    earlier_reads: bool


# GR-02. A quality case looks exactly like a second read, so nobody can tell that they are being measured.
SEES: Mapping[Position, Sees] = MappingProxyType(
    {
        Position.FIRST: Sees(machine=True, earlier_reads=False),
        Position.SECOND: Sees(machine=False, earlier_reads=False),
        Position.ARBITER: Sees(machine=True, earlier_reads=True),
    }
)
SEES_IN_QUALITY_CASE = Sees(machine=False, earlier_reads=False)

SECOND_READ_SHARE = 0.10  # GR-01
HOLD = timedelta(minutes=20)  # GR-05: longer than one read takes, short enough that nothing is stuck

RULES: tuple[Rule, ...] = (
    Rule(
        "GR-01",
        "A random 10 % of first human reads get a second reader, drawn from the case's id so that nobody chooses",
        "field I-12 (share: product)",
        "P",
    ),
    Rule(
        "GR-02",
        "The first reader and the arbiter see the machine's findings, the arbiter also the reads; the second "
        "reader and the reader of a quality case see the photographs only",
        "field I-12",
        "P",
    ),
    Rule(
        "GR-03",
        "While two readers disagree the more serious of each answer holds; the arbiter's read then decides",
        "product (unknown severity counts as serious)",
        "P",
    ),
    Rule(
        "GR-04",
        "What a person cannot judge they have not cleared: the machine's suspicions of that eye stand",
        "facts 4 rule 5",
        "P",
    ),
    Rule(
        "GR-05",
        "Whoever opens a case holds it for 20 minutes; then another reader may take it",
        "product",
        "P",
    ),
    Rule(
        "GR-06",
        "A person reads every case with a red flag, an eye that could not be judged, or a score too close to tell, and "
        "every case of a release that is on hold in the clinic",
        "field I-12, facts 4 rule 5",
        "P",
    ),
    Rule(
        "GR-07",
        "Whoever may still give a blinded read is shown nothing of the result; looking at it is one act, audited, "
        "after which another person gives that read",
        "field I-12 (a result is never out of reach: product)",
        "P",
    ),
)


def grading_cause(result: ExamResult, *, red_flag: bool, held: bool = False) -> Cause | None:
    """Why a person should read this visit now; None when nobody needs to, or somebody has (GR-06).

    `held`: the release that scored it is on hold in this clinic, so that its decisions clear nobody.
    """
    unread = [eye for eye in result.eyes if not eye.read]
    if red_flag and unread:
        return Cause.RED_FLAG
    if any(eye.gradability is Gradability.UNGRADABLE for eye in unread):
        return Cause.UNGRADABLE
    unsure = {f.label for eye in result.eyes for f in eye.findings if f.decision is Decision.ABSTAIN}
    open_labels = unsure.intersection(DISEASES).difference(result.present(DISEASES))
    if open_labels:
        return Cause.ABSTAINED
    return Cause.HELD if held and unread else None


def second_read_drawn(public_id: UUID, salt: str) -> bool:
    """Whether this case gets a second reader: the same answer every time, known to nobody beforehand (GR-01)."""
    digest = sha256(f"second read {salt} {public_id}".encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64 < SECOND_READ_SHARE


def next_stage(reads: Mapping[Position, Reading], *, second_wanted: bool) -> Stage:
    """Whose read is missing. An arbiter's read settles the case whatever the others amend later."""
    if Position.ARBITER in reads:
        return Stage.DONE
    if Position.FIRST not in reads:
        return Stage.FIRST
    if Position.SECOND not in reads:
        return Stage.SECOND if second_wanted else Stage.DONE
    agree = not differences(reads[Position.FIRST], reads[Position.SECOND])
    return Stage.DONE if agree else Stage.ARBITER


def reading_in_force(reads: Mapping[Position, Reading]) -> Reading | None:
    """What counts: the arbiter's read, else the more serious of two, else the first; None without any (GR-03)."""
    if Position.ARBITER in reads:
        return reads[Position.ARBITER]
    if Position.FIRST in reads and Position.SECOND in reads:
        return more_serious(reads[Position.FIRST], reads[Position.SECOND])
    return reads.get(Position.FIRST)


def sees(position: Position, *, quality: bool) -> Sees:
    """What the reader at that place is shown."""
    return SEES_IN_QUALITY_CASE if quality else SEES[position]
