"""Conformance of other interpreters with the rules: adapters, and generated or scripted runs in lockstep."""
