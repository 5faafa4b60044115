"""What services answer: in comments beside the calls, in a TOML file, and in the built-in set for compiled Aqua."""
