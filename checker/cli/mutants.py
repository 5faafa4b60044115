"""``airspec mutants``: change rules in one place at a time, and report which law notices each change."""

from __future__ import annotations

import shutil
import statistics

import click
from msgspec.json import encode, format

from airspec.checker.cli._outcome import HOLDS, INTERNAL_ERROR, UNDECIDED, VIOLATED, BadInputError
from airspec.checker.cli._output import check_outputs, code_after_writing
from airspec.checker.mutation.catalogue import MUTANTS, QUICK
from airspec.checker.mutation.mutant import Mutant, MutantError
from airspec.checker.mutation.rules_digest import rules_digest
from airspec.checker.mutation.runner import TrialError, baseline, try_mutants
from airspec.checker.mutation.verdicts import MutationRun, Verdict

INDENT = " " * 11


@click.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--quick", is_flag=True, help="Only a few mutants, of all parts of the rules.")
@click.option("--every", is_flag=True, help="Find all laws that a mutant breaks, not only the first.")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Trials at a time.")
@click.option("--list", "listed", is_flag=True, help="List the mutants with their changes, without trying them.")
@click.option(
    "--json",
    "json_file",
    metavar="FILE",
    help="Write all verdicts and witnesses to a file.",
)
def command(names: tuple[str, ...], quick: bool, every: bool, workers: int, listed: bool, json_file: str | None) -> int:
    """Change the rules in one place at a time, and report which law notices each change.

    First the unchanged rules have to pass.  Then each mutant runs in a process of its own that checks proofs, laws of
    scripts and small explorations, without knowing which mutant it runs.  Named mutants are reported in full.

    Exit codes: 0 every mutant is killed, or argued to be equivalent; 12 one survives, or the unchanged rules violate a
    law; 3 a trial does not end properly, or was interrupted; 2 a name is not in the catalogue; 1 a change no longer
    fits its rule.
    """
    chosen = _chosen(names, quick)
    if listed:
        for mutant in chosen:
            click.echo(_description(mutant))
        return HOLDS
    check_outputs(json_file)
    verdicts: list[Verdict] = []
    try:
        tried = baseline()
        click.echo(f"the rules as they are pass: {tried.laws} tested laws and all proofs, {tried.seconds:.1f} s")
        for verdict in try_mutants(chosen, tried.digests, every=every, workers=workers):
            verdicts.append(verdict)
            click.echo(_told(verdict) if names else _line(verdict))
    except TrialError as error:
        click.echo(f"airspec: {error}", err=True)
        return VIOLATED
    except MutantError as error:
        click.echo(f"airspec: {error}", err=True)
        return INTERNAL_ERROR
    except KeyboardInterrupt:
        click.echo(f"interrupted after {len(verdicts)} of {len(chosen)} mutants")
    click.echo(_summary(verdicts))
    return code_after_writing(_code(verdicts, len(chosen)), json_file, lambda: _json(verdicts))


def _chosen(names: tuple[str, ...], quick: bool) -> tuple[Mutant, ...]:
    known = {mutant.name: mutant for mutant in MUTANTS}
    for name in names:
        if name not in known:
            raise BadInputError(f"there is no mutant '{name}' (--list lists them)")
    wanted = names or (QUICK if quick else tuple(known))
    return tuple(known[name] for name in wanted)


def _description(mutant: Mutant) -> str:
    change = f"{', '.join(mutant.rules)}: {' '.join(str(mutant.change).split())}"
    foreign = f"with data of {mutant.data_of}" if mutant.data_of else ""
    lines = (f"{mutant.name}: {mutant.sentence}", change, mutant.script or mutant.equivalent, foreign)
    return f"\n{INDENT}".join(line for line in lines if line)


def _line(verdict: Verdict) -> str:
    """A verdict in one line of the terminal."""
    reason = f"{verdict.broken[0].law}: {verdict.broken[0].witness.breach}" if verdict.broken else verdict.note
    line = f"{_head(verdict)}  {reason}".rstrip()
    width = shutil.get_terminal_size((160, 24)).columns
    return line if len(line) < width else f"{line[: width - 2]}…"


def _head(verdict: Verdict) -> str:
    return f"{verdict.status:10} {verdict.mutant:36} {verdict.seconds:5.1f} s"


def _told(verdict: Verdict) -> str:
    """Return a verdict with all its witnesses."""
    lines = [_head(verdict), *([verdict.note] if verdict.note else [])]
    if verdict.shown is False:
        lines.append("the script of the catalogue does not show it")
    for broken in verdict.broken:
        lines.append(f"{broken.law} ({broken.evidence}, after {broken.seconds:.1f} s): {broken.witness.breach}")
        lines += [text for text in (" ".join(broken.witness.script.split()), *broken.witness.runs) if text]
    return f"\n{INDENT}".join(lines)


def _summary(verdicts: list[Verdict]) -> str:
    killed = [verdict for verdict in verdicts if verdict.status == "killed"]
    argued = sum(verdict.status == "equivalent" for verdict in verdicts)
    median = f" in {statistics.median(v.seconds for v in killed):.1f} s (median)" if killed else ""
    rest = len(verdicts) - len(killed) - argued
    return f"{len(verdicts)} mutants: {len(killed)} killed{median}, {argued} argued equivalent, {rest} not noticed"


def _code(verdicts: list[Verdict], expected: int) -> int:
    statuses = {verdict.status for verdict in verdicts}
    if "survived" in statuses:
        return VIOLATED
    return UNDECIDED if "undecided" in statuses or len(verdicts) < expected else HOLDS


def _json(verdicts: list[Verdict]) -> bytes:
    return format(encode(MutationRun(rules_digest(), tuple(verdicts)))) + b"\n"
