"""The compile cache: programs compiled once for a machine, read back the next time.

Compiling a training epoch takes 0.8–1.4 s; reading it back takes under 0.1 s. Entries are
native code, so they lie in a folder private to the person, one for each version of the
compiler and kind of processor, and the oldest go when all together exceed a cap.

On some processors some compiler versions write entries that they then refuse to read
(jax#38445): the cache would cost time and save none. Therefore a new folder is probed once,
by compiling one tiny program twice and looking whether the second came from the cache.
Setting ``PELLUCID_COMPILE_CACHE=off`` switches the cache off.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from pellucid.errors import OutputError
from pellucid.files import cache_folder, write_atomically

CAP_BYTES = 512 << 20
_PROBE_FILE = "probe.json"


@dataclass(frozen=True)
class CompileCache:
    """The state of the compile cache in this process.

    Attributes
    ----------
    folder
        Where the entries lie, or None where the cache is off.
    reason
        Why it is on or off, for people.
    """

    folder: Path | None
    reason: str

    @property
    def enabled(self) -> bool:
        """Whether compiled programs are kept."""
        return self.folder is not None

    def size(self) -> int:
        """Return the bytes that all entries together take."""
        return sum(one.stat().st_size for one in _entries(str(self.folder))) if self.folder else 0


def open_compile_cache() -> CompileCache:
    """Switch on JAX's persistent compilation cache where it works on this machine."""
    import jax

    if os.environ.get("PELLUCID_COMPILE_CACHE", "on").lower() in {"off", "0", "no", "false"}:
        return CompileCache(None, "switched off by PELLUCID_COMPILE_CACHE")
    configured = jax.config.values["jax_compilation_cache_dir"]
    if configured:
        return CompileCache(Path(configured), "JAX was already given a folder; left as it is")
    try:
        folder = cache_folder("compiled", _machine_key())
        _trim(folder.parent, CAP_BYTES)
        _use(folder)
        if not _accepted(folder):
            _use(None)
            return CompileCache(None, "this compiler does not read back what it wrote here")
    except OSError as error:
        _use(None)
        reason = error.what if isinstance(error, OutputError) else str(error)
        return CompileCache(None, f"its folder cannot be used: {reason}")
    return CompileCache(folder, "on; probed on this machine")


def _use(folder: Path | None) -> None:
    import jax

    jax.config.update("jax_compilation_cache_dir", str(folder) if folder else None)
    if folder:
        jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
        jax.config.update("jax_persistent_cache_min_entry_size_bytes", 0)
        # What XLA itself would cache besides makes the key depend on this folder's path.
        jax.config.update("jax_persistent_cache_enable_xla_caches", "none")


def _machine_key() -> str:
    """Name what compiled code depends on: the compiler's version, the processor's features."""
    features = platform.machine() + platform.processor()
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith(("flags", "Features", "model name")):
                features += line
    digest = hashlib.sha256(features.encode()).hexdigest()[:12]
    return f"jaxlib-{version('jaxlib')}-{platform.machine()}-{digest}"


def _accepted(folder: Path) -> bool:
    """Return whether the compiler reads back its own entries, probing once for a folder."""
    record = folder / _PROBE_FILE
    with suppress(OSError, ValueError):
        known = json.loads(record.read_text(encoding="utf-8"))
        if isinstance(known, dict) and isinstance(known.get("accepted"), bool):
            return bool(known["accepted"])
    for leftover in folder.glob("*pellucid_probe*"):  # damaged, it would fail the probe
        leftover.unlink()
    accepted = _probe()
    write_atomically(record, json.dumps({"accepted": accepted}))
    return accepted


def _probe() -> bool:
    """Compile one tiny program twice; return whether the second time was a cache hit."""
    import jax
    import jax.numpy as jnp

    hits = 0

    def listen(event: str, **_: object) -> None:
        nonlocal hits
        hits += event == "/jax/compilation_cache/cache_hits"

    def compile_afresh() -> None:
        def pellucid_probe(x: jax.Array) -> jax.Array:  # a new function: no cache in memory
            return jnp.sum(x @ x)

        jax.jit(pellucid_probe).lower(jax.ShapeDtypeStruct((7, 7), "float32")).compile()

    compile_afresh()
    jax.monitoring.register_event_listener(listen)
    try:
        compile_afresh()
    finally:
        jax.monitoring.unregister_event_listener(listen)
    return hits > 0


def _entries(folder: str) -> Iterator[os.DirEntry[str]]:
    """Yield all files of programs below a folder; every start of pellucid goes through them."""
    try:
        found = list(os.scandir(folder))
    except OSError:  # it is not there, or not any more
        return
    for entry in found:
        if entry.is_dir(follow_symlinks=False):
            yield from _entries(entry.path)
        elif entry.is_file() and entry.name != _PROBE_FILE:
            yield entry


def _trim(root: Path, cap: int) -> None:
    """Delete the entries that were used longest ago until the rest fit under the cap."""
    dated = []
    for entry in _entries(str(root)):
        with suppress(OSError):
            status = entry.stat()
            dated.append((max(status.st_atime, status.st_mtime), status.st_size, entry.path))
    total = sum(size for _, size, _ in dated)
    for _, size, path in sorted(dated):
        if total <= cap:
            break
        with suppress(OSError):
            Path(path).unlink()
            total -= size
