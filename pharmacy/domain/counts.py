"""What a person's count means for the books: every pack is found, handed over, set aside or missing."""

from dataclasses import dataclass

from pharmacy.errors import CountInvalid


@dataclass(frozen=True)
class Counted:
    """Packs of one lot as a person found them. `lot` is its primary key.

    in_machine : on its shelf; in_bay : loose in the locked bay; with_patient : known to have been taken away.
    """

    lot: int
    in_machine: int
    in_bay: int = 0
    with_patient: int = 0

    def __post_init__(self) -> None:
        for field in ("in_machine", "in_bay", "with_patient"):
            if getattr(self, field) < 0:
                raise CountInvalid(field, "must not be negative; count again")

    @property
    def found(self) -> int:
        """All packs of the lot, wherever they were."""
        return self.in_machine + self.in_bay + self.with_patient


@dataclass(frozen=True)
class CountBooks:
    """`surplus` and `missing` packs against the books, `dropped` ones that left the shelf, and how much of the
    order's own reservation goes with the dropped and with the missing ones.
    """

    surplus: int
    missing: int
    dropped: int
    reserved_dropped: int
    reserved_missing: int


def books_after_count(counted: Counted, *, on_hand: int, reserved_for_order: int) -> CountBooks:
    """The bookings that make the books say what was counted.

    Parameters
    ----------
    on_hand : packs that the books have on the machine's shelf.
    reserved_for_order : packs that the order of the locked bay still has reserved in this lot; 0 for another lot.
    """
    dropped = counted.in_bay + counted.with_patient
    difference = on_hand - counted.found
    missing = max(difference, 0)
    reserved_dropped = min(reserved_for_order, dropped)
    return CountBooks(
        surplus=max(-difference, 0),
        missing=missing,
        dropped=dropped,
        reserved_dropped=reserved_dropped,
        reserved_missing=min(reserved_for_order - reserved_dropped, missing),
    )
