"""The page of seeded faults, from their catalogue."""

from __future__ import annotations

from html import escape

from airspec_book.directives import Generated
from sphinx.application import Sphinx

from checker.mutants.catalogue import PARTS
from checker.mutants.mutant import Mutant


class SeededFaults(Generated):
    """``.. seeded-faults::`` shows all mutants by the part of the rules that they are in."""

    def html(self) -> str:
        """A table for each part."""
        return "".join(f"<h2>{title}</h2>{_table(mutants)}" for title, mutants in PARTS.items())


def _table(mutants: tuple[Mutant, ...]) -> str:
    head = "<tr><th>Fault</th><th>Rule and rewrite</th><th>Smallest script</th></tr>"
    rows = "".join(map(_row, mutants))
    return f"<div class='air-table'><table><thead>{head}</thead><tbody>{rows}</tbody></table></div>"


def _row(mutant: Mutant) -> str:
    module = mutant.file.removesuffix(".py").replace("/", ".")
    case = f", case {escape(mutant.case)}" if mutant.case else ""
    rule = f'<a href="{{{{{module}.{mutant.function}}}}}">{mutant.function}</a>{case}'
    new = _code(mutant.new) if mutant.new.strip() else "nothing"
    script = _code(mutant.script) if mutant.script else escape(mutant.equivalent)
    foreign = f"<br>with data of {_code(mutant.data_of)}" if mutant.data_of else ""
    return (
        f"<tr id='fault-{mutant.name}'><td><b>{mutant.name}</b><br>{_quoted(mutant.sentence)}</td>"
        f"<td>{rule}<br>{_code(mutant.old)} becomes {new}</td><td>{script}{foreign}</td></tr>"
    )


def _code(text: str) -> str:
    return f"<code>{escape(' '.join(text.split()))}</code>"


def _quoted(text: str) -> str:
    """Text with its back-quoted parts as code."""
    parts = escape(text).split("`")
    return "".join(part if i % 2 == 0 else f"<code>{part}</code>" for i, part in enumerate(parts))


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("seeded-faults", SeededFaults)
    return {"parallel_read_safe": False, "parallel_write_safe": True}
