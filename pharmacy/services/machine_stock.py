"""What the machine says of itself and counts in itself, beside the books; nothing of it is booked (MS-01)."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from pharmacy import machine_selectors, selectors
from pharmacy.domain.machine_stock import (
    MS_COMPARED,
    Difference,
    LotKey,
    article_of,
    differences,
    key_of,
)
from pharmacy.gateways.dispenser import StoredArticle
from pharmacy.models import LotCount, Machine, StockDifference
from records.actor import Actor
from records.models import AuditAction
from records.services import audit_record


@transaction.atomic
def machine_stock_note(
    *, machine_id: int, held: Iterable[StoredArticle], asked_at: datetime, by: Actor, now: datetime
) -> list[StockDifference]:
    """Compare what a machine of the actor's organization counts with the books; the differences that are open then.

    Parameters
    ----------
    asked_at : before the machine was asked. What moved since is not compared, nor what is on the move (MS-02).
    """
    machine = Machine.objects.select_for_update(no_key=True).get(
        pk=machine_id, organization_id=by.organization_id
    )
    lots = selectors.lots_locked(by.organization_id)
    unsettled = machine_selectors.lots_unsettled(by.organization_id, asked_at=asked_at, now=now)
    booked = machine_selectors.books_of_machine(lots)
    found = differences(booked, _counted(held), unsettled=unsettled)
    before = {_key(row): row for row in machine.differences.filter(ended_at=None)}
    for one in found:
        _note(machine, one, before.pop(one.key, None), by=by, now=now)
    for row in before.values():
        if not _skipped(row, unsettled):
            _end(row, by=by, now=now)
    machine.compared_at = now
    machine.save(update_fields=["compared_at"])
    return list(machine_selectors.differences_open(by=by))


def _counted(held: Iterable[StoredArticle]) -> Counter[LotKey]:
    counted: Counter[LotKey] = Counter()
    for article in held:
        for pack in article.told:
            counted[key_of(article.article, pack.lot, pack.expiry, pack.scan)] += 1
        if untold := article.packs - len(article.told):
            counted[LotKey(article_of(article.article))] += untold
    return counted


def _key(row: StockDifference) -> LotKey:
    return LotKey(row.article, row.lot_number, row.expiry)


def _skipped(row: StockDifference, unsettled: set[tuple[str, str]]) -> bool:
    if row.lot_number:
        return (row.article, row.lot_number) in unsettled
    return row.article in {article for article, _lot in unsettled}


def _note(
    machine: Machine, one: Difference, row: StockDifference | None, *, by: Actor, now: datetime
) -> None:
    if row is None:
        key = {"article": one.key.article, "lot_number": one.key.lot, "expiry": one.key.expiry}
        packs = {"booked": one.booked, "counted": one.counted}
        since = _began(machine, one.key, now)
        row = StockDifference.objects.create(machine=machine, **key, **packs, since=since, seen_at=now)
        _audit(row, AuditAction.CREATE, by=by, now=now)
        return
    changed = one.counted - one.booked != row.counted - row.booked
    # A count corrects the books, and what is left of the difference is still answered by it.
    if changed and not _counted_after(machine, _key(row), row.seen_at):
        row.since = now
    row.booked, row.counted, row.seen_at = one.booked, one.counted, now
    row.save(update_fields=["booked", "counted", "since", "seen_at"])
    if changed:
        _audit(row, AuditAction.UPDATE, by=by, now=now)


def _began(machine: Machine, key: LotKey, now: datetime) -> datetime:
    """A difference that a person's count made is answered by that count: it began before it."""
    before = machine.compared_at
    return before if before and _counted_after(machine, key, before) else now


def _counted_after(machine: Machine, key: LotKey, moment: datetime) -> bool:
    counts = LotCount.objects.filter(lot__organization_id=machine.organization_id, lot__gtin=key.article)
    ours = counts.filter(lot__number=key.lot) if key.lot else counts
    return ours.filter(counted_at__gte=moment).exists()


def _end(row: StockDifference, *, by: Actor, now: datetime) -> None:
    row.ended_at = now
    row.save(update_fields=["ended_at"])
    _audit(row, AuditAction.UPDATE, by=by, now=now)


def _audit(row: StockDifference, action: AuditAction, *, by: Actor, now: datetime) -> None:
    told = "agrees again" if row.ended_at else f"books {row.booked}, machine {row.counted}"
    audit_record(by=by, now=now, action=action, entity=row, detail=told, reason=MS_COMPARED)
