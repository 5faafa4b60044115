"""``airspec mutants``: rules that are wrong in one place, and which law notices."""

from __future__ import annotations

import statistics
from pathlib import Path

import click
from msgspec.json import encode, format

from checker.cli._outcome import HOLDS, UNDECIDED, VIOLATED, BadInputError
from checker.mutants.catalogue import MUTANTS, QUICK
from checker.mutants.mutant import Mutant, MutantError
from checker.mutants.runner import TrialError, Verdict, baseline, try_mutants


@click.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--quick", is_flag=True, help="Only a few mutants, one of each part of the rules.")
@click.option("--every", is_flag=True, help="Find all laws that a mutant breaks, not only the first.")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Trials at a time.")
@click.option("--list", "listed", is_flag=True, help="List the mutants, without trying them.")
@click.option("--json", "json_file", metavar="FILE", help="Write all verdicts, with witnesses, to a file.")
def command(names: tuple[str, ...], quick: bool, every: bool, workers: int, listed: bool, json_file: str | None) -> int:
    """Try rules that are wrong in one place each, and say by which law each is noticed.

    First the rules as they are have to pass.  Then each mutant runs in a process of its own that knows general laws
    only, and not which mutant it runs.  The exit code is 0 if every mutant is killed, or argued to be equivalent; 12 if
    one survives; 3 if a trial does not end properly; 2 if a name is not in the catalogue.
    """
    chosen = _chosen(names, quick)
    if listed:
        for mutant in chosen:
            click.echo(f"{mutant.name:32} {mutant.sentence}")
        return HOLDS
    verdicts = []
    try:
        tried = baseline()
        click.echo(f"the rules as they are pass: {tried.laws} laws of runs and all proofs, {tried.seconds:.1f} s")
        for verdict in try_mutants(chosen, tried.digests, every=every, workers=workers):
            verdicts.append(verdict)
            click.echo(_line(verdict))
    except (TrialError, MutantError) as error:
        click.echo(f"airspec: {error}", err=True)
        return VIOLATED
    except KeyboardInterrupt:
        click.echo(f"interrupted after {len(verdicts)} of {len(chosen)} mutants")
    if json_file is not None:
        _write(json_file, verdicts)
    click.echo(_summary(verdicts))
    return _code(verdicts, len(chosen))


def _chosen(names: tuple[str, ...], quick: bool) -> tuple[Mutant, ...]:
    known = {mutant.name: mutant for mutant in MUTANTS}
    for name in names:
        if name not in known:
            raise BadInputError(f"there is no mutant '{name}' (--list lists them)")
    wanted = names or (QUICK if quick else tuple(known))
    return tuple(known[name] for name in wanted)


def _line(verdict: Verdict) -> str:
    head = f"{verdict.status:10} {verdict.mutant:32} {verdict.seconds:5.1f} s"
    if not verdict.broken:
        return f"{head}  {verdict.note}".rstrip()
    first = verdict.broken[0]
    others = "".join(f" {broken.law}" for broken in verdict.broken[1:])
    script = f"\n{'':12}{' '.join(first.witness.script.split())}" if first.witness.script else ""
    schedule = f"\n{'':12}{first.witness.schedule}" if first.witness.schedule else ""
    also = f"\n{'':12}also:{others}" if others else ""
    return f"{head}  {first.law}: {first.witness.sentence}{script}{schedule}{also}"


def _summary(verdicts: list[Verdict]) -> str:
    killed = [verdict for verdict in verdicts if verdict.status == "killed"]
    argued = sum(verdict.status == "equivalent" for verdict in verdicts)
    median = f", in {statistics.median(v.seconds for v in killed):.1f} s (median)" if killed else ""
    return f"{len(verdicts)} mutants: {len(killed)} killed{median}, {argued} argued equivalent, " + (
        f"{len(verdicts) - len(killed) - argued} not noticed"
    )


def _code(verdicts: list[Verdict], expected: int) -> int:
    statuses = {verdict.status for verdict in verdicts}
    if "survived" in statuses:
        return VIOLATED
    return UNDECIDED if "undecided" in statuses or len(verdicts) < expected else HOLDS


def _write(path: str, verdicts: list[Verdict]) -> None:
    try:
        Path(path).write_bytes(format(encode(verdicts)) + b"\n")
    except OSError as error:
        raise BadInputError(f"{path}: cannot be written: {error.strerror or error}") from None
