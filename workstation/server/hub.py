"""Wake-ups inside this process: which unit is where, which patient has news. Never what the news is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from uuid import UUID

Topic = str | UUID
"""A unit's HSA-id, or a patient."""


class _Listener:
    def __init__(self, topics: frozenset[Topic]) -> None:
        self.topics = topics
        self.news: dict[Topic, int] = {}
        self.woken = asyncio.Event()


class Hub:
    """Tells everybody who listens. News that nobody has fetched yet is replaced by newer."""

    def __init__(self) -> None:
        self._listeners: set[_Listener] = set()
        self.closed = False

    def publish(self, news: Mapping[str, int] | Mapping[UUID, int]) -> None:
        """Wake who listens to these topics. Call it on the event loop."""
        for listener in self._listeners:
            for topic, value in news.items():
                if topic in listener.topics:
                    listener.news[topic] = value
                    listener.woken.set()

    def listen(
        self, topics: Iterable[Topic], *, quiet_seconds: float
    ) -> AsyncIterator[dict[Topic, int]]:
        """Listen from now on; yield news as it comes, and an empty dict after so long a quiet.

        Iterate to the end or close it: who has gone is listened for until then.
        """
        listener = _Listener(frozenset(topics))
        self._listeners.add(listener)
        return self._news(listener, quiet_seconds)

    async def _news(
        self, listener: _Listener, quiet_seconds: float
    ) -> AsyncIterator[dict[Topic, int]]:
        try:
            while not self.closed:
                try:
                    async with asyncio.timeout(quiet_seconds):
                        await listener.woken.wait()
                except TimeoutError:
                    yield {}
                    continue
                news, listener.news = listener.news, {}
                listener.woken.clear()
                if not self.closed:
                    yield news
        finally:
            self._listeners.discard(listener)

    @property
    def topics(self) -> frozenset[Topic]:
        """Everything that somebody listens to."""
        return frozenset(topic for listener in self._listeners for topic in listener.topics)

    def close(self) -> None:
        """End every wait: the server is going down."""
        self.closed = True
        for listener in self._listeners:
            listener.woken.set()
