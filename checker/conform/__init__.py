"""Whether other interpreters do what the rules say: adapters, generated and scripted runs in lockstep."""
