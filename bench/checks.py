"""Mistakes and harmless changes, planted in the Spanish catalog of the handbook by rule

Each kind of edit is planted in up to 500 places of the catalog (seeded), one at a time, and the checks run on the edited
entry without the spelling dictionary. “Errors” and “warnings” are shares of the edits: an edit with an error counts only
there. The word lists are this script's own, or come from the frequencies of the catalog: none is read from the tables
of the checks. Harmless edits (synonyms, clause order, number words, passive voice, joined sentences) should raise no
alarm. Rows without a limit are informative; the limits of mistakes are on the share that is missed.

Exit status: 0 within the limits, 1 over one.
"""

from __future__ import annotations

import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import polib
from measure import GARDEN, HANDBOOK, ROOT, Row, finish, options_of

from carepress.checks.subject import Subject
from carepress.checks.table import CODES, check_pair
from carepress.checks.text import Pair
from carepress.translation.domains import local_learned, local_terms, local_words
from carepress.translation.proofread import proofread
from carepress.workspace.project import Project

LANG = "es"
SEED = 17
FAST_CODES = tuple(code for code in CODES if code != "spelling")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the catalog with its kind, such as “paragraph”."""

    source: str
    text: str
    kind: str


class Corpus:
    """The entries, and the words that the mutators choose from."""

    def __init__(self, entries: list[Entry], rng: random.Random) -> None:
        self.entries, self.rng = entries, rng
        found = Counter(word for entry in entries for word in {*re.findall(r"(?<![\w/:{#-])[a-záéíóúñü]+", entry.text)})
        common = {word for word, count in found.items() if count > len(entries) / 12}
        self.vocabulary = frozenset(found)
        self.content = [
            word for word, count in sorted(found.items()) if len(word) > 4 and count > 1 and word not in common
            and word not in FUNCTION
        ]  # fmt: skip
        self.sentences = [
            sentence for entry in entries if entry.kind == "paragraph" for sentence in sentences_of(entry.text)
            if 5 <= len(sentence.split()) <= 25 and re.fullmatch(r"[A-ZÁÉÍÓÚ¿][^\[\]{}*\d]+[.?]", sentence)
        ]  # fmt: skip


FUNCTION = frozenset(
    "alguna alguno algunas algunos antes aquel aquella aquellos aunque cada como cuando cual cuales cuanto desde después "
    "donde durante ellas ellos entonces entre estas estos están estaba hacia hasta luego mientras mucho muchos muchas "
    "nosotros nuestra nuestro otras otros para pero porque puede pueden quien quienes según siempre sobre también "
    "tampoco tanto tiene tienen todas todos usted ustedes varias varios veces".split()
)
Mutator = Callable[[Entry, Corpus], Iterator[str]]


def sentences_of(text: str) -> list[str]:
    """Split a text into sentences."""
    return re.split(r"(?<=[.!?])\s+(?=[A-ZÁÉÍÓÚÑ¿¡*\[])", text)


def swapped(*pairs: str, both: bool = True) -> Mutator:
    """Return a mutator that replaces one word or phrase of a pair “a/b” by the other."""
    rows = [tuple(pair.split("/")) for pair in pairs]
    rows += [(new, old) for old, new in rows] if both else []

    def mutate(entry: Entry, _corpus: Corpus) -> Iterator[str]:
        for old, new in rows:
            for match in re.finditer(rf"(?<![\w/:#{{-]){old}(?![\w:}}-])", entry.text, re.IGNORECASE):
                word = new[:1].upper() + new[1:] if match[0][:1].isupper() else new
                yield tidy(entry.text[: match.start()] + word + entry.text[match.end() :])

    return mutate


def tidy(text: str) -> str:
    """Correct the spaces and the first letter after a word was removed."""
    text = re.sub(r" +([,.;:?!])", r"\1", re.sub(r"  +", " ", text)).strip()
    return re.sub(r"(^|[.!?] |¿)([a-záéíóúñ])", lambda match: match[1] + match[2].upper(), text)


def changed(pattern: str, new: str) -> Mutator:
    """Return a mutator that rewrites each match of a pattern."""
    compiled = re.compile(pattern)

    def mutate(entry: Entry, _corpus: Corpus) -> Iterator[str]:
        for match in compiled.finditer(entry.text):
            yield tidy(entry.text[: match.start()] + match.expand(new) + entry.text[match.end() :])

    return mutate


def content_places(entry: Entry, corpus: Corpus) -> Iterator[re.Match[str]]:
    known = set(corpus.content)
    for match in re.finditer(r"(?<![\w/:{#-])[a-záéíóúñü]+(?![\w:}-])", entry.text):
        if match[0] in known:
            yield match


def word_swapped(entry: Entry, corpus: Corpus) -> Iterator[str]:
    """Replace a content word by another with the same ending."""
    for match in content_places(entry, corpus):
        others = [
            w for w in corpus.content if w[-2:] == match[0][-2:] and w[:4] != match[0][:4] and w not in entry.text
        ]
        if others:
            yield entry.text[: match.start()] + corpus.rng.choice(others) + entry.text[match.end() :]


def word_lost(entry: Entry, corpus: Corpus) -> Iterator[str]:
    """Remove a content word."""
    for match in content_places(entry, corpus):
        yield tidy(entry.text[: match.start()] + entry.text[match.end() :])


def with_sentences(change: Callable[[list[str], int, Corpus], list[str] | None], least: int = 2) -> Mutator:
    """Return a mutator that changes the sentences of an entry, at each place."""

    def mutate(entry: Entry, corpus: Corpus) -> Iterator[str]:
        parts = sentences_of(entry.text)
        if len(parts) < least or not entry.text.endswith((".", "!", "?")):
            return
        for at in range(len(parts)):
            if new := change([*parts], at, corpus):
                yield " ".join(new)

    return mutate


def added(parts: list[str], at: int, corpus: Corpus) -> list[str] | None:
    sentence = corpus.rng.choice(corpus.sentences)
    return None if sentence in parts else [*parts[: at + 1], sentence, *parts[at + 1 :]]


def lost(parts: list[str], at: int, _corpus: Corpus) -> list[str] | None:
    return None if re.search(r"[\[{*]", parts[at]) else [*parts[:at], *parts[at + 1 :]]


def doubled(parts: list[str], at: int, _corpus: Corpus) -> list[str] | None:
    return None if re.search(r"[\[{*]", parts[at]) else [*parts[: at + 1], *parts[at:]]


def swapped_sentences(parts: list[str], at: int, _corpus: Corpus) -> list[str] | None:
    if at + 1 >= len(parts):
        return None
    parts[at], parts[at + 1] = parts[at + 1], parts[at]
    return parts


ADVICE = (
    "No se preocupe, casi siempre se cura.", "Puede esperar hasta mañana.", "No hace falta llamar al médico.",
    "Déle también un té de hierbas.", "Esto no tiene ningún riesgo.", "Póngale una compresa fría.",
    "Todo va a salir bien.", "Puede darle una dosis más.", "Suspenda la medicina si vomita.",
    "Es mejor no decírselo al niño.", "Los remedios caseros también ayudan.", "Descanse y tome mucha agua.",
)  # fmt: skip


def advice(parts: list[str], at: int, corpus: Corpus) -> list[str]:
    return [*parts[: at + 1], corpus.rng.choice(ADVICE), *parts[at + 1 :]]


def prefix_lost(entry: Entry, corpus: Corpus) -> Iterator[str]:
    """Remove a negating prefix where the rest is a word of the catalog: infertilidad, fertilidad."""
    for match in re.finditer(r"\b(in|im|des|ir)([a-záéíóúñ]{5,})\b", entry.text):
        rest = "r" + match[2] if match[1] == "ir" else match[2]
        if any(word[:6] == rest[:6] for word in corpus.vocabulary):
            yield entry.text[: match.start()] + rest + entry.text[match.end() :]


def link_text_moved(entry: Entry, _corpus: Corpus) -> Iterator[str]:
    """Link or emphasize the words after a link or an emphasis in place of its own."""
    for match in re.finditer(r"(\[|\*\*)([^\[\]*]+)(\]\([^)]*\)|\*\*)([^\[\]*{}]*)", entry.text):
        words = re.findall(r"[^\W\d_]{4,}", match[4])
        if words:
            start = entry.text.index(words[-1], match.start(4))
            middle, end = entry.text[match.start(4) : start], start + len(words[-1])
            yield entry.text[: match.start()] + match[2] + middle + match[1] + words[-1] + match[3] + entry.text[end:]


def links_crossed(entry: Entry, _corpus: Corpus) -> Iterator[str]:
    links = list(re.finditer(r"\[([^\]]+)\]\(([^)]*)\)", entry.text))
    for first, second in pairwise(links):
        if first[2] != second[2] and first[1] != second[1]:
            between = entry.text[first.end() : second.start()]
            crossed = f"[{second[1]}]({first[2]}){between}[{first[1]}]({second[2]})"
            yield entry.text[: first.start()] + crossed + entry.text[second.end() :]


def brand_crossed(entry: Entry, corpus: Corpus) -> Iterator[str]:
    """Replace a name with the drug in parentheses by the name of another."""
    named = re.compile(r"\b([A-Z][a-z]{4,})(?= \([a-záéíóú]+\))")
    names = sorted({match[1] for other in corpus.entries for match in named.finditer(other.text)})
    for match in named.finditer(entry.text):
        other = corpus.rng.choice([name for name in names if name != match[1]])
        yield entry.text[: match.start()] + other + entry.text[match.end() :]


OPPOSITES = (
    "más/menos", "antes/después", "siempre/nunca", "alto/bajo", "alta/baja", "altos/bajos", "mejor/peor",
    "empezar/terminar", "empieza/termina", "fácil/difícil", "débil/fuerte", "débiles/fuertes", "corto/largo",
    "rápido/lento", "mucho/poco", "muchas/pocas", "muchos/pocos", "caliente/frío", "día/noche", "sano/enfermo",
    "sanas/enfermas", "sanos/enfermos", "vivo/muerto", "dentro/fuera", "subir/bajar", "sube/baja", "grande/pequeño",
    "grandes/pequeños", "nuevo/viejo", "con/sin", "primera/última", "arriba/abajo", "aumentar/disminuir",
    "mejora/empeora", "mejoran/empeoran", "abrir/cerrar", "común/raro", "comunes/raros", "seguro/peligroso",
    "temprano/tarde", "cerca/lejos", "bueno/malo", "buena/mala", "buenas/malas", "blancos/rojos", "entrar/salir",
    "maligno/benigno", "fortalecer/debilitar", "ganar/perder", "aceptar/rechazar", "jóvenes/viejos",
)  # fmt: skip
# Of one gender, and none of them a word that the glossary of the book rules out (medicamento for medicina).
SYNONYMS = (
    "médico/doctor", "médicos/doctores", "empezar/comenzar", "empieza/comienza", "empiezan/comienzan", "usar/utilizar",
    "usa/utiliza", "usan/utilizan", "quizás/tal vez", "a veces/en ocasiones", "terminar/acabar", "termina/acaba",
    "escoger/elegir", "al mismo tiempo/a la vez", "muchas veces/a menudo", "regresar/volver", "regresa/vuelve",
    "enseguida/de inmediato", "pedir/solicitar", "lugar/sitio", "contestar/responder", "entender/comprender",
    "entiende/comprende", "conseguir/obtener", "clase/tipo", "clases/tipos", "poco a poco/gradualmente",
    "por ejemplo/como ejemplo", "mostrar/indicar", "muestra/indica", "explicar/aclarar", "ocurre/sucede", "casi siempre/por lo general",
    "platicar/conversar", "cita/consulta", "citas/consultas",
    "síntoma/señal", "síntomas/señales", "manera/forma", "maneras/formas", "niños/pequeños", "permite/deja", "también/asimismo",
    "cambia/varía", "sólo/solamente", "solo/únicamente", "necesita/requiere",
    "necesitan/requieren", "revisar/examinar", "revisa/examina", "ayudar/apoyar", "decidir/resolver", "quitar/eliminar",
    "anote/apunte", "alimentos/comidas", "enojo/enfado", "miedo/temor", "hermanos/hermanitos",
)  # fmt: skip
DIGITS = ("dos/2", "tres/3", "cuatro/4", "cinco/5", "seis/6", "siete/7", "ocho/8", "nueve/9", "diez/10", "doce/12")
GENDERS = (
    "el guía/la guía", "la cura/el cura", "la orden/el orden", "la parte/el parte", "la frente/el frente",
    "la cabeza/el cabeza", "la mañana/mañana", "hasta la mañana/hasta mañana", "la policía/el policía",
    "la niña/el niño", "hija/hijo", "hijas/hijos", "una niña/un niño",
)  # fmt: skip
WHO = (
    "su hijo/usted", "el médico/el niño", "los médicos/los niños", "su equipo/su familia", "la enfermera/la madre",
    "los padres/los niños", "el donante/el médico", "usted/el médico", "la familia/el hospital", "su hijo/su equipo",
)  # fmt: skip
PASSIVE = r"\bse (us|d|sac|tom|mid|revis|toc|llam|pas|analiz|estudi|trat|administr)(a|an)\b"

MISTAKES: dict[str, tuple[Mutator, float | None]] = {
    "“no” lost": (changed(r"\b[Nn]o ", ""), 2),
    "“no” added": (changed(r"\b(es|puede|pueden|debe|hay|tiene|está|son|ayuda|necesita|sirve) ", r"no \1 "), None),
    "opposite": (swapped(*OPPOSITES), 5),
    "content word swapped": (word_swapped, 15),
    "content word lost": (word_lost, 20),
    "sentence added": (with_sentences(added, 1), 2),
    "sentence lost": (with_sentences(lost), 2),
    "sentence doubled": (with_sentences(doubled, 1), 2),
    "sentences swapped": (with_sentences(swapped_sentences), None),
    "advice or reassurance added": (with_sentences(advice, 1), None),
    "negating prefix lost": (prefix_lost, None),
    "“at once” lost": (changed(r",? (enseguida|de inmediato|inmediatamente|ahora mismo|cuanto antes|lo antes posible)\b", ""), None),
    "“if you like” added": (changed(r"\.(?=\s|$)", ", si quiere."), None),
    "who does what": (swapped(*WHO), None),
    "“and” for “or”": (swapped("y/o"), None),
    "link text or emphasis moved": (link_text_moved, None),
    "link texts crossed": (links_crossed, None),
    "brand crossed": (brand_crossed, None),
    "tú for usted": (swapped("su/tu", "sus/tus", "usted/tú", "llame/llama", "pregunte/pregunta", both=False), None),
    "gender that changes the sense": (swapped(*GENDERS), None),
    "number word changed": (swapped("dos/tres", "tres/cuatro", "cinco/seis", "una vez/dos veces"), None),
}  # fmt: skip
REWORDINGS: dict[str, Mutator] = {
    "synonym": swapped(*SYNONYMS),
    "clause order": changed(r"(?<!\S)(Si|Cuando) ([^,.;:?!¿\[\]*{}]+), ([a-záéíóú][^.;:?!\[\]*{}]+)\.", r"\3 \1 \2."),
    "number word and digit": swapped(*DIGITS),
    "passive": changed(PASSIVE, r"es \1ada"),
    "sentences joined": changed(r"(?<=[a-z])\. (?=(?:El|La|Los|Las|Su|Esto|En|Es) )", "; "),
    "pronoun moved": changed(
        r"\b(le|lo|la|les|los|las|se) (puede|pueden|debe|va a|van a) ([a-z]+[aei]r)\b", r"\2 \3\1"
    ),
}


def plant(corpus: Corpus, mutate: Mutator, limit: int) -> list[tuple[Entry, str]]:
    """Return up to `limit` edits at random places; at most three in one entry."""
    edits: list[tuple[Entry, str]] = []
    entries = [*corpus.entries]
    corpus.rng.shuffle(entries)
    for entry in entries:
        found = [text for text in mutate(entry, corpus) if text != entry.text]
        edits += [(entry, text) for text in corpus.rng.sample(found, min(3, len(found)))]
        if len(edits) >= limit:
            break
    return edits[:limit]


class Sweep:
    """Runs the checks on edits, and keeps what is missed or raises an alarm."""

    def __init__(self, corpus: Corpus, project: Project, limit: int, seed: int, show: str) -> None:
        locales = project.root / "locales"
        self.terms, self.words = local_terms(project, locales, LANG), local_words(project, locales, LANG)
        self.learned = local_learned(project, locales, LANG)
        self.corpus, self.limit, self.seed, self.show = corpus, limit, seed, show

    def rates(self, kind: str, mutate: Mutator, harmless: bool) -> tuple[int, float, float]:
        """Return the number of edits, and the shares with an error and with only a warning, in percent."""
        self.corpus.rng.seed(f"{self.seed} {kind}")
        edits = plant(self.corpus, mutate, self.limit)
        counts: Counter[str] = Counter()
        for entry, text in edits:
            problems = list(check_pair(self.subject(entry, text), FAST_CODES))
            result = min((problem.severity for problem in problems), default="nothing")
            counts[result] += 1
            if self.show and self.show in kind and (result != "nothing") == harmless:
                print("-", entry.source, "\n ", text, *(f"\n    {p.severity} {p.code}: {p.message}" for p in problems))
        total = max(1, len(edits))
        return len(edits), 100 * counts["error"] / total, 100 * counts["warning"] / total

    def subject(self, entry: Entry, text: str) -> Subject:
        return Subject(Pair(entry.source, text, LANG, entry.kind, "es.po", 1), self.terms, self.words, self.learned)


def read_corpus(book: Path, seed: int) -> Corpus:
    catalog = polib.pofile(str(book))
    entries = [
        Entry(entry.msgid, entry.msgstr, (entry.comment.splitlines() or ["paragraph"])[0].split(" · ")[0].split(",")[0])
        for entry in catalog if entry.msgstr and not entry.obsolete and not entry.fuzzy
    ]  # fmt: skip
    return Corpus(entries, random.Random(seed))


def timings(sweep: Sweep, project: Project, book: str) -> Iterator[Row]:
    """Yield the time of one entry, and of the command's work on both languages."""
    times = []
    for entry in sweep.corpus.entries[: 100 if book == GARDEN else None]:
        started = time.process_time()
        list(check_pair(sweep.subject(entry, entry.text), FAST_CODES))
        times.append(time.process_time() - started)
    times.sort()
    mean, late = 1000 * sum(times) / len(times), 1000 * times[int(len(times) * 0.99)]
    yield Row("one entry, mean", f"{mean:.1f} ms", measured=mean, limit=20, unit="ms")
    yield Row("one entry, 99 of 100 take less", f"{late:.1f} ms", measured=late, limit=20, unit="ms")
    started = time.process_time()
    problems = list(proofread(project, book, ("en", LANG)))
    took = time.process_time() - started
    what = f"the check of English and Spanish, with spelling ({len(problems)} problems)"
    yield Row(what, f"{took:.1f} s", measured=took, limit=10, unit="s")


def main() -> int:
    parser = options_of(__doc__)
    parser.add_argument("--limit", type=int, default=500, help="edits of a kind")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--kind", default="", help="only kinds whose name contains this")
    parser.add_argument("--show", default="", metavar="KIND", help="print the edits of a kind that were judged wrongly")
    options = parser.parse_args()
    project = Project(ROOT)
    path = ROOT / "locales" / LANG / "LC_MESSAGES" / f"{HANDBOOK}.po"
    corpus = read_corpus(path, options.seed)
    sweep = Sweep(corpus, project, 3 if options.quick else options.limit, options.seed, options.show)
    rows = []
    for kind, (mutate, limit) in MISTAKES.items():
        if options.kind in kind:
            number, errors, warnings = sweep.rates(kind, mutate, harmless=False)
            missed = 100 - errors - warnings
            found = f"{errors:.1f} % errors, {warnings:.1f} % warnings"
            rows.append(Row(f"mistake: {kind}, {number} edits, missed", found, "", missed, limit, "%"))
    totals: list[tuple[int, float, float]] = []
    for kind, mutate in REWORDINGS.items():
        if options.kind in kind:
            number, errors, warnings = sweep.rates(kind, mutate, harmless=True)
            totals.append((number, errors, warnings))
            found = f"{errors:.1f} % errors, {warnings:.1f} % warnings"
            rows.append(Row(f"harmless: {kind}, {number} edits, alarms", found, "", errors + warnings, None, "%"))
    if totals:
        errors, warnings = (sum(row[0] * row[at] for row in totals) / sum(row[0] for row in totals) for at in (1, 2))
        rows.append(Row("harmless edits with an error", f"{errors:.1f} %", "", errors, 5, "%"))
        rows.append(Row("harmless edits with an alarm", f"{errors + warnings:.1f} %", "", errors + warnings, 10, "%"))
    if not options.kind:
        rows += timings(sweep, project, GARDEN if options.quick else HANDBOOK)
    return finish(rows, options)


if __name__ == "__main__":
    sys.exit(main())
