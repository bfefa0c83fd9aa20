"""The recurrence of a Rodimus mixer as one operator on a processor (scan.cpp), compiled when it is first needed.

Letters as in rodimus.py. The same values and gradients as `rodimus.chunkwise`; how long it takes stands in training/README.md.
"""
import ctypes
import functools
import hashlib
import os
import subprocess
import sys
import tempfile

import torch

FLAGS = ["-O3", "-march=native", "-fno-math-errno", "-std=c++17", "-shared", "-fPIC", "-pthread"]
TYPES = {torch.float32: "f32", torch.float64: "f64"}


@functools.cache
def library():
    """The compiled operator, or None where no compiler is there."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "scan.cpp")
    with open(path, "rb") as f:
        source = f.read()
    compiler = os.environ.get("CXX", "g++")
    name = hashlib.sha256(source + " ".join([compiler, *FLAGS]).encode()).hexdigest()[:16]
    folder = os.path.join(os.environ.get("XDG_CACHE_HOME", os.path.expanduser("~/.cache")), "inkspan-train")
    built = os.path.join(folder, f"scan-{name}.so")
    if not os.path.exists(built):
        os.makedirs(folder, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as place:
            fresh = os.path.join(place, "scan.so")
            try:
                subprocess.run([compiler, *FLAGS, path, "-o", fresh], check=True, capture_output=True, text=True)
            except (OSError, subprocess.CalledProcessError) as e:
                why = getattr(e, "stderr", None) or e
                print(f"The recurrence is computed in chunks, several times slower: {compiler} did not compile it ({why}).", file=sys.stderr)
                return None
            os.replace(fresh, built)
    return ctypes.CDLL(built)


def call(what, like, b, t, n, m, tensors):
    pointers = (ctypes.c_void_p(x.data_ptr()) for x in tensors)
    sizes = (ctypes.c_int64(x) for x in (b, t, n, m))
    getattr(library(), f"scan_{what}_{TYPES[like.dtype]}")(*sizes, ctypes.c_int(torch.get_num_threads()), *pointers)


@torch.library.custom_op("inkspan::scan", mutates_args=())
def scan(q: torch.Tensor, k: torch.Tensor, u: torch.Tensor, la: torch.Tensor, state: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """o [B, T, m] and the last state [B, n, m] of S_t = diag(exp(la_t)) S_{t-1} + k_t u_t, o_t = q_t S_t; f32 or f64, on a processor."""
    inputs = [x.contiguous() for x in (q, k, u, la, state)]
    o, last = torch.empty_like(inputs[2]), torch.empty_like(inputs[4])
    call("forward", q, *q.shape, u.shape[-1], [*inputs, o, last])
    return o, last


@torch.library.custom_op("inkspan::scan_backward", mutates_args=())
def scan_backward(q: torch.Tensor, k: torch.Tensor, u: torch.Tensor, la: torch.Tensor, state: torch.Tensor, go: torch.Tensor,
                  glast: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """The gradients of q, k, u, la and of the first state."""
    inputs = [x.contiguous() for x in (q, k, u, la, state, go, glast)]
    out = tuple(torch.empty_like(x) for x in inputs[:5])
    call("backward", q, *q.shape, u.shape[-1], [*inputs, *out])
    return out


@scan.register_fake
def _(q, k, u, la, state):
    return u.new_empty(u.shape), state.new_empty(state.shape)


@scan_backward.register_fake
def _(q, k, u, la, state, go, glast):
    return tuple(x.new_empty(x.shape) for x in (q, k, u, la, state))


def _save(ctx, inputs, output):
    ctx.save_for_backward(*inputs)


def _gradients(ctx, go, glast):
    inputs = ctx.saved_tensors
    go = torch.zeros_like(inputs[2]) if go is None else go
    glast = torch.zeros_like(inputs[4]) if glast is None else glast
    return scan_backward(*inputs, go, glast)


scan.register_autograd(_gradients, setup_context=_save)


def usable(like):
    """Whether tensors like this one can go through the operator."""
    return like.device.type == "cpu" and like.dtype in TYPES and library() is not None
