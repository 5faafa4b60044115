"""Authenticity: content ids, keys, signatures, verification of incoming data (section 5 of the reference)."""
