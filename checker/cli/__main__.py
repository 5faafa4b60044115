"""``python -m checker.cli`` is the command ``airspec``."""

from airspec.checker.cli import main

main()
