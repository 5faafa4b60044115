"""Services: answers to calls, from comments beside them, TOML files, or the built-in set for compiled Aqua."""
