"""Conformance of other interpreters with the rules: adapters, generated scripts, and runs in lockstep."""
