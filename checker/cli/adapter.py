"""``airspec adapter``: serve an interpreter over the adapter protocol."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from airspec.checker.cli._input import edition_option
from airspec.checker.cli._outcome import BadInputError
from airspec.checker.conform.adapters.fetch_avm import MISSING
from airspec.checker.conform.adapters.protocol import Interpreter, SpecificationAdapter, serve
from airspec.semantics.editions import FAITHFUL, Edition
from airspec.semantics.notation.engine import compile_rules


@click.command()
@click.argument("interpreter", type=click.Choice(["spec", "avm"]))
@click.option(
    "--wasm",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The interpreter's Wasm module, for avm; otherwise the one that `airspec fetch-avm` fetched.",
)
@edition_option
def command(interpreter: str, wasm: Path | None, edition: str) -> None:
    """Serve the specification (spec) or AquaVM 0.62.0 (avm) on standard input and output.

    Requests and answers are JSON objects, one a line; the book's page "The adapter protocol" describes them.
    """
    if interpreter == "avm" and edition != FAITHFUL.value:
        raise BadInputError("AquaVM has one edition: leave out --edition, or serve the specification")
    if interpreter == "spec":
        compile_rules()  # a served interpreter runs many scripts
    served = SpecificationAdapter(Edition(edition)) if interpreter == "spec" else load_aquavm(wasm)
    serve(served, sys.stdin, sys.stdout)


def load_aquavm(wasm: Path | None) -> Interpreter:
    """Return AquaVM 0.62.0, ready to serve requests, from a Wasm module; None takes the fetched one.

    Raises `BadInputError` if wasmtime or the module is missing, or the module cannot be run.
    """
    try:
        from airspec.checker.conform.adapters.avm import AquaVM, find_wasm
    except ImportError:
        raise BadInputError("wasmtime is not installed, which runs AquaVM: install airspec[oracle]") from None
    from airspec.checker.conform.adapters.avm_adapter import AvmAdapter

    module = wasm or find_wasm()
    if module is None:
        raise BadInputError(f"{MISSING}, or name its module with --wasm FILE")
    if not module.is_file():
        raise BadInputError(f"{module}: no such file")
    try:
        return AvmAdapter(AquaVM(module))
    except Exception as error:
        raise BadInputError(f"{module}: not a module that can be run: {error}") from None
