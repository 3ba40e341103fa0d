"""Read the request of an electronic record: HL7 Context-Aware Knowledge Retrieval (Infobutton), URL-based.

Parameters are those of the implementation guide as MedlinePlus Connect documents them
(https://medlineplus.gov/medlineplus-connect/web-service/), and the age group of its vocabulary. Everything else about the
patient is ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from carepress.model import AGE_GROUPS, MESH, OIDS, AgeGroup, Code

MAIN, SUB = "mainSearchCriteria.v", "subTopic.v"
AGE = "ageGroup.v"
LANGUAGE = "informationRecipient.languageCode.c"
FORM = "knowledgeResponseType"
# Parameters that an answer repeats as categories. Those of a person, such as age, are never repeated.
REPEATED = (
    f"{MAIN}.c",
    f"{MAIN}.cs",
    f"{MAIN}.dn",
    f"{SUB}.c",
    f"{SUB}.cs",
    f"{SUB}.dn",
    LANGUAGE,
    "informationRecipient",
    "performer",
    "taskContext.c.c",
)
ATOM, XML, JSON = "application/atom+xml", "text/xml", "application/json"
JSONP = "application/javascript"
FORMS = (ATOM, XML, JSON, JSONP)
CALLBACK = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]{0,39}(\.[A-Za-z_$][A-Za-z0-9_$]{0,39}){0,3}")  # a function
MAX_LENGTH = 200  # characters of a value
MAX_CODES = 20  # of a request

Query = Mapping[str, Sequence[str]]


class RequestError(ValueError):
    """A request that cannot be answered; the text says what to change."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a record asks for: `codes` of the main search, codes of `subtopics`, a language tag, and the form.

    `age` is the age group of the patient, None if it is not known. A search by name alone has no codes. `repeated` are the parameters that the answer repeats. `callback` is the
    function that a script calls with the answer (JSONP).
    """

    codes: tuple[Code, ...]
    subtopics: tuple[Code, ...]
    lang: str | None
    age: AgeGroup | None
    form: str
    repeated: tuple[tuple[str, str], ...]
    callback: str = ""


def read_request(query: Query) -> Request:
    """Return the request in the parameters of a URL. Raises RequestError."""
    for name in (*REPEATED, FORM):
        for value in query.get(name, ()):
            if len(value) > MAX_LENGTH or not value.isprintable():
                raise RequestError(f"{name}: use up to {MAX_LENGTH} printable characters")
    if not any(query.get(f"{MAIN}.cs", ())) or not any((*query.get(f"{MAIN}.c", ()), *query.get(f"{MAIN}.dn", ()))):
        raise RequestError(f"name a code in {MAIN}.c, and its system in {MAIN}.cs, such as {OIDS['icd10cm']}")
    form = next(iter(query.get(FORM, ())), "") or ATOM
    if form not in FORMS:
        raise RequestError(f"{FORM}: use one of {', '.join(FORMS)}")
    callback = next(iter(query.get("callback", ())), "")
    if form == JSONP and not CALLBACK.fullmatch(callback):
        raise RequestError(f"callback: {form} needs the name of a function")
    repeated = ((name, value) for name in REPEATED for value in query.get(name, ()))
    return Request(
        codes=tuple(_codes(query, MAIN)),
        subtopics=tuple(_codes(query, SUB)),
        lang=next(iter(query.get(LANGUAGE, ())), "") or None,
        age=_age_group(query),
        form=form,
        repeated=tuple(repeated),
        callback=callback if form == JSONP else "",
    )


def _age_group(query: Query) -> AgeGroup | None:
    """Return the age group of the patient; None for one that no handout can name. MeSH is the only system for it."""
    code, system = (next(iter(query.get(f"{AGE}.{part}", ())), "").strip() for part in ("c", "cs"))
    return AGE_GROUPS.get(code.upper()) if system in ("", MESH) else None


def _codes(query: Query, name: str) -> Iterator[Code]:
    """Yield the codes of a criterion, each with its system. One system is that of all codes; others are unknown."""
    systems = {oid: system for system, oid in OIDS.items()}
    codes, oids = list(query.get(f"{name}.c", ())), list(query.get(f"{name}.cs", ()))
    if len(codes) > MAX_CODES:
        raise RequestError(f"{name}.c: use up to {MAX_CODES} codes")
    oids = oids * len(codes) if len(oids) == 1 else oids
    if len(oids) < len(codes):
        raise RequestError(f"{name}.cs: name one system for all codes, or one for each")
    for code, oid in zip(codes, oids):
        if code.strip() and (system := systems.get(oid.strip())):
            yield Code(system, code.strip())
