"""What an order's final message means. Contradictions are UNKNOWN: a person counts."""

from pharmacy.gateways.dispenser import Answer, Order, Outcome, PackScan
from pharmacy.gateways.wwks2.parts import Article, Pack

COMPLETED = "Completed"
# Ended before all was dropped; which packs were, it says itself.
STOPPED = ("Incomplete", "Aborted")
FINAL = (COMPLETED, *STOPPED)
REJECTED = "Rejected"
WAITING = ("Queued", "InProcess", "Created", "Aborting", "BoxReleased")


def judge(order: Order, status: str, articles: tuple[Article, ...]) -> Answer:
    """The answer that a final status and its packs amount to. `status` is one of FINAL."""
    packs = tuple(_scan(article, pack) for article in articles for pack in article.pack)
    elsewhere = {pack.output_destination for article in articles for pack in article.pack} - {None, order.bay}
    if elsewhere:
        return Answer(Outcome.UNKNOWN, packs, "dropped-elsewhere")
    if len({pack.pack for pack in packs}) != len(packs) or len(packs) > order.packs:
        return Answer(Outcome.UNKNOWN, packs, "packs-do-not-add-up")
    if status == COMPLETED:
        whole = len(packs) == order.packs
        return (
            Answer(Outcome.COMPLETED, packs)
            if whole
            else Answer(Outcome.UNKNOWN, packs, "packs-do-not-add-up")
        )
    return _stopped(order, packs)


def _stopped(order: Order, packs: tuple[PackScan, ...]) -> Answer:
    if len(packs) == order.packs:
        return Answer(Outcome.UNKNOWN, packs, "packs-do-not-add-up")
    return Answer(Outcome.PARTIAL if packs else Outcome.FAILED, packs, "machine-stopped")


def _scan(article: Article, pack: Pack) -> PackScan:
    return PackScan(article=article.id or "", pack=pack.id or "", scan=pack.scan_code or "")
