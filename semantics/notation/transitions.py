"""Reading rules of *Step*: from the source of a rule to its left side, its premises one by one, and its conclusion.

A rule is read into the smallest premises: shared premises are read in the place of their name, and a record that they
conclude in is taken apart, so that ``it.triplet`` is just the value.  Names of values are replaced by numbers, the same
number for the same judgement in all rules of a left side; so two rules state the same premise exactly when its text is
the same, whatever each calls its values.  The compiler (`semantics.notation.sharing`) and the proofs start from here.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import typing
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, Final, cast

from msgspec import Struct

from airspec.semantics.configuration import Config, Return
from airspec.semantics.editions import FAITHFUL, Edition
from airspec.semantics.notation.premises import NEED
from airspec.semantics.notation.reading import NotationError, definition_of, label, rule_name
from airspec.semantics.notation.registry import Entry, entry_of, load, replacements
from airspec.semantics.notation.syntax_trees import copied
from airspec.spec.faults import Catchable

CONFIG: Final = "_0"
"""The configuration of the left side, in premises and conclusions that were read."""

UPDATES: Final = frozenset(name for name, value in vars(Config).items() if inspect.isfunction(value)) - {"__init__"}
"""The updates of configurations."""

Event = typing.Literal["evaluate", "return", "throw"]
"""The subject of a left side: an instruction that is evaluated, or a frame that a return or an error reaches."""

EVENTS: Final[Mapping[Any, Event]] = {Return: "return", Catchable: "throw"}


class Left(Struct, frozen=True):
    """The left side of a rule: an instruction that is evaluated, or a return or error that reaches a frame.

    `head` is the class of the instruction or frame (None: the stack is empty).
    """

    event: Event
    head: Any

    @property
    def arity(self) -> int:
        """Return the number of parameters of a rule of this left side."""
        return 2 if self.event == "evaluate" else 3

    def __str__(self) -> str:
        """Return the left side in words: the event and the name of the class."""
        return f"{self.event} {getattr(self.head, '__name__', 'at the end')}"


class Named(Struct, frozen=True, eq=False):
    """The premise that gives the name `name` to the value of an expression."""

    name: str
    value: ast.expr
    line: int


class Needed(Struct, frozen=True, eq=False):
    """The premise that the value `name` is no failure; if it is, the step fails in the configuration `where`.

    `waits` is set if a variable that is not there yet is waited for; `instruction` is the one that fails, and `blame`
    the tetraplet that the error registers show (None: none).
    """

    name: ast.expr
    waits: bool
    where: ast.expr
    instruction: ast.expr
    blame: ast.expr | None
    line: int


class Tested(Struct, frozen=True, eq=False):
    """A side condition; if it demands that a value has a class, `form` is that class and `subject` the value."""

    test: ast.expr
    line: int
    form: Any = None
    subject: ast.expr | None = None


class Otherwise(Struct, frozen=True, eq=False):
    """The premise that no sister rule applies; then the consequence holds (None: nothing is claimed)."""

    consequence: ast.expr | None
    line: int


Atom = Named | Needed | Tested | Otherwise


class Transition(Struct, frozen=True, eq=False):
    """One rule of *Step*, read for one left side: its premises in order, and its conclusion."""

    entry: Entry
    left: Left
    atoms: tuple[Atom, ...]
    conclusion: ast.expr

    @property
    def name(self) -> str:
        """Return the name of the rule."""
        return rule_name(self.entry)


def key(atom: Atom) -> str:
    """Return the text of a premise, which is the same exactly if two rules of a left side have the same premise."""
    match atom:
        case Named(name, value):
            return f"{name} = {ast.unparse(value)}"
        case Needed(name, waits, where, instruction, blame):
            parts = [ast.unparse(part) for part in (name, where, instruction, blame) if part is not None]
            return f"{'wait' if waits else 'need'} {' '.join(parts)}"
        case Tested(test):
            return ast.unparse(test)
        case Otherwise():
            return "otherwise"


@lru_cache(maxsize=1024)
def left_sides(entry: Entry) -> tuple[Left, ...]:
    """Return the left sides of a rule, which the types of its parameters declare.

    Raise `NotationError` if they declare none.
    """
    hints = typing.get_type_hints(entry.plain)
    returned = hints.pop("return", None)
    first, *kinds = list(hints.values()) or [None]
    if first is not Config or returned is not Config or len(kinds) not in (1, 2):
        raise NotationError("a rule of Step takes a configuration and what it meets to a configuration", entry.line)
    options = [typing.get_args(kind) or (kind,) for kind in kinds]
    if len(options) == 1:
        return tuple(Left("evaluate", kind) for kind in options[0])
    if not all(event in EVENTS for event in options[0]):
        raise NotationError("a frame is met by a Return or by a Catchable", entry.line)
    heads = [None if kind is type(None) else kind for kind in options[1]]
    return tuple(Left(EVENTS[event], head) for event in options[0] for head in heads)


def step_entries(edition: Edition = FAITHFUL) -> tuple[Entry, ...]:
    """Return the rules of *Step* that an edition has: the faithful ones that it does not replace, and its own."""
    replaced = replacements(edition)
    own = [e for e in load() if e.kind == "step" and (e.edition is None or e.edition is edition)]
    return tuple(e for e in own if e.function not in replaced)


@cache
def rules_by_left(edition: Edition = FAITHFUL) -> dict[Left, tuple[Entry, ...]]:
    """Return the rules of *Step* of an edition by left side, each group in the order of modules and lines."""
    grouped: dict[Left, list[Entry]] = {}
    for entry in step_entries(edition):
        for left in left_sides(entry):
            grouped.setdefault(left, []).append(entry)
    return {left: tuple(entries) for left, entries in grouped.items()}


Values = dict[str, Any]
"""What names stand for: an expression, or the parts of a record that was taken apart, by field."""


class RuleReader:
    """A reader of the rules of one left side, which numbers the values in their premises in the same way for all.

    `constants` collects the values of the global names in the premises; shared premises are those of the given edition.
    """

    def __init__(self, left: Left, edition: Edition = FAITHFUL) -> None:
        self.left = left
        self.replaced = replacements(edition)
        self.constants: dict[str, Any] = {}
        self.numbers: dict[str, str] = {}
        self.names: dict[int, str] = {}

    def transition(self, entry: Entry) -> Transition:
        """Return one rule, read for the left side.  Raise `NotationError` where it is outside of the notation."""
        function = definition_of(entry)
        parameters = [argument.arg for argument in function.args.args]
        values: Values = {name: load_name(f"_{i}") for i, name in enumerate(parameters)}
        atoms: list[Atom] = []
        conclusion = self.body(entry, function.body, values, atoms)
        return Transition(entry, self.left, tuple(atoms), conclusion)

    def body(self, entry: Entry, body: Sequence[ast.stmt], values: Values, atoms: list[Atom]) -> ast.expr:
        """Add the premises of a body to `atoms` and the names that it assigns to `values`, and return its conclusion.

        Raise `NotationError`.
        """
        for statement in body:
            match statement:
                case ast.Expr() if label(statement) is not None:
                    continue
                case ast.Expr(ast.Call() as call):
                    self.premise(entry, call, values, atoms)
                case ast.Assign([ast.Name(target)], value) | ast.AnnAssign(ast.Name(target), _, ast.expr() as value):
                    values[target] = self.premise(entry, value, values, atoms)
                case ast.Return(ast.Call(ast.Name(word)) as call) if word in NEED:
                    return cast(ast.expr, self.premise(entry, call, values, atoms))
                case ast.Return(ast.expr() as value):
                    return self.expression(entry, value, values)
                case _:
                    kind = type(statement).__name__
                    raise NotationError(f"a {kind} statement is not in a rule of Step", statement.lineno)
        raise NotationError("a rule ends with its conclusion", body[-1].lineno)

    def premise(self, entry: Entry, premise: ast.expr, values: Values, atoms: list[Atom]) -> Any:
        """Add one premise to `atoms`, and return what its value stands for.

        A side condition without a value returns None.
        """
        line = premise.lineno
        match premise:
            case ast.Call(ast.Name(("need" | "wait_for") as word), [judgement], keywords):
                value = self.named(self.expression(entry, judgement, values), atoms, line)
                more = {k.arg: self.expression(entry, k.value, values) for k in keywords}
                where = self.looked_at(entry, judgement, values)
                instruction = more.get("within", load_name("_1"))
                atoms.append(Needed(value, word == "wait_for", where, instruction, more.get("blame"), line))
                return value
            case ast.Call(ast.Name("given"), [subject, ast.Name(form)]):
                value = self.named(self.expression(entry, subject, values), atoms, line)
                test = compare(ast.Call(load_name("type"), [value], []), ast.Is(), self.constant(entry, form))
                atoms.append(Tested(test, line, entry.plain.__globals__[form], value))
                return value
            case ast.Call(ast.Name("some"), [subject]):
                value = self.named(self.expression(entry, subject, values), atoms, line)
                atoms.append(Tested(compare(value, ast.IsNot(), ast.Constant(None)), line))
                return value
            case ast.Call(ast.Name("given"), [ast.Compare(subject, [(ast.Is() | ast.IsNot()) as sign], [right])]):
                value = self.named(self.expression(entry, subject, values), atoms, line)
                atoms.append(Tested(compare(value, sign, self.expression(entry, right, values)), line))
                return None
            case ast.Call(ast.Name("given"), [condition]):
                atoms.append(Tested(self.expression(entry, condition, values), line))
                return None
            case ast.Call(ast.Name("otherwise"), consequence):
                claimed = self.expression(entry, consequence[0], values) if consequence else None
                atoms.append(Otherwise(claimed, line))
                return None
            case ast.Call(ast.Name(name), arguments) if is_shared(entry.plain.__globals__.get(name)):
                return self.shared(entry, name, arguments, values, atoms)
            case ast.Call(ast.Attribute(attr=update)) if update in UPDATES:
                return self.expression(entry, premise, values)  # a part of the conclusion
            case _:
                return self.named(self.expression(entry, premise, values), atoms, line)

    def shared(
        self, entry: Entry, name: str, arguments: Sequence[ast.expr], values: Values, atoms: list[Atom]
    ) -> ast.expr | Values:
        """Add the premises of the shared premises `name` to `atoms`, and return what they conclude in.

        A record is returned as its parts, by field.
        """
        function = entry.plain.__globals__[name]
        group = self.replaced.get(function) or entry_of(function)
        assert group is not None
        tree = definition_of(group)
        inner: Values = {
            parameter.arg: self.expression(entry, argument, values)
            for parameter, argument in zip(tree.args.args, arguments, strict=True)
        }
        result = self.body(group, tree.body, inner, atoms)
        match result:
            case ast.Call(ast.Name(made), parts, []) if is_record(record := self.constants.get(made)):
                named = [self.named(part, atoms, tree.lineno) for part in parts]
                return dict(zip(cast(Any, record).__struct_fields__, named, strict=True))
            case _:
                return result

    def named(self, value: ast.expr, atoms: list[Atom], line: int) -> ast.expr:
        """Return the numbered name of a value, after adding the premise that names it to `atoms`.

        A path needs no name, and is returned as it is.
        """
        if is_path(value):
            return value
        name = self.numbers.setdefault(ast.unparse(value), f"v{len(self.numbers)}")
        atoms.append(Named(name, value, line))
        return load_name(name)

    def expression(self, entry: Entry, expression: ast.expr, values: Values) -> ast.expr:
        """Return an expression of a rule in which names are replaced by what they stand for.

        `values` has the local names; global ones are entered in `constants`.
        """
        renamed = _Renaming(self, entry, values).visit(copied(expression))
        return cast(ast.expr, renamed)

    def constant(self, entry: Entry, name: str) -> ast.Name:
        """Return the name for a global of a rule's module, which is the same for the same object in all modules."""
        names = entry.plain.__globals__
        if name not in names:
            return load_name(name)
        value = names[name]
        known = self.names.get(id(value))
        if known is None:
            taken = name in self.constants or hasattr(builtins, name)
            known = f"{name}_{len(self.constants)}" if taken else name
            self.names[id(value)] = known
            self.constants[known] = value
        return load_name(known)

    def looked_at(self, entry: Entry, judgement: ast.expr, values: Values) -> ast.expr:
        """Return the configuration that a judgement is about, as an expression: its first argument, if of that type.

        Otherwise it is the configuration of the left side.
        """
        match judgement:
            case ast.Call(ast.Name(name), [first, *_]):
                known = entry_of(entry.plain.__globals__.get(name))
                if known is not None and next(iter(known.plain.__annotations__.values()), None) == "Config":
                    return self.expression(entry, first, values)
        return load_name(CONFIG)


class _Renaming(ast.NodeTransformer):
    """A transformer that replaces names by what they stand for."""

    def __init__(self, reader: RuleReader, entry: Entry, values: Values) -> None:
        self.reader = reader
        self.entry = entry
        self.values = values
        self.bound: frozenset[str] = frozenset()

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        """Return a field; that of a record that was taken apart is its part."""
        if isinstance(node.value, ast.Name):
            parts = self.values.get(node.value.id)
            if isinstance(parts, dict):
                return cast(ast.expr, copied(parts[node.attr]))
        self.generic_visit(node)
        return node

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Return a name of a value, or of the rule's module."""
        if node.id in self.bound:
            return node
        if node.id in self.values:
            value = self.values[node.id]
            if isinstance(value, dict):
                raise NotationError(f"of {node.id} only its parts have names here", node.lineno)
            return cast(ast.expr, copied(value))
        return self.reader.constant(self.entry, node.id)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> ast.expr:
        """Return a generator, whose own names stay as they are."""
        return self.comprehension(node)

    def visit_DictComp(self, node: ast.DictComp) -> ast.expr:
        """Return a comprehension of a mapping, whose own names stay as they are."""
        return self.comprehension(node)

    def comprehension(self, node: ast.GeneratorExp | ast.DictComp) -> ast.expr:
        """Return a comprehension in which the names that it binds stay as they are."""
        before = self.bound
        targets = [generator.target for generator in node.generators]
        self.bound |= {n.id for target in targets for n in ast.walk(target) if isinstance(n, ast.Name)}
        self.generic_visit(node)
        self.bound = before
        return node


def is_shared(function: object) -> bool:
    """Return whether something is a function that is registered as shared premises."""
    entry = entry_of(function)
    return entry is not None and entry.kind == "premises"


def is_record(kind: Any) -> bool:
    """Return whether something is a class of records."""
    return isinstance(kind, type) and issubclass(kind, Struct)


def is_path(expression: ast.expr) -> bool:
    """Return whether an expression is a name, a constant, or an attribute path from one, which is cheap to evaluate."""
    match expression:
        case ast.Name() | ast.Constant():
            return True
        case ast.Attribute(value=inner):
            return is_path(inner)
        case _:
            return False


def load_name(name: str) -> ast.Name:
    """Return the syntax tree of a name that is read."""
    return ast.Name(name, ast.Load())


def compare(left: ast.expr, sign: ast.cmpop, right: ast.expr) -> ast.Compare:
    """Return the syntax tree of a comparison with one operator."""
    return ast.Compare(left, [sign], [right])
