"""Which tests are in which tier: found from what a test, its fixtures and its helpers call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest

from support import HANDBOOK

TESTS = Path(__file__).parent
BUILDS = frozenset(
    "publish build_once make_pdf make_epub lay_out write_pdf build_one build_all run_all run_job "
    "make_app make_shelf typeset update_catalogs proofread".split()
)
# mark: the names of which a test, a fixture or a helper uses one
USES = {
    "validator": frozenset({"vera", "epubcheck", "ace"}),
    "browser": frozenset({"chromium"}),
    "process": frozenset({"publish_process", "subprocess", "Popen", "local_processes", "LocalCluster"}),
    "builds": BUILDS,
}
# What is left out of make test, as its last lines name it.
ONLY_IN_ALL = {
    "handbook": "the real handbook in all editions",
    "validator": "veraPDF, EPUBCheck and Ace",
    "browser": "browsers and calibre",
    "slow": "crashes, fuzzing, clusters, cold caches",
}
OTHERS = "what builds a file or starts a process"


@cache
def _names(code: CodeType) -> frozenset[str]:
    """Return the global names and attributes that a function and the functions in it use."""
    inner = (const for const in code.co_consts if isinstance(const, CodeType))
    return frozenset(code.co_names).union(*map(_names, inner))


def _is_ours(thing: Any) -> bool:
    module = getattr(thing, "__module__", "")
    return isinstance(module, str) and module.startswith(("test_", "support", "conftest", "structure"))


def _functions(thing: Any) -> Iterator[FunctionType]:
    """Yield the functions of a function, a cached one or a class of the tests."""
    thing = getattr(thing, "__wrapped__", thing)
    if isinstance(thing, FunctionType):
        yield thing
    elif isinstance(thing, type):
        for member in vars(thing).values():
            yield from _functions(getattr(member, "__func__", member)) if not isinstance(member, type) else ()


@cache
def _reached(*start: FunctionType) -> tuple[FunctionType, ...]:
    """Return some functions and all functions of the tests that they use."""
    found, waiting = dict.fromkeys(start), list(start)
    while waiting:
        function = waiting.pop()
        for name in _names(function.__code__):
            thing = function.__globals__.get(name)
            if thing is not None and _is_ours(thing):
                new = [other for other in _functions(thing) if other not in found]
                found.update(dict.fromkeys(new))
                waiting += new
    return tuple(found)


@cache
def _needs(*start: FunctionType) -> frozenset[str]:
    """Return the marks of a test by its function and those of its fixtures."""
    each = [_names(function.__code__) for function in _reached(*start)]
    found = {mark for mark, names in USES.items() if any(names & used for used in each)}
    if any("HANDBOOK" in used and used & BUILDS for used in each):
        found.add("handbook")
    return frozenset(found)


def _mentions_handbook(value: object) -> bool:
    values = value if isinstance(value, tuple) else (value,)
    return any(each in ("handbook", HANDBOOK) for each in values)


def marks(item: pytest.Item) -> set[str]:
    """Return what a test needs, by its fixtures, its parameters and what they call."""
    if not isinstance(item, pytest.Function):
        return set()
    definitions = item._fixtureinfo.name2fixturedefs
    fixtures = [definitions[name][-1].func for name in item.fixturenames if name in definitions]
    start = [function for thing in (item.function, *fixtures) if _is_ours(thing) for function in _functions(thing)]
    found = set(_needs(*start))
    params = item.callspec.params.values() if hasattr(item, "callspec") else ()
    if "builds" in found and any(map(_mentions_handbook, params)):
        found.add("handbook")
    return found


def name(item: pytest.Item) -> str:
    """Return why a test was left out, in the words of the summary."""
    return next((what for mark, what in ONLY_IN_ALL.items() if item.get_closest_marker(mark)), OTHERS)


def summary(left_out: Counter[str]) -> Iterator[str]:
    """Yield what a run has left out, for its last lines."""
    rows = Counter(left_out)
    if others := rows.pop(OTHERS, 0):
        yield f"Only make test and make test-all cover {others} tests of {OTHERS}."
    if rows:
        yield "Only make test-all covers:"
        yield from (f"  {count:>5} tests  {what}" for what, count in rows.most_common())
