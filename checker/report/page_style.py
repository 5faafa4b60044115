"""The style sheet and script of pages, for light and dark, wide and narrow screens."""

from __future__ import annotations

from typing import Final

STYLE: Final = """
:root { color-scheme: light dark; --ink: #1c2126; --paper: #ffffff; --soft: #5d6873; --line: #cfd6dd; --panel: #f4f6f8;
  --accent: #1559b3; --good: #176f3d; --bad: #b3261e; --open: #8a5a00; --mark: #fff1b8; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ec; --paper: #14181c; --soft: #9aa6b2; --line: #3a444e;
  --panel: #1d2329; --accent: #7db3ff; --good: #69c98d; --bad: #ff8a80; --open: #e0b050; --mark: #4a3f12; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 1180px; margin: 0 auto; padding: 16px; }
h1, h2 { overflow-wrap: anywhere; } h1 { font-size: 1.5rem; } h2 { font-size: 1.25rem; } h4 { margin: .6em 0 .2em; }
p, li, summary { overflow-wrap: anywhere; }
code, pre { font: 13px/1.45 ui-monospace, monospace; }
pre { background: var(--panel); padding: 10px; margin: 0; overflow-x: auto; border-radius: 6px; }
pre.wrapped { white-space: pre-wrap; overflow-wrap: anywhere; }
mark { background: var(--mark); color: inherit; }
table { border-collapse: collapse; }
th, td { padding: 4px 12px; border-bottom: 1px solid var(--line); text-align: right; }
.scroll { overflow-x: auto; max-width: 100%; margin: 8px 0; }
.laws { padding-left: 1.2em; }
.verdict { padding: 2px 10px; border-radius: 99px; font-size: .9rem; border: 1px solid; }
.holds { color: var(--good); } .violated { color: var(--bad); } .undecided { color: var(--open); }
details { border: 1px solid var(--line); border-radius: 6px; margin: 6px 0; padding: 6px 10px; }
details:target { border-color: var(--accent); }
summary { cursor: pointer; }
.then { display: block; color: var(--soft); font-size: .9em; padding-left: 1.2em; }
.sides { display: grid; grid-template-columns: 1fr 1fr; gap: 12px; } .sides > div { min-width: 0; }
.sides + h4 { margin-top: 1.4em; } .sides p { margin: .4em 0; } .made { color: var(--soft); font-size: .9em; }
@media (max-width: 720px) { .sides { grid-template-columns: 1fr; } }
.diagram { display: block; max-width: none; }
.diagram text { font: 12px ui-monospace, monospace; fill: var(--ink); }
.diagram text { paint-order: stroke; stroke: var(--paper); stroke-width: 4px; stroke-linejoin: round; }
.diagram .peer { font-weight: 600; text-anchor: middle; }
.diagram line.fork { stroke: var(--bad); stroke-dasharray: 2 4; }
.diagram text.fork { fill: var(--bad); text-anchor: end; }
.diagram .leftward { text-anchor: end; }
.diagram .cross { text-anchor: middle; font-size: 20px; fill: var(--bad); }
.diagram .life { stroke: var(--line); stroke-width: 2; }
.diagram .message, .diagram .lost, .diagram .flying { stroke: var(--accent); stroke-width: 1.5; }
.diagram .lost { stroke: var(--bad); } .diagram .lost, .diagram .flying { stroke-dasharray: 5 4; }
.diagram .head { fill: var(--accent); }
.diagram .move circle { fill: var(--accent); stroke: var(--paper); stroke-width: 2; }
.diagram .idle circle { fill: var(--paper); stroke: var(--accent); }
.diagram .failed circle { fill: var(--bad); }
.diagram .move:hover circle, .diagram .move:focus circle { stroke: var(--ink); }
"""

SCRIPT: Final = """
function reveal() {
  const found = location.hash && document.getElementById(location.hash.slice(1));
  if (found && found.tagName === 'DETAILS') { found.open = true; found.scrollIntoView({block: 'nearest'}); }
}
addEventListener('hashchange', reveal);
document.addEventListener('click', event => { if (event.target.closest('.move')) setTimeout(reveal); });
reveal();
"""
