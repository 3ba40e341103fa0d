"""Take translations that come back from another program into a catalog, or refuse them one by one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import polib

from carepress.catalogs.exchange.units import Unit, stamp
from carepress.catalogs.gate import word_difference
from carepress.catalogs.translate import check_printf, check_structure
from carepress.model import Problem, PublishError, State
from carepress.text.codes import split_markdown
from carepress.text.inline import Emphasis, Inline, Strong, parse_inline, plain_text, walk
from carepress.text.language import source_name
from carepress.text.visible import CONTROL_CHARACTERS

CODE = "import"
# A page cannot show them; the last two are the ends of lines that a catalog cannot hold.
_UNWRITABLE = re.compile(f"{CONTROL_CHARACTERS.pattern}|[\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Received:
    """A unit as a file has it. What the file lacks is None; `unreadable` is what is wrong with it, and what to do."""

    id: str
    line: int
    source: str
    target: str
    state: State | None = None
    remark: str | None = None
    stamp: str | None = None
    unreadable: tuple[str, str] | None = None


@dataclass(slots=True)
class Result:
    """How many units were taken, unchanged, or left as they are because the file has no text for them."""

    taken: int = 0
    unchanged: int = 0
    empty: int = 0
    review: int = 0
    refused: list[Problem] = field(default_factory=list)


class _RefusedError(Exception):
    """A unit that cannot be taken; the arguments are the message and the hint."""


def receive(received: Iterable[Received], units: Mapping[str, Unit], path: str) -> Result:
    """Change the entries of `units` to what has come back in the file `path`.

    A unit is refused if its source is no longer in the catalog, if it breaks marks, links or placeholders, and if the
    catalog has another translation since the export. A unit without a text changes nothing.
    """
    result, seen, states = Result(), set[str](), dict[str, State]()
    for item in received:
        try:
            if item.unreadable:
                raise _RefusedError(*item.unreadable)
            if item.id in seen:
                raise _RefusedError(f"the unit “{item.id}” is in the file twice", "keep one of the two")
            seen.add(item.id)
            unit = _unit_of(item, units)
            states[unit.id] = _receive_one(item, unit, result)
        except _RefusedError as error:
            result.refused.append(Problem(CODE, "error", path, item.line, *error.args))
        except PublishError as error:
            result.refused.append(Problem(CODE, "error", path, item.line, error.message, error.hint))
    _settle(units.values(), states)
    return result


def _settle(units: Collection[Unit], states: Mapping[str, State]) -> None:
    """Give each entry its flag: a plural is fuzzy if one of its forms is."""
    changed = {unit.group or unit.id for unit in units if states.get(unit.id, unit.state) != unit.state}
    fuzzy = {unit.group or unit.id for unit in units if states.get(unit.id, unit.state) == "fuzzy"}
    for unit in units:
        entry, id_ = unit.entry, unit.group or unit.id
        if id_ in changed:
            entry.fuzzy = id_ in fuzzy
            if not entry.fuzzy:
                entry.previous_msgid = entry.previous_msgid_plural = entry.previous_msgctxt = None


def _unit_of(item: Received, units: Mapping[str, Unit]) -> Unit:
    """Return the unit that a file's unit was exported from. Raises _RefusedError if its source has changed."""
    export = "export the catalogs again, and translate what is new there"
    if (unit := units.get(item.id)) is None:
        now = next((u for u in units.values() if u.entry.previous_msgid == item.source != ""), None)
        if now is not None:
            name, difference = source_name(now.source_lang), word_difference(item.source, now.source)
            raise _RefusedError(f"the {name} has changed since the export: {difference}", export)
        message = f"no catalog has the unit “{item.id}”: “{item.source}”"
        raise _RefusedError(message, f"if it is of another book, use --book; otherwise {export}")
    if item.source != unit.source:
        name, difference = source_name(unit.source_lang), word_difference(unit.source, item.source)
        message = f"the {name} in the file is not that of the catalog: {difference}"
        raise _RefusedError(message, "restore it in the file, or export the catalogs again")
    return unit


def _receive_one(item: Received, unit: Unit, result: Result) -> State:
    """Take a unit into its entry, unless nothing has changed; return its state, which the caller records."""
    text = item.target if item.target == unit.target else _trimmed(item.target, unit.source)
    is_empty = not text.strip()
    remark = unit.remark if item.remark == unit.remark else _lines(item.remark or "") or unit.remark
    state = unit.state if is_empty else _state(item, unit)
    target = unit.target if is_empty else text
    # Where the catalog has no translation, there is nothing that an older one could replace.
    exported = item.stamp if unit.target.strip() else None
    untouched = exported is not None and exported == stamp(text, "missing" if is_empty else state, remark)
    if untouched or (target, state, remark) == (unit.target, unit.state, unit.remark):
        is_lost = is_empty and bool(unit.target.strip())
        result.empty += is_lost
        result.unchanged += not is_lost
        return unit.state
    if not is_empty and exported not in (None, unit.stamp):
        message = f"the catalog has changed since the export, and so has the file: “{unit.target}” and “{target}”"
        raise _RefusedError(message, "write the right one in the catalog")
    if target != unit.target:
        if target == unit.source and unit.target.strip():
            name = source_name(unit.source_lang)
            message = f"the {name} has taken the place of the translation “{unit.target}”"
            raise _RefusedError(message, f"translate it; if the {name} is right, write it in the catalog")
        _check(unit, target)
        _write(unit, target)
    if remark != unit.remark:
        unit.entry.tcomment = remark
    result.taken += 1
    result.review += state == "fuzzy"
    return state


def _trimmed(text: str, source: str) -> str:
    """Return a translation without the spaces and line ends at its ends, unless the source has some there."""
    blank = " \t\r\n"
    text = text if source[:1].isspace() else text.lstrip(blank)
    return text if source[-1:].isspace() else text.rstrip(blank)


def _lines(remark: str) -> str:
    """Return a remark in lines that a catalog can hold as a comment."""
    return "\n".join(CONTROL_CHARACTERS.sub("", line).rstrip() for line in remark.strip().splitlines())


def _state(item: Received, unit: Unit) -> State:
    """Return the state of a translation; one that is still marked as missing is to be reviewed."""
    if item.state == "missing":
        return "fuzzy"
    return item.state or (unit.state if item.target == unit.target else "translated")


def _write(unit: Unit, target: str) -> None:
    if unit.form is None:
        unit.entry.msgstr = target
    else:
        unit.entry.msgstr_plural = {**unit.entry.msgstr_plural, unit.form: target}


# --- Texts -----------------------------------------------------------------------------------


def _check(unit: Unit, text: str) -> None:
    """Raise _RefusedError or PublishError for a translation that the build would refuse, or whose marks differ."""
    if "\n" in text and "\n" not in unit.source:
        raise _RefusedError("the translation has a line break", "write it in one line")
    if match := _UNWRITABLE.search(text):
        raise _RefusedError(f"invisible character U+{ord(match[0]):04X} in the translation", "remove it")
    trial = polib.POEntry(msgid=unit.source, msgstr=text)
    if unit.split is not split_markdown:
        if unit.form is not None:
            plural = unit.entry.msgid_plural
            trial = polib.POEntry(msgid=unit.entry.msgid, msgid_plural=plural, msgstr_plural={unit.form: text})
        check_printf(trial, unit.forms, "")
        return
    check_structure(trial, "", unit.source_lang)
    source, target = Counter(_marks(unit.source)), Counter(_marks(text))
    if difference := next(iter((source - target) | (target - source)), None):
        verb = "lacks" if source[difference] > target[difference] else "adds"
        raise _RefusedError(
            f"the translation {verb} {difference}", f"keep each mark of the {source_name(unit.source_lang)}, once"
        )
    plain = plain_text(parse_inline(text))
    if plain.count("[") != plain.count("]"):
        raise _RefusedError("a link has no beginning or no end", "keep both of its marks, once")


def _marks(text: str) -> Iterator[str]:
    nodes = parse_inline(text)
    names: Mapping[type[Inline], str] = {Strong: "bold (**)", Emphasis: "italics (*)"}
    yield from (names[type(node)] for node in walk(nodes) if type(node) in names)
    yield from ["an asterisk"] * plain_text(nodes).count("*")
