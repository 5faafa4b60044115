"""The particle, and what goes between an interpreter and its host: call requests and results, and outcomes."""

from __future__ import annotations

from msgspec import Struct

from airspec.spec.data import Data
from airspec.spec.values import Json, Tetraplet


class Particle(Struct, frozen=True, gc=False):
    """The parameters that travel with a particle.

    `timestamp` is in milliseconds since the Unix epoch (unsigned 64 bits), `ttl` in milliseconds (unsigned 32 bits).
    """

    init_peer_id: str
    particle_id: str = "particle"
    timestamp: int = 0
    ttl: int = 0


class CallResult(Struct, frozen=True, gc=False):
    """The answer of a service: a return code, 0 for success, and a text that should be JSON."""

    ret_code: int
    result: str


class CallRequest(Struct, frozen=True, gc=False):
    """A service call that the interpreter asks its host to perform.

    `tetraplets` has one tuple for each argument: one tetraplet for a scalar, or one for each element of a canonical
    stream or map.
    """

    service_id: str
    function_name: str
    arguments: tuple[Json, ...]
    tetraplets: tuple[tuple[Tetraplet, ...], ...]


class SizeLimits(Struct, frozen=True, gc=False):
    """The limits in bytes: `air` for the script, `particle` for current data, `call_result` for each call result.

    A soft limit only sets a flag in the outcome; with `hard`, what exceeds it is refused.
    """

    air: int = 2**63 - 1
    particle: int = 2**63 - 1
    call_result: int = 2**63 - 1
    hard: bool = False


class Exceeded(Struct, frozen=True, gc=False):
    """Flags that say which limits of `SizeLimits` were exceeded."""

    air: bool = False
    particle: bool = False
    call_result: bool = False


class Outcome(Struct, frozen=True, gc=False, eq=False):
    """The outcome of one invocation, with data as records.

    `ret_code` is 0, or a code of `spec.codes`; `next_peers` are in the order in which the run first named them (AquaVM
    gives them in no particular order: compare as sets); `call_requests` are pairs of a call id and a request. `trap`
    names the place where AquaVM panics (None: it does not).
    """

    ret_code: int
    error_message: str
    data: Data
    next_peers: tuple[str, ...] = ()
    call_requests: tuple[tuple[int, CallRequest], ...] = ()
    trap: str | None = None
