"""Values as text: serde_json's reading and writing, against properties and against AquaVM."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from airspec.semantics.interpret import Invocation
from airspec.semantics.particle import CallResult, Particle
from airspec.spec import json_text
from airspec.spec.json_number import read_double
from airspec.spec.values import Json

if TYPE_CHECKING:
    from airspec.checker.conform.adapters.avm import AquaVM

CHARACTERS = st.sampled_from(
    ["a", "\\n", "\\u00e9", "é", "\\ud83d\\ude00", "😀", "\\u0000", "\\u001F", "\\/", "\x7f", '\\"', "\\\\", "\u2028"]
)
DIGITS = st.text("0123456789", min_size=1, max_size=25)
NUMBERS = st.one_of(
    st.integers().map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.sampled_from([2**63, 2**64, -(2**63), 10**19]).flatmap(lambda bound: st.integers(bound - 2, bound + 2).map(str)),
    st.builds(
        lambda sign, whole, fraction, exponent: f"{sign}{whole}{fraction}{exponent}",
        st.sampled_from(["", "-"]),
        DIGITS.map(lambda digits: digits.lstrip("0") or "0"),
        st.one_of(st.just(""), DIGITS.map(".".__add__)),
        st.one_of(st.sampled_from(["", "E+7", "e-0", "e99999999999"]), st.integers(-420, 330).map("e{}".format)),
    ),
)
STRINGS = st.lists(CHARACTERS, max_size=6).map(lambda parts: f'"{"".join(parts)}"')
LEAVES = st.one_of(NUMBERS, STRINGS, st.sampled_from(["true", "false", "null"]))
TEXTS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(lambda items: f"[{' , '.join(items)}]"),
        st.lists(st.tuples(STRINGS, inner), max_size=4).map(
            lambda members: f"{{{','.join(f'{name}: {value}' for name, value in members)}}}"
        ),
    ),
    max_leaves=8,
)


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """A JSON text with one place altered: most are not JSON any more."""
    text = draw(TEXTS)
    place = draw(st.integers(0, len(text)))
    patch = draw(st.sampled_from([*'"\\,:[]{} \n\x010-.en\ufeff', "", "\\ud800"]))
    return text[:place] + patch + text[place + draw(st.integers(0, 1)) :]


@given(TEXTS)
def test_canonical_text_is_canonical(text: str) -> None:
    once = json_text.canonical(text)
    if once is not None and "e" not in once and "." not in once:
        assert json_text.canonical(once) == once


@example('{"a": "\\ud83d", "a": 1000000000000000000}')
@given(st.one_of(TEXTS, damaged()))
def test_every_text_is_json_or_has_a_problem(text: str) -> None:
    assert (json_text.canonical(text) is None) == (json_text.problem(text) is not None)


@given(TEXTS)
def test_taking_apart_and_putting_together_are_inverse(text: str) -> None:
    value = json_text.canonical(text)
    if value is None:
        return
    kind = json_text.kind(value)
    assert (json_text.elements(value) is not None) == (kind == "array")
    assert (json_text.members(value) is not None) == (kind == "object")
    assert (json_text.as_string(value) is not None) == (kind == "string")
    if kind == "array":
        assert json_text.array(json_text.elements(value) or ()) == value
        assert json_text.length(value) == len(json.loads(value))
    if kind == "object":
        assert json_text.object_of(json_text.members(value) or {}) == value
    if kind == "string":
        assert json_text.string(json_text.as_string(value) or "") == value


@given(st.text())
def test_strings_are_read_back(text: str) -> None:
    assert json_text.as_string(json_text.string(text)) == text


@given(st.one_of(st.integers(-(2**63), 2**64 - 1), st.floats(allow_nan=False, allow_infinity=False)))
def test_numbers_are_read_back(n: float) -> None:
    written = json_text.number(n)
    assert (float(written) if isinstance(n, float) else int(written)) == n
    assert json_text.is_integer(written) == isinstance(n, int)


@given(st.integers(-(2**65), 2**65))
def test_integer_readers_respect_their_ranges(n: int) -> None:
    written = Json(str(n))
    assert json_text.as_u32(written) == (n if 0 <= n < 2**32 else None)
    if -(2**63) <= n < 2**64:
        assert json_text.as_i64(written) == (n if n < 2**63 else None)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_reading_is_within_two_places_of_the_nearest_double(x: float) -> None:
    """serde_json multiplies by a power of ten, which is off by at most a place or two, or more among subnormals."""
    if abs(x) > 1e-290:
        assert abs(read_double(repr(x)) - x) <= 2 * abs(x) * 2**-52


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("0.0", "-0.0", True),
        ('[1,{"a":-0.0}]', '[1,{"a":0.0}]', True),
        ('"-0.0"', '"0.0"', False),
        ("-0.05", "0.05", False),
        ("1", "1.0", False),
        ("0", "-0.0", False),
    ],
)
def test_the_two_double_zeros_are_equal(left: str, right: str, expected: bool) -> None:
    assert json_text.equal(Json(left), Json(right)) is expected


@pytest.mark.parametrize("bracket", ["[]", "{}"])
def test_nesting_is_bounded(bracket: str) -> None:
    opening = "[" if bracket == "[]" else '{"a":'
    inner = "1"

    def nested(depth: int) -> str:
        return opening * depth + inner + bracket[1] * depth

    assert json_text.canonical(nested(127)) is not None
    assert json_text.canonical(nested(128)) is None
    assert json_text.problem(nested(128)) is not None
    assert json_text.canonical(nested(100_000)) is None
    assert json_text.problem(opening * 1_000_000) is not None


def test_arrays_are_made_in_linear_time() -> None:
    items = [json_text.number(i) for i in range(200_000)]
    whole = json_text.array(items)
    assert json_text.elements(whole) == tuple(items)


BATCH = 60


def seen_by(avm: AquaVM, texts: list[str]) -> list[str]:
    """What AquaVM stores for each of these service results."""
    me = Particle("a")
    calls = [f'(xor (call "a" ("s" "f") [] x{i}) (null))' for i in range(len(texts))]
    script = calls[-1]
    for call in reversed(calls[:-1]):
        script = f"(par {call} {script})"
    asked = avm.invoke(Invocation(script, b"", b"", me, "a", bytes(32)))
    results = {i + 1: CallResult(0, text) for i, text in enumerate(texts)}
    answered = avm.invoke(Invocation(script, asked.data, b"", me, "a", bytes(32), results))
    assert answered.ret_code == 0, answered.error_message
    data = avm.inspect(answered.data)["data"]
    stores = data["cid_info"]
    states = [state["call"] for state in data["trace"] if "call" in state]
    cids = [call["executed"]["scalar"] if "executed" in call else call["failed"] for call in states]
    return [stores["value_store"][stores["service_result_store"][cid]["value_cid"]] for cid in cids]


def expected_of(text: str) -> str:
    """What the specification says that AquaVM stores."""
    value = json_text.canonical(text)
    if value is not None:
        return value
    complaint = (
        f"call_service result 'ret_code: 0, result: '{text}'' can't be serialized or deserialized with an error: "
        f"{json_text.problem(text)}"
    )
    message = json_text.string(complaint)
    return json_text.object_of({"ret_code": json_text.number(2**31 - 1), "message": message})


@settings(max_examples=12, deadline=None)
@given(st.lists(st.one_of(TEXTS, damaged()), min_size=BATCH, max_size=BATCH))
def test_aquavm_reads_and_writes_the_same(avm: AquaVM, texts: list[str]) -> None:
    assert [expected_of(text) for text in texts] == seen_by(avm, texts)


def test_aquavm_reads_the_same_doubles(avm: AquaVM) -> None:
    chance = random.Random(62)
    for _ in range(8):
        texts = [f"{chance.uniform(-1, 1) * 10.0 ** chance.randrange(-300, 300)!r}" for _ in range(100)]
        assert [expected_of(text) for text in texts] == seen_by(avm, texts)
