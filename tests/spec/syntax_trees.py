"""A Hypothesis strategy for syntax trees that are statically valid."""

from __future__ import annotations

from typing import TypeVar

from hypothesis import strategies as st

from airspec.spec.syntax import (
    Accessor,
    Ap,
    ApMap,
    Boolean,
    ByScalar,
    Call,
    Canon,
    CanonMap,
    CanonMapScalar,
    CanonStream,
    CanonStreamMap,
    CanonStreamMapWithLens,
    CanonStreamWithLens,
    EmptyArray,
    Error,
    Fail,
    FailLiteral,
    Field,
    Float,
    FoldMap,
    FoldScalar,
    FoldStream,
    Index,
    InitPeerId,
    Instruction,
    Integer,
    LastError,
    Length,
    Lens,
    Literal,
    Match,
    Mismatch,
    Never,
    New,
    Next,
    Null,
    Par,
    Path,
    Scalar,
    ScalarWithLens,
    Seq,
    Span,
    Stream,
    StreamMap,
    Timestamp,
    Ttl,
    Value,
    Xor,
)

T = TypeVar("T")

NOWHERE = Span(0, 0)

FLOATS = st.tuples(st.sampled_from(["", "-"]), st.integers(0, 99999), st.integers(0, 9999)).map(
    lambda parts: Float(float(f"{parts[0]}{parts[1]}.{parts[2]:04}"))
)
LITERALS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters='"'), max_size=6).map(Literal)
CONSTANTS: st.SearchStrategy[Value] = st.one_of(
    LITERALS,
    st.integers(-(2**63), 2**63 - 1).map(Integer),
    FLOATS,
    st.booleans().map(Boolean),
    st.sampled_from([EmptyArray(), InitPeerId(), Timestamp(), Ttl()]),
)
FIELDS = st.sampled_from(["a", "é1", "_", "-", "length", "a9", "ключ_"])
STEMS = st.sampled_from(["x", "1x", "-y", "_", "é", "ret-", "+p", "true-"])
TAGGED = st.sampled_from(["s", "1", "-", "ß"])

INNER = ("seq", "par", "xor", "match", "mismatch", "new", "fold")
FLAT = ("call", "ap", "ap_map", "canon", "canon_map", "canon_map_scalar", "next", "fail", "null", "never")


class Draft:
    """A tree under construction, in textual order: the names defined so far and the folds around."""

    def __init__(self, draw: st.DrawFn, size: int) -> None:
        self.draw = draw
        self.size = size
        self.count = 0
        self.scalars: list[str] = []
        self.streams = ["$s", "$1"]
        self.defined_streams: list[str] = []
        self.maps = ["%m", "%-"]
        self.defined_maps: list[str] = []
        self.canons: list[str] = []
        self.canon_maps: list[str] = []
        self.open_iterators: list[str] = []
        self.sealed: list[str] = []

    def pick(self, options: list[T] | tuple[T, ...]) -> T:
        return self.draw(st.sampled_from(options))

    def fresh(self, tag: str = "") -> str:
        self.count += 1
        return f"{tag}{self.draw(TAGGED if tag else STEMS)}{self.count}"

    # --- values

    def lens(self) -> Lens:
        if self.pick((False, False, True)):
            return Length()
        return Path(tuple(self.accessor() for _ in range(self.draw(st.integers(1, 3)))))

    def accessor(self) -> Accessor:
        named = [name for name in self.scalars if name.isascii() and name[0] in "_-xtr"]
        options: list[Accessor] = [Index(self.draw(st.integers(0, 2**32 - 1))), Field(self.draw(FIELDS))]
        return self.pick([*options, *map(ByScalar, named[-1:])])

    def variable(self, bare_map: bool = True) -> Value:
        options: list[Value] = [LastError(), Error(), LastError(self.lens()), Error(self.lens())]
        for name in self.scalars[-3:]:
            options += [Scalar(name), ScalarWithLens(name, self.lens())]
        for name in self.canons[-1:]:
            options += [CanonStream(name), CanonStreamWithLens(name, self.lens())]
        for name in self.canon_maps[-1:]:
            options.append(CanonStreamMapWithLens(name, self.lens()))
            options += [CanonStreamMap(name)] * bare_map
        return self.pick(options)

    def value(self, bare_map: bool = True) -> Value:
        return self.draw(CONSTANTS) if self.pick((True, False)) else self.variable(bare_map)

    def only(self, *kinds: type) -> Value:
        """A value of one of some kinds, or a literal."""
        value = self.variable()
        return value if isinstance(value, kinds) else self.draw(LITERALS)

    def name(self) -> Value:
        return self.only(Scalar, ScalarWithLens, CanonStreamWithLens, CanonStreamMapWithLens)

    def peer(self) -> Value:
        return self.pick([InitPeerId(), self.name()])

    def target(self) -> Scalar | Stream:
        if self.pick((True, False)):
            return Scalar(self.define(self.scalars, self.fresh()))
        return Stream(self.define(self.defined_streams, self.pick(self.streams)))

    def define(self, names: list[str], name: str) -> str:
        names.append(name)
        return name

    # --- instructions

    def instruction(self, depth: int) -> Instruction:
        self.size -= 1
        nested = depth > 0 and self.size > 0 and self.pick((True, True, False))
        kind = self.pick(INNER if nested else FLAT)
        build = getattr(self, f"_{kind}")
        built: Instruction = build(depth - 1) if nested else build()
        return built

    def _call(self) -> Instruction:
        parts = (self.peer(), self.name(), self.name())
        arguments = tuple(self.value() for _ in range(self.draw(st.integers(0, 3))))
        output = self.target() if self.pick((True, False)) else None
        peer, service, function = parts
        return Call(
            span=NOWHERE,
            peer=peer,
            service=service,
            function=function,
            arguments=arguments,
            output=output,  # type: ignore[arg-type]
        )

    def _ap(self) -> Instruction:
        value = self.value(bare_map=False)
        return Ap(span=NOWHERE, value=value, target=self.target())

    def _ap_map(self) -> Instruction:
        key = self.pick([Integer(7), self.only(Scalar, ScalarWithLens, CanonStreamWithLens)])
        value = self.value(bare_map=False)
        target = StreamMap(self.define(self.defined_maps, self.pick(self.maps)))
        return ApMap(span=NOWHERE, key=key, value=value, target=target)  # type: ignore[arg-type]

    def _canon(self) -> Instruction:
        peer = self.peer()
        target = CanonStream(self.define(self.canons, self.fresh(self.pick(("#", "#$")))))
        return Canon(span=NOWHERE, peer=peer, stream=Stream(self.pick(self.streams)), target=target)  # type: ignore[arg-type]

    def _canon_map(self) -> Instruction:
        peer = self.peer()
        target = CanonStreamMap(self.define(self.canon_maps, self.fresh(self.pick(("#%", "x%")))))
        return CanonMap(span=NOWHERE, peer=peer, stream=StreamMap(self.pick(self.maps)), target=target)  # type: ignore[arg-type]

    def _canon_map_scalar(self) -> Instruction:
        peer = self.peer()
        target = Scalar(self.define(self.scalars, self.fresh()))
        return CanonMapScalar(span=NOWHERE, peer=peer, stream=StreamMap(self.pick(self.maps)), target=target)  # type: ignore[arg-type]

    def _next(self) -> Instruction:
        """At most one in each fold; in folds over streams `_fold` places it itself, last."""
        return Next(span=NOWHERE, iterator=self.open_iterators.pop()) if self.open_iterators else self._null()

    def _fail(self) -> Instruction:
        if self.pick((True, False)):
            code = self.draw(st.integers(-(2**63), 2**63 - 1).filter(bool))
            return FailLiteral(span=NOWHERE, code=code, message=self.draw(LITERALS).text)
        value = self.variable()
        allowed = isinstance(value, Scalar | ScalarWithLens | CanonStreamWithLens)
        return Fail(span=NOWHERE, argument=value if allowed else self.pick((LastError(), Error())))  # type: ignore[arg-type]

    def _null(self) -> Instruction:
        return Null(span=NOWHERE)

    def _never(self) -> Instruction:
        return Never(span=NOWHERE)

    def _seq(self, depth: int) -> Instruction:
        return Seq(span=NOWHERE, left=self.instruction(depth), right=self.instruction(depth))

    def _par(self, depth: int) -> Instruction:
        return Par(span=NOWHERE, left=self.instruction(depth), right=self.instruction(depth))

    def _xor(self, depth: int) -> Instruction:
        return Xor(span=NOWHERE, left=self.instruction(depth), right=self.instruction(depth))

    def _match(self, depth: int) -> Instruction:
        return Match(span=NOWHERE, left=self.value(), right=self.value(), body=self.instruction(depth))

    def _mismatch(self, depth: int) -> Instruction:
        return Mismatch(span=NOWHERE, left=self.value(), right=self.value(), body=self.instruction(depth))

    def _new(self, depth: int) -> Instruction:
        kind, names, tag = self.pick(
            (
                (Scalar, self.scalars, ""),
                (Stream, self.defined_streams, "$"),
                (StreamMap, self.defined_maps, "%"),
                (CanonStream, self.canons, "#$"),
                (CanonStreamMap, self.canon_maps, "#%"),
            )
        )
        variable = kind(self.define(names, self.fresh(tag)))
        return New(span=NOWHERE, variable=variable, body=self.instruction(depth))

    def _fold(self, depth: int) -> Instruction:
        streams: list[Stream | StreamMap] = [*map(Stream, self.defined_streams), *map(StreamMap, self.defined_maps)]
        if streams and self.pick((True, False)):
            return self._fold_stream(self.pick(streams), depth)
        value = self.variable()
        scalar = isinstance(value, Scalar | ScalarWithLens | CanonStream | CanonStreamMap | CanonStreamMapWithLens)
        iterator = self.define(self.scalars, self.fresh())
        self.open_iterators.append(iterator)
        body = self.instruction(depth)
        last = self.instruction(depth) if self.pick((True, False)) else None
        self.open_iterators = [name for name in self.open_iterators if name != iterator]
        iterable = value if scalar else EmptyArray()
        return FoldScalar(span=NOWHERE, iterable=iterable, iterator=iterator, body=body, last=last)  # type: ignore[arg-type]

    def _fold_stream(self, stream: Stream | StreamMap, depth: int) -> Instruction:
        outer, self.open_iterators = self.open_iterators, []
        iterator = self.define(self.scalars, self.fresh())
        body = self.instruction(depth)
        if self.pick((True, False)):
            both = self.pick((Seq, Par))
            body = both(span=NOWHERE, left=body, right=Next(span=NOWHERE, iterator=iterator))
        last = self.instruction(0) if self.pick((True, False)) else None
        self.open_iterators = outer
        if isinstance(stream, Stream):
            return FoldStream(span=NOWHERE, stream=stream, iterator=iterator, body=body, last=last)
        return FoldMap(span=NOWHERE, stream=stream, iterator=iterator, body=body, last=last)


@st.composite
def syntax_trees(draw: st.DrawFn, size: int = 14, depth: int = 5) -> Instruction:
    """Trees of at most about `size` instructions, nested at most `depth` deep, that the static rules allow."""
    return Draft(draw, size).instruction(depth)
