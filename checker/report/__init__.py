"""Reports for people: traces as trees, stories and verdicts on the terminal, and self-contained pages."""
