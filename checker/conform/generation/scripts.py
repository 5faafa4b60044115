"""Generated scripts, which are valid by construction and combine instructions deeply.

`write_script` makes a script out of choices; these come from Hypothesis, which shrinks them, or from a seeded random
generator, which is fast.  The scripts pass static validation: variables are defined before they are used, and `next`
is the last instruction in the body of a fold over a stream.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from hypothesis import strategies as st
from msgspec import Struct

T = TypeVar("T")


class Choices(Protocol):
    """A source of the decisions of a generator."""

    def pick(self, options: Sequence[T]) -> T:
        """Return one of the options, which are not empty; the first option counts as the simplest."""
        ...


class RandomChoices:
    """Choices of a seeded random generator."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def pick(self, options: Sequence[T]) -> T:
        """Return one of the options, all equally likely."""
        return self.random.choice(options)


class HypothesisChoices:
    """Choices that Hypothesis draws, and shrinks towards the first option."""

    def __init__(self, draw: Callable[[st.SearchStrategy[int]], int]) -> None:
        self.draw = draw

    def pick(self, options: Sequence[T]) -> T:
        """Return one of the options, chosen by Hypothesis."""
        return options[self.draw(st.integers(0, len(options) - 1))] if len(options) > 1 else options[0]


class Names(Struct):
    """The names that are used so far, in textual order.

    `written` are the streams and maps that a fold may name, as something before it writes or declares them;
    `iterators` are those of the enclosing folds, and `folding` the streams and maps that these folds iterate over.
    """

    scalars: list[str]
    streams: list[str]
    maps: list[str]
    canons: list[str]
    canon_maps: list[str]
    iterators: list[str]
    written: list[str]
    folding: list[str]
    count: int = 0

    def fresh(self, prefix: str) -> str:
        """Return a name that was not used before."""
        self.count += 1
        return f"{prefix}{self.count}"


FUNCTIONS = ("str", "arr", "obj", "num", "echo", "err", "deep", "text", "odd", "fails", "key", "wild")
FIELDS = ("a", "k", "zz")
ODD = '"\\\u0301\u200bé"'
"""A text with characters that messages escape: a backslash, a combining mark, and an invisible character."""

LITERALS = ('"x"', '"a"', "1", "0", "-3", "2.5", "true", "false", "[]", '""', ODD)


class Writer:
    """A writer of the text of one random script over the ids in `peers`.

    `budget` is about the greatest number of instructions.  Each method returns the text of a part, and notes in `names`
    the names that later parts may use.
    """

    def __init__(self, choices: Choices, peers: Sequence[str], budget: int) -> None:
        self.choose = choices
        self.peers = peers
        self.budget = budget
        self.names = Names([], [], [], [], [], [], [], [])

    def pick(self, options: Sequence[T]) -> T:
        """Return one of the options."""
        return self.choose.pick(options)

    # --- operands -----------------------------------------------------------------------------------

    def accessors(self) -> str:
        """Return the text of a lens path of one to three accessors, such as ``.$.a.[0]``."""
        parts = []
        for _ in range(self.pick((1, 1, 2, 3))):
            kinds = ["index", "field", "index", "field"]
            kinds += ["scalar"] if self.names.scalars else []
            kinds += ["iterator"] if self.names.iterators else []
            kind = self.pick(kinds)
            if kind == "index":
                parts.append(f".[{self.pick((0, 1, 2))}]")
            elif kind == "field":
                parts.append(f".{self.pick(FIELDS)}")
            else:
                parts.append(f".[{self.pick(self.names.scalars if kind == 'scalar' else self.names.iterators)}]")
        return ".$" + "".join(parts)

    def lens(self) -> str:
        """Return a path, ``.length`` or, in half of the cases, an empty text, to follow the name of a value."""
        kind = self.pick(("none", "none", "path", "length"))
        return {"none": "", "length": ".length"}.get(kind) or (self.accessors() if kind == "path" else "")

    def value(self, *, bare_map: bool = True) -> str:
        """Return any value that may be an argument; without `bare_map`, a canonical map always has a lens."""
        kinds = ["literal", "literal", "particle", "error"]
        kinds += ["scalar"] * 6 if self.names.scalars else []
        kinds += ["iterator"] * 4 if self.names.iterators else []
        kinds += ["canon"] * 4 if self.names.canons else []
        kinds += ["canon_map"] * 4 if self.names.canon_maps else []
        kind = self.pick(kinds)
        if kind == "literal":
            return self.pick(LITERALS)
        if kind == "particle":
            return self.pick(("%init_peer_id%", "%timestamp%", "%ttl%"))
        if kind == "error":
            return self.pick(
                ("%last_error%", ":error:", "%last_error%.$.error_code", ":error:.$.message", ":error:.$.zz")
            )
        if kind == "scalar":
            return self.pick(self.names.scalars) + self.lens()
        if kind == "iterator":
            return self.pick(self.names.iterators) + self.lens()
        if kind == "canon":
            return self.pick(self.names.canons) + self.lens()
        return self.pick(self.names.canon_maps) + (self.map_lens() or ("" if bare_map else ".length"))

    def map_lens(self) -> str:
        """Return a lens on a canonical map: a key, perhaps with further accessors, ``.length``, or an empty text."""
        kind = self.pick(("key", "none", "length", "key", "value", "value", "part", "part"))
        if kind in ("none", "length"):
            return "" if kind == "none" else ".length"
        keys = [".a", ".k", ".[1]", ".zz"]
        keys += [f".[{name}]" for name in (self.names.scalars[-1:] + self.names.iterators[-1:])]
        key = ".$" + self.pick(keys)
        if kind == "key":
            return key
        index = self.pick((".[0]", ".[0]", ".[1]", ".[7]", ".a", *(f".[{name}]" for name in self.names.scalars[-1:])))
        return key + index + (self.accessors().removeprefix(".$") if kind == "part" else "")

    def peer(self) -> str:
        """Return the peer of a call or canon: mostly a literal or ``%init_peer_id%``, sometimes any scalar."""
        if self.names.scalars and self.pick(range(12)) == 11:
            return self.pick(self.names.scalars)
        return self.pick(("%init_peer_id%", *(f'"{peer}"' for peer in self.peers), "%init_peer_id%"))

    def service(self) -> str:
        """Return the service of a call: mostly a literal, sometimes a scalar."""
        if self.names.scalars and self.pick(range(25)) == 24:
            return self.pick(self.names.scalars)
        return self.pick((*['"s"'] * 30, ODD))

    def function(self) -> str:
        """Return the function of a call: mostly the literal name of a known one, sometimes a scalar."""
        if self.names.scalars and self.pick(range(30)) == 29:
            return self.pick(self.names.scalars)
        return f'"{self.pick(FUNCTIONS)}"'

    def arguments(self) -> str:
        """Return zero to three arguments of a call, separated by spaces."""
        return " ".join(self.value() for _ in range(self.pick((0, 1, 1, 2, 3))))

    def stream(self) -> str:
        """Return a stream: a known one, or a new name."""
        return self.known_or_new(self.names.streams, "$s", 3)

    def stream_map(self) -> str:
        """Return a stream map: a known one, or a new name."""
        return self.known_or_new(self.names.maps, "%m", 2)

    def target(self, name: str) -> str:
        """Return `name`, and note that the stream or map is written or declared, so that a later fold may name it."""
        self.names.written.append(name)
        return name

    def known_or_new(self, known: list[str], prefix: str, limit: int) -> str:
        """Return one of the known names, or a new one, which is added to them, while there are fewer than `limit`."""
        if known and (len(known) >= limit or self.pick((True, True, False))):
            return self.pick(known)
        known.append(self.names.fresh(prefix))
        return known[-1]

    # --- instructions -------------------------------------------------------------------------------

    def instruction(self, depth: int) -> str:
        """Return any instruction, with others nested at most `depth` deep; a simple one if the budget is used up."""
        self.budget -= 1
        simple = (self.call, self.call, self.call, self.ap, self.ap, self.ap_map, self.canon, self.canon, self.rest)
        nested = (
            self.seq,
            self.seq,
            self.seq,
            self.par,
            self.par,
            self.xor,
            self.match,
            self.fold,
            self.fold,
            self.new,
            self.map_idiom,
            self.fail_idiom,
            self.nested_idiom,
        )
        if depth <= 0 or self.budget <= 0:
            return self.pick(simple)(depth)
        return self.pick(nested + simple[:-1])(depth)

    def call(self, depth: int) -> str:
        """Return a call with a scalar, a stream or no output."""
        peer, service, function, arguments = self.peer(), self.service(), self.function(), self.arguments()
        output = self.pick(("scalar", "stream", "none", "scalar", "stream"))
        target = ""
        if output == "stream":
            target = " " + self.target(self.stream())
        elif output == "scalar":
            name = self.call_output()
            target = " " + name
            if name not in self.names.scalars and name not in self.names.iterators:
                self.names.scalars.append(name)
        return f"(call {peer} ({service} {function}) [{arguments}]{target})"

    def call_output(self) -> str:
        """Return the scalar that a call binds: mostly a new one, sometimes a bound one or an iterator."""
        rare = self.pick(range(30))
        if self.names.scalars and rare >= (24 if self.names.iterators else 29):
            return self.pick(self.names.scalars)
        if self.names.iterators and rare == 23:
            return self.pick(self.names.iterators)
        return self.names.fresh("x")

    def ap(self, depth: int) -> str:
        """Return an `ap` of a value to a stream or a scalar."""
        value = self.value(bare_map=False)
        if self.pick((True, True, False)):
            return f"(ap {value} {self.target(self.stream())})"
        rare = self.pick(range(40))
        if rare == 39 and (self.names.iterators or self.names.scalars):
            return f"(ap {value} {self.pick(self.names.iterators or self.names.scalars)})"
        name = self.names.fresh("y")
        self.names.scalars.append(name)
        return f"(ap {value} {name})"

    def ap_map(self, depth: int) -> str:
        """Return an `ap` of a key and a value to a map."""
        keys = ['"a"', '"k"', "1", "2", '"1"']
        keys += [self.pick(self.names.scalars)] if self.names.scalars else []
        keys += [self.pick(self.names.iterators)] if self.names.iterators else []
        return f"(ap ({self.pick(keys)} {self.value(bare_map=False)}) {self.target(self.stream_map())})"

    def canon(self, depth: int) -> str:
        """Return a canon of a stream, of a map, or of a map into a scalar."""
        kind = self.pick(("stream", "stream", "map", "scalar"))
        peer = self.peer()
        if kind == "stream":
            source, target = self.stream(), self.names.fresh("#cc")
            self.names.canons.append(target)
        elif kind == "map":
            source, target = self.stream_map(), self.names.fresh("#%cm")
            self.names.canon_maps.append(target)
        else:
            source, target = self.stream_map(), self.names.fresh("z")
            self.names.scalars.append(target)
        return f"(canon {peer} {source} {target})"

    def rest(self, depth: int) -> str:
        """Return a `null`, a `never` or a `fail`."""
        fails = ['(fail 7 "seven")', "(fail %last_error%)", "(fail :error:)"]
        fails += [f"(fail {self.pick(self.names.scalars)})"] if self.names.scalars else []
        return self.pick(("(null)", "(never)", *fails))

    def seq(self, depth: int) -> str:
        """Return a sequential composition."""
        return f"(seq {self.instruction(depth - 1)} {self.instruction(depth - 1)})"

    def par(self, depth: int) -> str:
        """Return a parallel composition."""
        return f"(par {self.instruction(depth - 1)} {self.instruction(depth - 1)})"

    def xor(self, depth: int) -> str:
        """Return an exclusive choice."""
        return f"(xor {self.instruction(depth - 1)} {self.instruction(depth - 1)})"

    def match(self, depth: int) -> str:
        """Return a `match` or a `mismatch` of two values."""
        return f"({self.pick(('match', 'mismatch'))} {self.value()} {self.value()} {self.instruction(depth - 1)})"

    def map_idiom(self, depth: int) -> str:
        """Return instructions that fill a map, canonicalise it on the peer that runs, and read it."""
        self.names.maps.append(self.names.fresh("%m"))
        name = self.target(self.names.maps[-1])
        value = self.value(bare_map=False)
        key = self.pick(('"a"', '"k"', "1"))
        canon = self.names.fresh("#%cm")
        self.names.canon_maps.append(canon)
        peer = self.peer()
        fill = f"(seq (ap ({key} {value}) {name}) (ap ({key} 7) {name}))"
        use = f'(call {peer} ("s" "echo") [{canon}{self.map_lens()} {self.value()}])'
        return f"(seq {fill} (seq (canon {peer} {name} {canon}) (par {use} {self.instruction(depth - 1)})))"

    def nested_idiom(self, depth: int) -> str:
        """Return two nested folds over one stream or map that append to a new stream; without any, an `ap`."""
        walked = self.foldable()
        if not walked:
            return self.ap(depth)
        stream, inner, outer = self.pick(walked), self.names.fresh("i"), self.names.fresh("i")
        fed = self.target(self.known_or_new([], "$s", 0))
        shape = self.pick(("seq", "par"))
        inside = f"(fold {stream} {inner} ({self.pick(('seq', 'par'))} (ap {inner} {fed}) (next {inner})))"
        return f"(fold {stream} {outer} ({shape} {inside} (next {outer})))"

    def fail_idiom(self, depth: int) -> str:
        """Return a call of the service ``fails``, a `fail`, mostly with its answer as the error, and a handler."""
        peer, name = self.peer(), self.names.fresh("x")
        self.names.scalars.append(name)
        raised = self.pick((f"(fail {name})", f"(fail {name}.$.a)", "(fail :error:)", "(fail %last_error%)"))
        handler = self.instruction(depth - 1)
        return f'(seq (call {peer} ("s" "fails") [] {name}) (xor {raised} {handler}))'

    def new(self, depth: int) -> str:
        """Return a `new` of a stream, a map, a canonical one or a scalar, with an instruction inside it."""
        names = [self.stream(), self.stream_map(), *self.names.canons[-1:], *self.names.canon_maps[-1:]]
        names += self.names.scalars[-1:]
        name = self.pick(names)
        if name[0] in "$%":
            self.target(name)
        return f"(new {name} {self.instruction(depth - 1)})"

    def fold(self, depth: int) -> str:
        """Return a fold over anything, with its `next` in one of the usual places, or without one."""
        kinds = ["empty"] + (["written"] * 5 if self.foldable() else [])
        kinds += ["scalar"] * 3 if self.names.scalars else []
        kinds += ["canon"] * 3 if self.names.canons else []
        kinds += ["canon_map"] * 2 if self.names.canon_maps else []
        kind = self.pick(kinds)
        iterable = self.iterable(kind)
        iterator = self.names.fresh("i")
        self.names.iterators.append(iterator)
        self.names.folding.append(iterable)
        body = self.fold_body(depth, iterator, kind == "written")
        last = f" {self.instruction(min(depth - 1, 1))}" if self.pick((False, False, True)) else ""
        self.names.iterators.pop()
        self.names.folding.pop()
        return f"(fold {iterable} {iterator} {body}{last})"

    def foldable(self) -> list[str]:
        """Return the written streams and maps over which no enclosing fold iterates, so that no fold is endless."""
        return [name for name in self.names.written if name not in self.names.folding]

    def iterable(self, kind: str) -> str:
        """Return what a fold iterates over: a name of this kind, perhaps with a lens; ``[]`` for the kind ``empty``."""
        if kind == "written":
            return self.pick(self.foldable())
        if kind == "scalar":
            return self.pick(self.names.scalars) + self.pick(("", "", "", ".$.a", ".$.[1]"))
        if kind == "canon":
            return self.pick(self.names.canons)
        if kind == "canon_map":
            return self.pick(self.names.canon_maps) + self.pick(("", ".$.a", ".$.k", ".$.[1]"))
        return "[]"

    def fold_body(self, depth: int, iterator: str, over_stream: bool) -> str:
        """Return the body of a fold with this iterator; `over_stream` excludes shapes invalid over streams and maps."""
        shapes = ["seq", "par", "seq", "par", "xor", "new", "match", "none"]
        shapes += [] if over_stream else ["first"] + (["inner"] if self.names.scalars else [])
        shape = self.pick(shapes)
        if shape == "match":
            value = self.value()
            return f"(seq (xor (match {iterator} {value} {self.instruction(depth - 1)}) (null)) (next {iterator}))"
        if shape == "inner":
            other = self.names.fresh("i")
            return f"(fold {self.pick(self.names.scalars)} {other} (par (next {other}) (next {iterator})))"
        inner = self.instruction(depth - 1)
        if shape == "none":
            return inner
        if shape == "new":
            return f"(new {self.target(self.stream())} (seq {inner} (next {iterator})))"
        if shape == "first":
            return f"({self.pick(('seq', 'par'))} (next {iterator}) {inner})"
        return f"({shape} {inner} (next {iterator}))"


def write_script(choices: Choices, peers: Sequence[str], *, depth: int = 6, budget: int = 24) -> str:
    """Return a valid script over these peer ids, with about `budget` instructions nested about `depth` deep at most."""
    writer = Writer(choices, peers, budget)
    first = writer.pick(peers)
    parts = [f'(call "{first}" ("s" "{writer.pick(("arr", "obj", "deep", "str"))}") [] x0)']
    writer.names.scalars.append("x0")
    parts += [writer.instruction(depth) for _ in range(writer.pick((1, 2, 3)))]
    script = parts[-1]
    for part in reversed(parts[:-1]):
        script = f"({writer.pick(('seq', 'seq', 'par'))} {part} {script})"
    return script


@st.composite
def scripts(draw: st.DrawFn, peers: Sequence[str] = ("A", "B", "C"), depth: int = 5, budget: int = 16) -> str:
    """Return the text of a valid script over the given peers; a strategy of Hypothesis."""
    return write_script(HypothesisChoices(draw), peers, depth=depth, budget=budget)
