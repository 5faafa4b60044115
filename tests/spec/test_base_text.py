"""Bytes as texts: as the libraries write and read them."""

from __future__ import annotations

from base64 import b32encode

import base58 as library
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spec.base_text import BASE58, base32, base58, base58_bytes

BYTES = st.one_of(st.binary(max_size=70), st.binary(max_size=5).map(lambda data: bytes(3) + data))


@given(st.binary(max_size=40))
def test_base32_is_that_of_the_library(data: bytes) -> None:
    assert base32(data) == b32encode(data).decode().rstrip("=").lower()


@given(BYTES)
def test_base58_is_that_of_the_library(data: bytes) -> None:
    text = base58(data)
    assert text == library.b58encode(data).decode()
    assert base58_bytes(text) == data


@given(st.text(BASE58, max_size=40))
def test_every_text_of_the_alphabet_is_read(text: str) -> None:
    assert base58_bytes(text) == library.b58decode(text)


@pytest.mark.parametrize("text", ["0", "1l", "zO2", " 2", "2 ", "é"])
def test_other_characters_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not of base 58"):
        base58_bytes(text)
