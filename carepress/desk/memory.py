"""What the desk keeps in memory, bounded: the latest results, by the digests of what they were made from."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, TypeVar

T = TypeVar("T")


class Memory(Generic[T]):
    """The latest things, at most `count` of them and `size` bytes; the one that was not asked for longest goes first."""

    def __init__(self, count: int, size: int) -> None:
        self.count, self.size = count, size
        self._things: OrderedDict[str, tuple[T, int]] = OrderedDict()
        self._bytes = 0

    def get(self, key: str) -> T | None:
        """Return a thing, or None if it is not kept."""
        if key not in self._things:
            return None
        self._things.move_to_end(key)
        return self._things[key][0]

    def keep(self, key: str, thing: T, size: int) -> None:
        """Keep a thing of `size` bytes; one that is larger than the limit is not kept."""
        self._bytes -= self._things.pop(key, (None, 0))[1]
        if size > self.size:
            return
        self._things[key] = thing, size
        self._bytes += size
        while len(self._things) > self.count or self._bytes > self.size:
            self._bytes -= self._things.popitem(last=False)[1][1]
