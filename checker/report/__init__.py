"""Reports for people: traces as trees, runs and verdicts on the terminal, and self-contained HTML pages."""
