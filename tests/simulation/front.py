"""What a workstation's line leads to: the model of the server, or the real one behind its store."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from inspect import isawaitable
from typing import Protocol, TypeAlias, TypeVar, cast

from sync.protocol.messages import (
    HeadsReply,
    HeadsRequest,
    HelloReply,
    HelloRequest,
    ManifestReply,
    ManifestRequest,
    PullLine,
    PullRequest,
    PushReply,
    PushRequest,
    StreamLine,
    StreamRequest,
)

T = TypeVar("T")
Answer: TypeAlias = "Awaitable[T] | T"


async def answered(answer: Answer[T]) -> T:
    """Return the answer of a model, which is there at once, or of a server, which is waited for."""
    if isawaitable(answer):
        return cast(T, await answer)
    return answer


class Front(Protocol):
    """The server as one workstation meets it. Every method is one transaction."""

    @property
    def units(self) -> tuple[str, ...]:
        """The units that the workstation may follow."""
        ...

    def positions(self) -> dict[str, int]: ...

    def hello(self, request: HelloRequest) -> Answer[HelloReply]: ...

    def push(self, request: PushRequest) -> Answer[PushReply]: ...

    def pull(self, request: PullRequest) -> Answer[Sequence[PullLine]]: ...

    def manifest(self, request: ManifestRequest) -> Answer[ManifestReply]: ...

    def stream(self, request: StreamRequest) -> Answer[Sequence[StreamLine]]: ...

    def heads(self, request: HeadsRequest) -> Answer[HeadsReply]: ...
