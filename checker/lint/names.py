"""Rules about names: variables that nothing sets, and streams that are only written or only read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct
from rpds import HashTrieMap

from airspec.checker.lint.finding import Finding
from airspec.spec.diagnosis.fault import nearest
from airspec.spec.errors import place_of
from airspec.spec.lexical import Lexemes, scan
from airspec.spec.mentions import reads, sets
from airspec.spec.parser import Script, mention
from airspec.spec.syntax import (
    Call,
    Canon,
    CanonMap,
    CanonMapScalar,
    FoldMap,
    FoldScalar,
    FoldStream,
    Instruction,
    New,
    children,
)

OF_THE_COMPILER = ("$-", "%-")
"""How the names of streams and maps begin that the Aqua compiler makes up."""

Folds = FoldScalar | FoldStream | FoldMap


class Use(Struct, frozen=True, eq=False):
    """An occurrence of a name that an instruction reads or sets.

    `node` is the instruction, `new` the one whose scope the name belongs to (None: the whole script), and `fold` the
    innermost fold around it, if any.
    """

    name: str
    node: Instruction
    new: New | None
    fold: Folds | None

    def reaches(self, other: Use) -> bool:
        """Return whether a name that is set here is in scope where the other use reads it."""
        inside = self.fold is None or _contains(self.fold, other.node)
        return self.name == other.name and self.new is other.new and inside


class Uses(Struct, frozen=True):
    """All uses of names in a script: reads and sets of variables, and reads and writes of streams and maps."""

    reads: list[Use]
    sets: list[Use]
    streams_read: list[Use]
    streams_written: list[Use]


def uses_of(whole: Instruction) -> Uses:
    """Return all uses of names in an instruction and those inside it."""
    uses = Uses([], [], [], [])
    scopes: HashTrieMap[str, New] = HashTrieMap()
    pending: list[tuple[Instruction, HashTrieMap[str, New], Folds | None]] = [(whole, scopes, None)]
    while pending:
        node, scopes, fold = pending.pop()
        inner_fold: Folds | None = node if isinstance(node, FoldScalar | FoldStream | FoldMap) else fold
        uses.reads.extend([Use(name, node, scopes.get(name), fold) for name in reads(node)])
        for name in () if isinstance(node, New) else sets(node):
            found = Use(name, node, scopes.get(name), inner_fold)
            (uses.streams_written if name[0] in "$%" else uses.sets).append(found)
        stream = _stream_of(node)
        if stream is not None:
            uses.streams_read.append(Use(stream, node, scopes.get(stream), fold))
        inner = scopes.insert(node.variable.name, node) if isinstance(node, New) else scopes
        pending.extend([(child, inner, inner_fold) for child in reversed(children(node))])
    return uses


def _stream_of(node: Instruction) -> str | None:
    """Return the stream or map whose values an instruction reads."""
    match node:
        case Canon() | CanonMap() | CanonMapScalar() | FoldStream() | FoldMap():
            return node.stream.name
        case _:
            return None


def name_findings(script: Script, dead: frozenset[Instruction]) -> Iterator[Finding]:
    """Yield the findings about the names of a script; what `dead` instructions set or write does not count."""
    naming = Naming(script, uses_of(script.instruction), dead)
    yield from naming.unset()
    yield from naming.unwritten()
    yield from naming.unread()


class Naming:
    """The search of one script for findings about names; `dead` are its instructions that never run."""

    def __init__(self, script: Script, uses: Uses, dead: frozenset[Instruction]) -> None:
        self.text = script.text
        self.lexemes: Lexemes = scan(script.text)
        self.uses = uses
        self.dead = dead

    def unset(self) -> Iterator[Finding]:
        """Yield a finding for each variable that is read where nothing sets it, at its first such use."""
        reported: set[tuple[str, New | None]] = set()
        setters = _by_name(self.uses.sets)
        for read in self.uses.reads:
            key = (read.name, read.new)
            candidates = setters.get(read.name, [])
            if key in reported or read.node in self.dead or any(self._sets(use, read) for use in candidates):
                continue
            reported.add(key)
            visible = [use.name for use in self.uses.sets if use.name != read.name and self._live(use)]
            alike = [name for name in visible if name[0] == read.name[0] or (name + read.name)[0].isalnum()]
            yield self._finding("unset-variable", read, self._why_unset(read, candidates), alike)

    def unwritten(self) -> Iterator[Finding]:
        """Yield a finding for each stream or map whose values are read, and to which nothing writes."""
        written = {(use.name, use.new) for use in self.uses.streams_written if self._live(use)}
        unread = self._unread_names()
        reported: set[tuple[str, New | None]] = set()
        for read in self.uses.streams_read:
            key = (read.name, read.new)
            if key in written or key in reported or read.node in self.dead or not self._is_used(read):
                continue
            near = nearest(read.name, unread) or nearest(read.name, {name for name, _ in written})
            if read.new is not None and near is None:
                continue  # an empty array, made on purpose
            reported.add(key)
            message = f"nothing writes to `{read.name}`, which is read here"
            yield self._finding("unwritten-stream", read, message, [near] if near else [])

    def unread(self) -> Iterator[Finding]:
        """Yield a finding for each stream or map that is written to, and that nothing reads.

        A call into a stream that nothing reads discards its result, as authors and the Aqua compiler do; this is a
        finding only if another stream that is read has almost the same name.
        """
        read = {(use.name, use.new) for use in self.uses.streams_read}
        names = {name for name, _ in read}
        reported: set[tuple[str, New | None]] = set()
        for use in self.uses.streams_written:
            key = (use.name, use.new)
            if key in read or key in reported or use.node in self.dead:
                continue
            near = nearest(use.name, names - {use.name})
            if isinstance(use.node, Call) and near is None:
                continue
            if use.name.startswith(OF_THE_COMPILER):
                continue
            reported.add(key)
            message = f"nothing reads `{use.name}`, to which this writes"
            yield self._finding("unread-stream", use, message, [near] if near else [])

    def _unread_names(self) -> set[str]:
        read = {(use.name, use.new) for use in self.uses.streams_read}
        return {use.name for use in self.uses.streams_written if (use.name, use.new) not in read}

    def _is_used(self, read: Use) -> bool:
        """Return whether the values that are read are used: a canon alone only makes the particle pass its peer."""
        match read.node:
            case Canon() | CanonMap() | CanonMapScalar():
                canon = read.node.target.name
                return any(use.name == canon for use in self.uses.reads)
            case _:
                return True

    def _live(self, use: Use) -> bool:
        return use.node not in self.dead

    def _sets(self, use: Use, read: Use) -> bool:
        return self._live(use) and use.reaches(read)

    def _why_unset(self, read: Use, candidates: list[Use]) -> str:
        if not candidates:
            return f"nothing sets `{read.name}`, which is read here"
        place = self._place(candidates[0])
        if any(self._live(use) for use in candidates):
            return f"`{read.name}` is set only at {place}, in a scope that ends before it is read here"
        return f"`{read.name}` is set only at {place}, in an instruction that never runs"

    def _finding(self, rule: str, use: Use, message: str, alike: Iterable[str]) -> Finding:
        near = nearest(use.name, alike)
        suggestion = f"did you mean `{near}`?" if near else ""
        return Finding(rule, mention(self.lexemes, use.node.span, use.name), message, suggestion)

    def _place(self, use: Use) -> str:
        place = place_of(self.text, mention(self.lexemes, use.node.span, use.name))
        return f"{place.line}:{place.column}"


def _by_name(uses: Iterable[Use]) -> dict[str, list[Use]]:
    found: dict[str, list[Use]] = {}
    for use in uses:
        found.setdefault(use.name, []).append(use)
    return found


def _contains(outer: Instruction, inner: Any) -> bool:
    return bool(outer.span.start <= inner.span.start and inner.span.end <= outer.span.end)
