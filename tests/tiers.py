"""Find the tier of each test from the functions that the test, its fixtures and its helpers call.

An example from test_epub.py and conftest.py::

    def test_container(epub: Epub) -> None: ...  # the fixture `epub` needs `epub_path`, which needs `out`

    @pytest.fixture(scope="session")
    def out(book_name: str, shared: Path) -> Path:
        return build_once(shared / f"built-{book_name}", "--book", FOLDERS[book_name])

The name `build_once` is in BUILDS, so `test_container` is marked `builds`. With the parameter `book_name="handbook"`, it is
marked `handbook` as well. Names are read from the compiled functions, so a call in a nested function or a lambda counts;
only functions defined in tests/ are followed. test_tiers.py holds more examples.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from types import CodeType, FunctionType

import pytest

from support import HANDBOOK

BUILDS = frozenset(
    "publish build_once make_pdf make_epub lay_out write_pdf build_one build_all run_all run_job "
    "make_app make_shelf typeset update_catalogs proofread".split()
)
# A mark, and the names that give it to a test.
USES = {
    "validator": frozenset({"vera", "epubcheck", "ace", "omegat"}),
    "browser": frozenset({"chromium"}),
    "process": frozenset({"publish_process", "subprocess", "Popen", "local_processes", "LocalCluster"}),
    "builds": BUILDS,
}
SAMPLE_HOSPITALS = ("riverbend", "sierra-clara")
# Marks that make test leaves out, and how the summary describes them.
ONLY_IN_ALL = {
    "handbook": "the real handbook in all editions",
    "validator": "veraPDF, EPUBCheck, Ace, OmegaT and pdf.js",
    "browser": "browsers and calibre",
    "slow": "crashes, fuzzing, clusters, cold caches, further editions and papers",
}
OTHERS = "what builds a file or starts a process"


def marks(item: pytest.Item) -> set[str]:
    """Return the marks of a test: what its function and fixtures use, and `handbook` if its parameters name that book.

    The sample hospitals publish the handbook.
    """
    if not isinstance(item, pytest.Function):
        return set()
    definitions = item._fixtureinfo.name2fixturedefs
    fixtures = [definitions[name][-1].func for name in item.fixturenames if name in definitions]
    roots = (function for thing in (item.function, *fixtures) if _is_ours(thing) for function in _functions(thing))
    result = set(_marks_of(*roots))
    params = item.callspec.params.values() if hasattr(item, "callspec") else ()
    if "builds" in result and any(map(_is_handbook, params)):
        result.add("handbook")
    return result


def length(item: pytest.Item) -> int:
    """Return 2 for a test that only make test-all runs, 1 for one that builds or starts a process, 0 for the others."""
    tiers = (ONLY_IN_ALL, ("builds", "process"), ())
    return 2 - next(index for index, marks in enumerate(tiers) if not marks or any(map(item.get_closest_marker, marks)))


def reason(item: pytest.Item) -> str:
    """Return why a test was left out, as the summary describes it."""
    return next((text for mark, text in ONLY_IN_ALL.items() if item.get_closest_marker(mark)), OTHERS)


def summary(left_out: Counter[str]) -> Iterator[str]:
    """Yield the lines that report which tests a run left out."""
    rows = Counter(left_out)
    if others := rows.pop(OTHERS, 0):
        yield f"Only make test and make test-all cover {others} tests of {OTHERS}."
    if rows:
        yield "Only make test-all covers:"
        yield from (f"  {count:>5} tests  {text}" for text, count in rows.most_common())


@cache
def _marks_of(*roots: FunctionType) -> frozenset[str]:
    """Return the marks of a test that consists of these functions: its own and those of its fixtures."""
    uses = [_names_used(function.__code__) for function in _reachable(roots)]
    result = {mark for mark, names in USES.items() if any(names & used for used in uses)}
    if any("HANDBOOK" in used and used & BUILDS for used in uses):
        result.add("handbook")
    return frozenset(result)


def _reachable(roots: tuple[FunctionType, ...]) -> list[FunctionType]:
    """Return these functions and all functions in tests/ that they call, directly or not."""
    reached, queue = dict.fromkeys(roots), list(roots)
    while queue:
        callees = [callee for callee in _callees(queue.pop()) if callee not in reached]
        reached.update(dict.fromkeys(callees))
        queue += callees
    return list(reached)


@cache
def _callees(function: FunctionType) -> tuple[FunctionType, ...]:
    """Return the functions in tests/ whose global names a function uses."""
    things = (function.__globals__.get(name) for name in _names_used(function.__code__))
    return tuple(callee for thing in things if _is_ours(thing) for callee in _functions(thing))


@cache
def _names_used(code: CodeType) -> frozenset[str]:
    """Return the names of the globals and attributes that a function and the functions nested in it use."""
    nested = (constant for constant in code.co_consts if isinstance(constant, CodeType))
    return frozenset(code.co_names).union(*map(_names_used, nested))


def _is_ours(thing: object) -> bool:
    """Return whether a function or class is defined in tests/."""
    module = getattr(thing, "__module__", None)
    return isinstance(module, str) and module.startswith(("test_", "support", "conftest", "structure"))


def _functions(thing: object) -> Iterator[FunctionType]:
    """Yield the function itself, the one a decorator wraps, or the methods of a class."""
    thing = getattr(thing, "__wrapped__", thing)
    if isinstance(thing, FunctionType):
        yield thing
    elif isinstance(thing, type):
        for member in vars(thing).values():
            if not isinstance(member, type):
                yield from _functions(getattr(member, "__func__", member))


def _is_handbook(param: object) -> bool:
    values = param if isinstance(param, tuple) else (param,)
    return any(value in ("handbook", HANDBOOK, *SAMPLE_HOSPITALS) for value in values)
