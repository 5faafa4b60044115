"""Adapters: interpreters of AIR behind one interface, so that they can be compared."""
