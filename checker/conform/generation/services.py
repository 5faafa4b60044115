"""The services of generated scripts: one function for each kind of answer that a script can meet."""

from __future__ import annotations

from airspec.checker.conform.generation import boundary_values
from airspec.semantics.particle import CallRequest, CallResult
from airspec.spec import json_text

ANSWERS = {
    "arr": CallResult(0, '[1,2,"a"]'),
    "obj": CallResult(0, '{"a":[1,{"k":"x"}],"k":"v","error_code":3,"message":"m"}'),
    "deep": CallResult(0, '[{"a":[1,2]},["a",["k"]],"k"]'),
    "err": CallResult(1, '"oops"'),
    "text": CallResult(0, "} is not JSON"),
}

ODD_NUMBERS = ("-1", "4294967296", "1.5", "0", "18446744073709551615")
ERROR_OBJECTS = (
    '{"error_code":5,"message":"five"}',
    '{"error_code":0,"message":"none"}',
    '{"message":"no code"}',
    '{"error_code":1.5,"message":"no integer"}',
    '{"error_code":1}',
    '{"error_code":1,"message":2}',
    '{"error_code":18446744073709551615,"message":"too large"}',
)
KEYS = ('"a"', '"k"', "1", "2")
CYCLES = {"odd": ODD_NUMBERS, "fails": ERROR_OBJECTS, "key": KEYS}


def answer(request: CallRequest, count: int) -> CallResult:
    """Return the answer of a generated script's service to a request, of which the peer has answered `count` before."""
    fixed = ANSWERS.get(request.function_name)
    if fixed is not None:
        return fixed
    cycle = CYCLES.get(request.function_name)
    if cycle is not None:
        return CallResult(0, cycle[count % len(cycle)])
    if request.function_name == "wild":
        return boundary_values.answer(f"{count} {request.arguments}")
    if request.function_name == "num":
        return CallResult(0, str(count))
    if request.function_name == "echo":
        return CallResult(0, request.arguments[0] if request.arguments else "null")
    return CallResult(0, json_text.string(f"{request.function_name}{count}"))
