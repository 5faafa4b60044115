"""Authenticity: content ids, keys, signatures, verification of incoming data."""
