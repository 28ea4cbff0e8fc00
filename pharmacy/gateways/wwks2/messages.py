"""The messages of the dialogs we take part in. `id` joins a response and later messages to their request."""

from dataclasses import dataclass
from datetime import datetime

from pharmacy.gateways.wwks2.parts import (
    Article,
    Component,
    Criteria,
    Details,
    Subscriber,
    Task,
)


@dataclass(frozen=True)
class Message:
    """`source` and `destination` are the numbers of the two subscribers; Hello carries none."""

    id: str
    source: int | None = None
    destination: int | None = None


@dataclass(frozen=True)
class HelloRequest(Message):
    subscriber: Subscriber | None = None


@dataclass(frozen=True)
class HelloResponse(Message):
    subscriber: Subscriber | None = None


@dataclass(frozen=True)
class KeepAliveRequest(Message):
    pass


@dataclass(frozen=True)
class KeepAliveResponse(Message):
    pass


@dataclass(frozen=True)
class StatusRequest(Message):
    include_details: bool | None = None


@dataclass(frozen=True)
class StatusResponse(Message):
    state: str | None = None
    component: tuple[Component, ...] = ()


@dataclass(frozen=True)
class StockInfoRequest(Message):
    include_packs: bool | None = None
    include_article_details: bool | None = None
    criteria: tuple[Criteria, ...] = ()


@dataclass(frozen=True)
class StockInfoResponse(Message):
    article: tuple[Article, ...] = ()


@dataclass(frozen=True)
class StockInfoMessage(Message):
    article: tuple[Article, ...] = ()


@dataclass(frozen=True)
class InputRequest(Message):
    is_new_delivery: bool | None = None
    set_picking_indicator: bool | None = None
    article: tuple[Article, ...] = ()


@dataclass(frozen=True)
class InputResponse(Message):
    is_new_delivery: bool | None = None
    article: tuple[Article, ...] = ()


@dataclass(frozen=True)
class InputMessage(Message):
    is_new_delivery: bool | None = None
    article: tuple[Article, ...] = ()


@dataclass(frozen=True)
class OutputRequest(Message):
    details: Details | None = None
    criteria: tuple[Criteria, ...] = ()


@dataclass(frozen=True)
class OutputResponse(Message):
    details: Details | None = None
    criteria: tuple[Criteria, ...] = ()


@dataclass(frozen=True)
class OutputMessage(Message):
    details: Details | None = None
    article: tuple[Article, ...] = ()


@dataclass(frozen=True)
class TaskInfoRequest(Message):
    include_task_details: bool | None = None
    task: tuple[Task, ...] = ()


@dataclass(frozen=True)
class TaskInfoResponse(Message):
    task: tuple[Task, ...] = ()


@dataclass(frozen=True)
class Envelope:
    """One document: a message and when its sender says that it sent it (aware)."""

    sent_at: datetime
    message: Message


MESSAGES: dict[str, type[Message]] = {
    kind.__name__: kind
    for kind in (
        HelloRequest,
        HelloResponse,
        KeepAliveRequest,
        KeepAliveResponse,
        StatusRequest,
        StatusResponse,
        StockInfoRequest,
        StockInfoResponse,
        StockInfoMessage,
        InputRequest,
        InputResponse,
        InputMessage,
        OutputRequest,
        OutputResponse,
        OutputMessage,
        TaskInfoRequest,
        TaskInfoResponse,
    )
}
