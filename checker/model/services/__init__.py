"""Services: their answers from comments beside the calls, a TOML file, or the built-in set for compiled Aqua."""
