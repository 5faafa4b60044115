"""The driver of AquaVM: traps, limits, answers to bad input, and how the Wasm file is fetched."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from airspec.checker.conform.adapters import fetch_avm
from airspec.checker.conform.adapters.fetch_avm import CannotFetch, fetch, find_wasm
from airspec.semantics.interpret import Invocation
from airspec.semantics.particle import CallResult, Particle, SizeLimits

if TYPE_CHECKING:
    from airspec.checker.conform.adapters.avm import AquaVM

ME = Particle("a")
KEY = bytes(32)


def test_requests_and_results(avm: AquaVM) -> None:
    script = '(call "a" ("service" "function") [1 -0.0 "é" %last_error% []] x)'
    asked = avm.invoke(Invocation(script, b"", b"", ME, "a", KEY))
    request = asked.call_requests[1]
    assert (request.service_id, request.function_name) == ("service", "function")
    assert request.arguments == ("1", "-0.0", '"é"', '{"error_code":0,"message":""}', "[]")
    answered = avm.invoke(Invocation(script, asked.data, b"", ME, "a", KEY, {1: CallResult(0, "[2e3]")}))
    assert "[2000.0]" in avm.inspect(answered.data)["data"]["cid_info"]["value_store"].values()


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ('(call "a" ("" "") [x.$.é])', "panicked at"),
        ("(seq " * 6000 + "(null)" + " (null))" * 6000, "call stack exhausted"),
    ],
)
def test_a_trap_is_a_result_and_not_the_end(avm: AquaVM, script: str, reason: str) -> None:
    kept = avm.invoke(Invocation("(null)", b"", b"", ME, "a", KEY)).data
    trapped = avm.invoke(Invocation(script, kept, b"", ME, "a", KEY))
    assert trapped.trap is not None
    assert reason in trapped.trap
    assert trapped.data == kept
    assert avm.invoke(Invocation("(null)", kept, b"", ME, "a", KEY)).ret_code == 0


def test_a_call_that_takes_too_long_traps() -> None:
    pytest.importorskip("wasmtime")
    from airspec.checker.conform.adapters.avm import AquaVM

    wasm = find_wasm()
    if wasm is None:
        pytest.skip("AquaVM is not installed: run `make oracle`")
    impatient = AquaVM(wasm, time_limit=0)
    # Four folds inside one another, each over forty values.
    body = "(ap l x)"
    for iterator in "lkji":
        body = f"(fold #cc {iterator} (seq {body} (next {iterator})))"
    script = f'(seq (canon "a" $s #cc) {body})'
    for _ in range(40):
        script = f"(seq (ap 1 $s) {script})"
    assert impatient.parse(script) is None
    trapped = impatient.invoke(Invocation(script, b"", b"", ME, "a", KEY))
    assert trapped.trap is not None
    assert impatient.invoke(Invocation("(null)", b"", b"", ME, "a", KEY)).ret_code == 0


def test_scripts_are_parsed(avm: AquaVM) -> None:
    assert avm.parse("(null)") is None
    assert 'expected "("' in (avm.parse("(seq") or "")
    assert "trapped" in (avm.parse('(call "a" ("" "") [x.$.é])') or "")


def test_what_is_no_data_is_not_shown(avm: AquaVM) -> None:
    with pytest.raises(ValueError, match="failed to deserialize envelope"):
        avm.inspect(b"abc")


def test_call_results_that_cannot_be_read(avm: AquaVM) -> None:
    assert avm.invoke(Invocation("(null)", b"", b"", ME, "a", KEY), b"\x80").ret_code == 5


@pytest.mark.parametrize("hard", [False, True])
def test_size_limits(avm: AquaVM, hard: bool) -> None:
    limited = avm.invoke(Invocation("(null)", b"", b"", ME, "a", KEY, limits=SizeLimits(air=3, hard=hard)))
    assert limited.ret_code == (10 if hard else 0)
    assert limited.exceeded.air is not hard


def test_without_npm_one_sentence_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(CannotFetch, match="npm client is not installed"):
        fetch(tmp_path / "avm.wasm")


def test_another_wasm_file_is_not_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unpack(archive: Path, folder: Path) -> Path:
        (folder / "avm.wasm").write_bytes(b"\0asm")
        return folder / "avm.wasm"

    monkeypatch.setattr(fetch_avm, "pack", lambda folder: folder / "package.tgz")
    monkeypatch.setattr(fetch_avm, "unpack", unpack)
    with pytest.raises(CannotFetch, match="is pinned"):
        fetch(tmp_path / "avm.wasm")
    assert not (tmp_path / "avm.wasm").exists()
