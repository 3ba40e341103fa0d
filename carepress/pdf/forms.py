"""Form fields (ISO 32000-1, 12.7) where a laid-out page has elements with data-entry.

WeasyPrint's own fields have no appearance stream, repeat the names of radio buttons, and need HTML labels. These
conform to PDF/A and PDF/UA, and are placed over the lines for handwriting.

    data-entry     text, lines (several lines of text), check or radio
    data-name      the name of the field, or of a group of radio buttons
    data-row       the number of the field among those with the same label, from 1; 0 if there is no number
    data-label     the alternate name, which is read aloud
    data-numbered  that name with a number, in place of {row}
    data-value     the meaning of a check box or radio button
    data-choice    the name of such a button: its meaning after that of the field, in place of {label}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pydyf

from carepress.model.units import PX_TO_PT
from carepress.pdf.boxes import children, copy_number
from carepress.pdf.form_font import add_form_font

SIZE = 11  # pt, of typed text
INK = "0.122 0.161 0.2"  # DeviceRGB, as in print.css
# PDFium, in Chrome, sets only Latin-1 in the font of a field, unless its name is that of a font of symbols.
FONT = "Wingdings"
LEFT, RIGHT = 0, 2  # alignment of typed text (ISO 32000-1, table 222)
# Field flags (ISO 32000-1, tables 226 and 228).
MULTILINE, NO_TOGGLE_TO_OFF, RADIO = 1 << 12, 1 << 14, 1 << 15
PRINT_FLAG = 4  # the annotation flag Print (table 165)
# The distance of the control points of a Bézier curve that draws a quarter of a circle of radius 1.
QUARTER = 0.5523
RING = 1.8  # pt, the width of the line of a ring


def add_fields(file: Any, pages: list[Any]) -> None:
    """Add a field to a file for each box with data-entry, and set it as the box's `widget_annotation`.

    `pages` are the page boxes of the document.
    """
    entries: dict[tuple[Any, int], tuple[int, Any]] = {}
    for number, page in enumerate(pages):
        for box, copy in _field_boxes(page, 0):
            # The head of a table that goes on is repeated as an artifact, which has no fields.
            entries.setdefault((box.element, copy), (number, box))
    if not entries:
        return
    form = _InteractiveForm(file, pages[0].children[0].element)
    file_pages = [item for item in file.objects if isinstance(item, dict) and item.get("Type") == "/Page"]
    for (_element, copy), (number, box) in entries.items():
        form.add(box, copy, file_pages[number], pages[number].margin_height())


def _field_boxes(box: Any, copy: int) -> Iterator[tuple[Any, int]]:
    """Yield the boxes of fields, each with the number of its copy (carepress.pdf.write.lay_out)."""
    copy = copy_number(box, copy)
    is_principal = box.element is not None and box.element_tag == box.element.tag
    if is_principal and box.element.get("data-entry"):
        yield box, copy
        return  # boxes inside may have the same element
    for child in children(box):
        yield from _field_boxes(child, copy)


class _InteractiveForm:
    """The interactive form of a file, in the language and direction of an HTML element; fields are added one by one."""

    def __init__(self, file: Any, root: Any) -> None:
        self.file = file
        self.fields = pydyf.Array()
        self.groups: dict[str, Any] = {}
        self.alignment = RIGHT if root.get("dir") == "rtl" else LEFT
        font = add_form_font(file, root.get("lang").replace("-", "_"))
        self.resources = pydyf.Dictionary({"Font": pydyf.Dictionary({FONT: font.reference})})
        style = pydyf.String(f"/{FONT} {SIZE} Tf {INK} rg")
        form = pydyf.Dictionary({"Fields": self.fields, "DR": self.resources, "DA": style})
        file.add_object(form)
        file.catalog["AcroForm"] = form.reference

    def add(self, box: Any, copy: int, page: Any, height: float) -> None:
        """Add the field of a box to its page, whose `height` is in CSS px."""
        element = box.element
        row = int(element.get("data-row") or 0) + copy
        label = element.get("data-numbered").replace("{row}", str(row)) if row else element.get("data-label")
        name = element.get("data-name") + (f"-copy-{copy}" if copy else "")
        left, top = box.border_box_x(), box.border_box_y()
        edges = (left, height - top - box.border_height(), left + box.border_width(), height - top)
        widget = pydyf.Dictionary({"Type": "/Annot", "Subtype": "/Widget", "F": PRINT_FLAG, "P": page.reference})
        self.file.add_object(widget)
        widget["Rect"] = pydyf.Array([PX_TO_PT * edge for edge in edges])
        size = (PX_TO_PT * box.border_width(), PX_TO_PT * box.border_height())
        kind, value = element.get("data-entry"), element.get("data-value")
        choice = element.get("data-choice").replace("{label}", label)
        if kind == "radio":
            self._button(widget, size, _ring(*size))
            self._add_to_group(widget, name, label, value, choice)
        elif kind == "check":
            self._button(widget, size, _cross(*size))
            widget.update({"FT": "/Btn", "V": "/Off", **_named(name, choice)})
            self.fields.append(widget.reference)
        else:
            flags = MULTILINE if kind == "lines" else 0
            style = pydyf.String(f"/{FONT} {SIZE} Tf {INK} rg")
            widget.update({"FT": "/Tx", "V": pydyf.String(""), "Ff": flags, "DA": style, **_named(name, label)})
            if self.alignment != LEFT:
                widget["Q"] = self.alignment
            widget["AP"] = pydyf.Dictionary({"N": self._appearance(b"/Tx BMC EMC", size)})
            self.fields.append(widget.reference)
        page.setdefault("Annots", pydyf.Array()).append(widget.reference)
        box.widget_annotation = widget

    def _button(self, widget: Any, size: tuple[float, float], mark: bytes) -> None:
        """Set the two appearances of a check box or radio button, without the frame, which is part of the page."""
        appearances = pydyf.Dictionary({"On": self._appearance(mark, size), "Off": self._appearance(b"", size)})
        widget.update({"AS": "/Off", "AP": pydyf.Dictionary({"N": appearances})})

    def _add_to_group(self, widget: Any, name: str, label: str, value: str, choice: str) -> None:
        """Add a radio button to the group of that name. The name of its “on” state is its index in the group."""
        if name not in self.groups:
            flags = RADIO | NO_TOGGLE_TO_OFF
            group = pydyf.Dictionary({"FT": "/Btn", "Ff": flags, "V": "/Off", **_named(name, label)})
            group.update({"Kids": pydyf.Array(), "Opt": pydyf.Array()})
            self.file.add_object(group)
            self.fields.append(group.reference)
            self.groups[name] = group
        group = self.groups[name]
        appearances = widget["AP"]["N"]
        appearances[str(len(group["Kids"]))] = appearances.pop("On")
        group["Kids"].append(widget.reference)
        group["Opt"].append(pydyf.String(value))
        widget.update({"Parent": group.reference, "Contents": pydyf.String(choice)})

    def _appearance(self, content: bytes, size: tuple[float, float]) -> Any:
        """Add an appearance stream (ISO 32000-1, 12.5.5) of a size in pt; return its reference."""
        extra = {
            "Type": "/XObject",
            "Subtype": "/Form",
            "BBox": pydyf.Array((0, 0, *size)),
            "Resources": self.resources,
        }
        stream = pydyf.Stream([content], extra)
        self.file.add_object(stream)
        return stream.reference


def _named(name: str, label: str) -> dict[str, Any]:
    """Return the name and the alternate name of a field. Dots are replaced: they would nest the field."""
    return {"T": pydyf.String(name.replace(".", "-")), "TU": pydyf.String(label)}


def _cross(width: float, height: float) -> bytes:
    """Return a cross in a check box, as PDF operators; lengths are in pt."""
    a, b = 0.2 * width, 0.2 * height
    strokes = f"{a} {b} m {width - a} {height - b} l {a} {height - b} m {width - a} {b} l S"
    return f"q {INK} RG 1.2 w {strokes} Q".encode()


def _ring(width: float, height: float) -> bytes:
    """Return a ring around a number or word, which stays readable, as PDF operators; ends are half circles."""
    right, top, radius = width - RING / 2, height - RING / 2, (min(width, height) - RING) / 2
    left = bottom = RING / 2
    bend = radius * (1 - QUARTER)
    curves = (
        f"{left + radius} {bottom} m {right - radius} {bottom} l "
        f"{right - bend} {bottom} {right} {bottom + bend} {right} {bottom + radius} c {right} {top - radius} l "
        f"{right} {top - bend} {right - bend} {top} {right - radius} {top} c {left + radius} {top} l "
        f"{left + bend} {top} {left} {top - bend} {left} {top - radius} c {left} {bottom + radius} l "
        f"{left} {bottom + bend} {left + bend} {bottom} {left + radius} {bottom} c"
    )
    return f"q {INK} RG {RING} w {curves} s Q".encode()
