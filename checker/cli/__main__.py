"""``python -m checker.cli`` is the command ``airspec``."""

from checker.cli import main

main()
