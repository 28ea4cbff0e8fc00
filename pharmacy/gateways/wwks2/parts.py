"""Elements inside messages. None is an attribute that was absent; an empty text was sent empty."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Subscriber:
    """Who speaks: our system is an "IMS", a machine a "Robot"."""

    id: int | None = None
    type: str | None = None
    manufacturer: str | None = None
    product_info: str | None = None
    version_info: str | None = None


@dataclass(frozen=True)
class Handling:
    input: str | None = None


@dataclass(frozen=True)
class Pack:
    """`id` is the machine's own number of the pack, `scan_code` what its reader saw (GS1, FNC1 as \\x1d)."""

    id: str | None = None
    index: str | None = None
    delivery_number: str | None = None
    external_id: str | None = None
    serial_number: str | None = None
    batch_number: str | None = None
    scan_code: str | None = None
    expiry_date: date | None = None
    sub_item_quantity: int | None = None
    stock_location_id: str | None = None
    machine_location: str | None = None
    output_destination: str | None = None
    handling: Handling | None = None


@dataclass(frozen=True)
class Article:
    """A product as the machine numbers it; we use the GTIN of 14 digits. `quantity` counts packs."""

    id: str | None = None
    name: str | None = None
    dosage_form: str | None = None
    packaging_unit: str | None = None
    requires_fridge: bool | None = None
    virtual_id: str | None = None
    virtual_name: str | None = None
    max_sub_item_quantity: int | None = None
    quantity: int | None = None
    pack: tuple[Pack, ...] = ()


@dataclass(frozen=True)
class Criteria:
    """Which packs are asked for. `batch_number` is the lot."""

    article_id: str | None = None
    quantity: int | None = None
    sub_item_quantity: int | None = None
    minimum_expiry_date: date | None = None
    batch_number: str | None = None
    pack_id: str | None = None
    single_batch_number: bool | None = None


@dataclass(frozen=True)
class Details:
    priority: str | None = None
    output_destination: str | None = None
    output_point: str | None = None
    status: str | None = None


@dataclass(frozen=True)
class Component:
    type: str | None = None
    description: str | None = None
    state: str | None = None
    state_text: str | None = None


@dataclass(frozen=True)
class Task:
    """An order as the machine remembers it. `id` is the id of the request that made it."""

    type: str | None = None
    id: str | None = None
    status: str | None = None
    article: tuple[Article, ...] = ()
