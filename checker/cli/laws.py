"""``airspec laws``: list the claims about AIR with their evidence, or check them."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any, Final, Literal, get_args

import click
import msgspec
from msgspec import Struct

from airspec.checker.cli._outcome import HOLDS, UNDECIDED, VIOLATED, BadInputError
from airspec.checker.prove.evidence import Grade
from airspec.checker.prove.laws.catalogue import (
    CATALOGUE,
    FAITHFUL_REFINEMENT,
    REFINEMENT,
    REPAIRED_REFINEMENT,
    Law,
    counterexample,
)
from airspec.checker.prove.laws.corpus import runs
from airspec.checker.prove.laws.script_law import Scope, ScriptLaw
from airspec.checker.prove.laws.tally import noting
from airspec.checker.prove.laws.tested_laws import SCRIPT_LAWS
from airspec.checker.prove.prover import prove
from airspec.checker.prove.refinement.anomalies import ANOMALIES, UNREPAIRED, show
from airspec.checker.prove.refinement.check import check_refinement
from airspec.checker.prove.refinement.evidence import evidence
from airspec.semantics.editions import FAITHFUL, Edition
from airspec.semantics.invoke import invoke

Verdict = Grade | Literal["violated", "undecided"]
GRADES: Final[tuple[Grade, ...]] = get_args(Grade)


class Checked(Struct, frozen=True):
    """The result of checking a law or a refuted claim.

    `of` says what it was checked on; `witnesses` show what is wrong, or that the claim is false as stated.
    """

    verdict: Verdict
    of: str
    witnesses: tuple[str, ...] = ()


@click.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--scope", type=click.Choice(get_args(Scope)), help="Only the laws of this scope.")
@click.option("--check", is_flag=True, help="Prove, model-check or test the laws now, and say how each came out.")
@click.option("--json", "as_json", is_flag=True, help="Print the laws, or how each came out, as JSON.")
def command(names: tuple[str, ...], scope: Scope | None, check: bool, as_json: bool) -> int:
    """List the laws, or describe the named ones.

    A law is proved (by Z3, for all values, from the rules that run), model-checked (in every interleaving within a
    stated bound) or tested (on a stated number of inputs).  Claims that are false come last, refuted, each with a
    witness; they are not counted as laws.  With --check, the laws are proved, model-checked and tested now.  Exit
    codes: 0 all come out as stated, 12 one does not, 3 a proof could not be decided in time, 2 a name is not in the
    catalogue or no law is chosen.
    """
    chosen = _chosen(names, scope)
    if check:
        return _check(chosen, as_json)
    if as_json:
        _print_json([_fields(law) for law in chosen])
    elif names:
        click.echo("\n\n".join(_told(law) for law in chosen))
    else:
        _list(chosen)
    return HOLDS


def _chosen(names: Sequence[str], scope: Scope | None) -> list[Law]:
    known = {law.name: law for law in CATALOGUE}
    for name in names:
        if name not in known:
            raise BadInputError(f"there is no law '{name}' (airspec laws lists them)")
    found = [law for law in ([known[name] for name in names] or CATALOGUE) if scope is None or scope in law.scopes]
    if not found:
        raise BadInputError(f"none of these laws is of the scope '{scope}'")
    return sorted(found, key=lambda law: not law.holds)


def _print_json(value: object) -> None:
    click.echo(json.dumps(msgspec.to_builtins(value), indent=2, ensure_ascii=False))


def _fields(law: Law) -> dict[str, Any]:
    """Return a law as JSON; a claim that is false has its counterexample."""
    fields: dict[str, Any] = {**msgspec.to_builtins(law), "holds": law.holds}
    return fields if law.holds else {**fields, "counterexample": counterexample(law)}


def _list(laws: Sequence[Law]) -> None:
    held = [law for law in laws if law.holds]
    for law in held:
        click.echo(f"{law.name:30} {', '.join(law.scopes)}; {', '.join(_kinds(law))}\n    {law.sentence}")
    if held:
        click.echo(f"{_number(held)}: {_counted(Counter(_kinds(law)[0] for law in held))}")
    for line in _refuted(laws):
        click.echo(line)


def _refuted(laws: Sequence[Law]) -> Iterator[str]:
    """Yield the lines about claims that are false, under a heading of their own."""
    false = [law for law in laws if not law.holds]
    if false:
        yield "\nrefuted"
    for law in false:
        yield f"{law.name:30} {', '.join(law.scopes)}\n    {law.sentence}\n    witness: {counterexample(law)}"


def _kinds(law: Law) -> list[Grade]:
    """Return the grades of the evidence for a law, each once, the strongest first."""
    return sorted({evidence.kind for evidence in law.evidence}, key=GRADES.index)


def _number(laws: Sequence[object]) -> str:
    return f"{len(laws)} law{'' if len(laws) == 1 else 's'}"


def _counted(counts: Counter[Any]) -> str:
    order = [*GRADES, "violated", "undecided"]
    return ", ".join(f"{counts[verdict]} {verdict}" for verdict in order if counts[verdict])


def _told(law: Law) -> str:
    told = "".join(
        f"\n  {e.kind}: {e.of}\n    {'not vacuous' if law.holds else 'because'}: {e.witness}\n    {e.command}"
        for e in law.evidence
    )
    witness = "" if law.holds else f"\n  witness   {counterexample(law)}"
    return (
        f"{law.name} ({', '.join(law.scopes)})\n  {law.sentence}"
        f"{_block('formula', law.formula.lines)}{_block('where', law.formula.where)}"
        f"\n  stated by {law.place.path}, {law.place.name}\n  premises  {law.premises}{told}{witness}"
    )


def _block(title: str, lines: Sequence[str]) -> str:
    """Lines under one title, or nothing."""
    return "".join(f"\n  {title if line is lines[0] else '':9} {line}" for line in lines)


def _check(laws: Sequence[Law], as_json: bool) -> int:
    found: list[dict[str, Any]] = []
    verdicts: Counter[Verdict] = Counter()
    false: Counter[Verdict] = Counter()
    for law in laws:
        began = time.perf_counter()
        checked = _checked(law)
        (verdicts if law.holds else false)[checked.verdict] += 1
        seconds = time.perf_counter() - began
        found.append({"name": law.name, "holds": law.holds, **msgspec.to_builtins(checked), "seconds": seconds})
        if not as_json:
            if not law.holds and false.total() == 1:
                click.echo("\nrefuted")
            witnesses = "".join(f"\n  {witness}" for witness in checked.witnesses)
            click.echo(f"{checked.verdict:13} {law.name}  {seconds:.1f} s  {checked.of}{witnesses}")
    if as_json:
        _print_json(found)
    else:
        click.echo("; ".join(_sums(verdicts, false)))
    wrong = verdicts["violated"] + false["violated"]
    return VIOLATED if wrong else UNDECIDED if verdicts["undecided"] + false["undecided"] else HOLDS


def _sums(verdicts: Counter[Verdict], false: Counter[Verdict]) -> Iterator[str]:
    if verdicts:
        yield f"{verdicts.total()} law{'' if verdicts.total() == 1 else 's'}: {_counted(verdicts)}"
    if false:
        yield f"{false.total()} claim{'' if false.total() == 1 else 's'} stated to be false: {_counted(false)}"


def _checked(law: Law) -> Checked:
    tested = {script_law.name: script_law for script_law in SCRIPT_LAWS}
    if law.name in tested:
        return _in_runs(tested[law.name])
    if law == REFINEMENT:
        return _by_refinement()
    if law == REPAIRED_REFINEMENT:
        return _by_unrepaired()
    return _by_anomalies() if law == FAITHFUL_REFINEMENT else _by_proof(law)


def _by_proof(law: Law) -> Checked:
    """Prove a law, and return the result; a law without obligations is undecided, not proved."""
    outcomes = list(prove(law.name))
    of = f"{len(outcomes)} obligation{'' if len(outcomes) == 1 else 's'}"
    wrong = [outcome for outcome in outcomes if not outcome.expected]
    if wrong or not outcomes:
        undecided = all(outcome.verdict == "undecided" for outcome in wrong)
        told = tuple(f"{outcome.name} is {outcome.verdict}" for outcome in wrong[:5])
        return Checked("undecided" if undecided else "violated", of, told)
    if law.holds:
        return Checked("proved", of)
    return Checked("refuted", of, (json.dumps(outcomes[0].countermodel),))


def _by_refinement() -> Checked:
    """Check refinement in the repaired edition, and return the result with the grade of its first part."""
    parts = list(evidence(Edition.REPAIRED))
    of = "; ".join(f"{part.grade} {part.scripts:,} scripts ({part.bound})" for part in parts)
    wrong = tuple(breach.script for part in parts for breach in part.breaches)
    return Checked(parts[0].grade if all(part.holds for part in parts) else "violated", of, wrong)


def _by_anomalies() -> Checked:
    hidden = [anomaly for anomaly in ANOMALIES if show(anomaly, FAITHFUL).compared.departure is None]
    of = f"{len(ANOMALIES)} scripts"
    if hidden:
        return Checked("violated", of, tuple(f"{anomaly.name} does not show" for anomaly in hidden))
    return Checked("refuted", of, (counterexample(FAITHFUL_REFINEMENT),))


def _by_unrepaired() -> Checked:
    found = check_refinement("unrepaired", [UNREPAIRED], "one script", partial(invoke, edition=Edition.REPAIRED))
    return Checked("refuted" if found.breaches else "violated", "1 script", (UNREPAIRED,))


def _in_runs(law: ScriptLaw) -> Checked:
    with noting() as scripts:
        broken = list(islice(law.check(runs()), 3))
    of = f"{len(scripts)} script{'' if len(scripts) == 1 else 's'}, {law.how}"
    if not broken and not scripts:
        return Checked("undecided", of)
    told = tuple(f"{witness.breach}\n  {' '.join(witness.script.split())}" for witness in broken)
    return Checked("violated" if broken else "tested", of, told)
