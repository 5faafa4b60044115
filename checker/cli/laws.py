"""``airspec laws``: what is claimed of AIR, and the evidence for it."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import get_args

import click
import msgspec

from airspec.checker.cli._outcome import HOLDS, UNDECIDED, VIOLATED, BadInputError
from airspec.checker.prove.laws.all_laws import SCRIPT_LAWS
from airspec.checker.prove.laws.catalogue import CATALOGUE, REFINEMENT, CatalogueLaw
from airspec.checker.prove.laws.corpus import runs
from airspec.checker.prove.laws.script_law import Scope, ScriptLaw
from airspec.checker.prove.prover import prove
from airspec.checker.prove.refinement.evidence import evidence
from airspec.semantics.editions import Edition


@click.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--scope", type=click.Choice(get_args(Scope)), help="Only the laws of this scope.")
@click.option("--check", is_flag=True, help="Prove or check the laws now, and say how each came out.")
@click.option("--json", "as_json", is_flag=True, help="Print the catalogue as JSON.")
def command(names: tuple[str, ...], scope: Scope | None, check: bool, as_json: bool) -> int:
    """List the laws, or describe the named ones.

    With --check, laws are proved by Z3 or checked in runs of small scripts, whichever evidence the catalogue names.
    The exit code is 0 if all came out as stated, 12 if not, 3 if a proof could not be decided in time, and 2 if a
    name is not in the catalogue.
    """
    chosen = _chosen(names, scope)
    if check:
        return _check(chosen)
    if as_json:
        click.echo(json.dumps(msgspec.to_builtins(chosen), indent=2, ensure_ascii=False))
    elif names:
        click.echo("\n\n".join(_told(law) for law in chosen))
    else:
        _list(chosen)
    return HOLDS


def _chosen(names: Sequence[str], scope: Scope | None) -> list[CatalogueLaw]:
    known = {law.name: law for law in CATALOGUE}
    for name in names:
        if name not in known:
            raise BadInputError(f"there is no law '{name}' (airspec laws lists them)")
    return [law for law in ([known[name] for name in names] or CATALOGUE) if scope is None or scope in law.scopes]


def _list(laws: Sequence[CatalogueLaw]) -> None:
    for law in laws:
        kinds = ", ".join(dict.fromkeys(evidence.kind for evidence in law.evidence))
        click.echo(f"{law.name:30} {', '.join(law.scopes)}; {kinds}\n    {law.sentence}")
    counts = Counter(law.evidence[0].kind for law in laws)
    click.echo(f"{len(laws)} laws: " + ", ".join(f"{number} {kind}" for kind, number in counts.items()))


def _told(law: CatalogueLaw) -> str:
    evidence = "".join(
        f"\n  {e.kind:9} of {e.of}\n            witness: {e.witness}\n            {e.command}" for e in law.evidence
    )
    return (
        f"{law.name} ({', '.join(law.scopes)})\n  {law.sentence}\n  formula   {law.formula}"
        f"\n  premises  {law.premises}{evidence}"
    )


def _check(laws: Sequence[CatalogueLaw]) -> int:
    checks = {law.name: law for law in SCRIPT_LAWS}
    verdicts: Counter[str] = Counter()
    for law in laws:
        began = time.perf_counter()
        if law.name in checks:
            verdict, note = _in_runs(checks[law.name])
        elif law == REFINEMENT:
            verdict, note = _by_refinement()
        else:
            verdict, note = _by_proof(law.name)
        verdicts[verdict] += 1
        click.echo(f"{verdict:13} {law.name}  {time.perf_counter() - began:.1f} s{note}")
    click.echo(f"{len(laws)} laws: " + ", ".join(f"{number} {verdict}" for verdict, number in verdicts.items()))
    if "not as stated" in verdicts:
        return VIOLATED
    return UNDECIDED if "undecided" in verdicts else HOLDS


def _by_proof(name: str) -> tuple[str, str]:
    outcomes = list(prove(name))
    wrong = [outcome for outcome in outcomes if not outcome.expected]
    if not wrong:
        return "as stated", f"  {len(outcomes)} obligations"
    verdict = "undecided" if all(outcome.verdict == "undecided" for outcome in wrong) else "not as stated"
    return verdict, "".join(f"\n  {outcome.name} is {outcome.verdict}" for outcome in wrong[:5])


def _by_refinement() -> tuple[str, str]:
    parts = list(evidence(Edition.REPAIRED))
    told = f"  {sum(part.scripts for part in parts)} scripts, {sum(part.pairs for part in parts)} pairs of data"
    return "as stated" if all(part.holds for part in parts) else "not as stated", told


def _in_runs(law: ScriptLaw) -> tuple[str, str]:
    broken = list(islice(law.check(runs()), 3))
    told = "".join(f"\n  {witness.sentence}\n  {' '.join(witness.script.split())}" for witness in broken)
    return "not as stated" if broken else "as stated", told
