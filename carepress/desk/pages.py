"""Render the pages of the desk in the staff's language."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal
from jinja2 import Environment
from markupsafe import Markup

from carepress.pages.environment import translated_environment
from carepress.pages.hospital import qr_svg
from carepress.pages.messages import message_finder
from carepress.text.fonts import FACES, FAMILY, font_path, subset_font
from carepress.text.language import language_name, language_tag, locale_of, own_name, text_direction
from carepress.text.palette import theme_colors
from carepress.translation.load import interface_path, translate_interface
from carepress.workspace.project import INTERFACE_LANGUAGE, LANGUAGE_CODE, Project

FONTS = ("regular", "bold")
# Latin, Latin-1, Latin Extended-A and punctuation: the typeface of the pages; other scripts have that of the system.
LETTERS = {*range(0x20, 0x180), *range(0x2010, 0x2040), 0x2190, 0x2192, 0x2713, 0x20AC}
# A language tag and, perhaps, its weight.
ACCEPTED = re.compile(
    r"(?:^|,)\s*([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?(?=,|$)", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Staff:
    """A language of the desk, and its templates."""

    lang: str
    environment: Environment

    @property
    def tag(self) -> str:
        """The language tag (BCP 47)."""
        return language_tag(self.lang)

    @property
    def direction(self) -> str:
        """The writing direction: ltr or rtl."""
        return text_direction(self.lang)


class Pages:
    """Renders templates of templates/desk, in every language that has a catalog of the interface."""

    def __init__(self, project: Project, folder: Path) -> None:
        self._project, self._folder = project, folder
        self._staff: dict[str, Staff] = {}
        self.languages = interface_languages(project, folder)

    def staff(self, lang: str) -> Staff:
        """Return a language of the desk. Raises PublishError for a broken catalog."""
        if lang not in self._staff:
            self._staff[lang] = Staff(lang, self._environment(lang))
        return self._staff[lang]

    def _environment(self, lang: str) -> Environment:
        interface = translate_interface(self._project, lang, (self._folder,))
        environment = translated_environment(self._project.templates, message_finder(interface, text_direction(lang)))
        locale = locale_of(lang)
        environment.filters |= {
            "date": lambda day: format_date(day, "long", locale=locale),
            "number": lambda value: format_decimal(value, locale=locale),
            "own_name": own_name,
            "language": lambda other: _capital(language_name(other, lang)),
        }
        environment.globals |= {"tag": language_tag, "direction": text_direction, "qr": qr_svg}
        return environment

    def render(self, name: str, lang: str, **values: Any) -> str:
        """Return a page."""
        staff = self.staff(lang)
        template = staff.environment.get_template(f"desk/{name}.html.j2")
        return template.render(staff=staff, languages=self.languages, **values)

    def best_language(self, accepted: str) -> str:
        """Return the language for a browser's header Accept-Language (RFC 9110, 12.5.4)."""
        tags = {language_tag(lang).lower(): lang for lang in self.languages}
        bases = {tag.partition("-")[0]: lang for tag, lang in tags.items()}
        for wanted in _by_weight(accepted[:1000]):
            if found := tags.get(wanted.lower()) or bases.get(wanted.lower().partition("-")[0]):
                return found
        return INTERFACE_LANGUAGE


def _by_weight(accepted: str) -> list[str]:
    """Return the tags of a header Accept-Language, the one with the largest weight first; those with none are left out."""
    weights = [(tag, float(weight or 1)) for tag, weight in ACCEPTED.findall(accepted)]
    return [tag for tag, weight in sorted(weights, key=lambda pair: -pair[1]) if weight]


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def interface_languages(project: Project, folder: Path) -> tuple[str, ...]:
    """Return the languages with a catalog of the interface: English, then the others by code."""
    folders = {path.parent.name for path in project.interface_locales.glob("*/LC_MESSAGES")}
    folders |= {path.parent.name for path in project.locales(folder).glob("*/LC_MESSAGES")}
    known = filter(LANGUAGE_CODE.fullmatch, folders - {INTERFACE_LANGUAGE})
    return INTERFACE_LANGUAGE, *sorted(n for n in known if interface_path(project, n, (folder,)).is_file())


def style_sheet(project: Project) -> bytes:
    """Return the style sheet, with the colors of the shelf."""
    faces = "".join(
        f'@font-face{{font-family:"{FAMILY}";font-weight:{FACES[face][2]};font-display:swap;'
        f'src:url("{face}.woff2") format("woff2")}}\n'
        for face in FONTS
    )
    css = (project.templates / "desk" / "desk.css").read_text(encoding="utf-8-sig")
    return (faces + theme_colors("shelf") + css).encode()


def fonts() -> dict[str, bytes]:
    """Return the font files by face."""
    return {face: subset_font(font_path(face), LETTERS, "woff2") for face in FONTS}


def image(data: bytes) -> Markup:
    """Return a JPEG as an address that contains it."""
    return Markup("data:image/jpeg;base64,") + b64encode(data).decode()
