"""Rodimus and Rodimus+ (arXiv 2410.06577) in the published format: recurrent mixer, window attention with one shared key head.

Parameter names and the configuration are those of the published checkpoints, so that `state_dict()` is the file. Letters: B rows, T tokens, d width,
m inner width, n state rows, H heads, e head size, w look-back of the window, C tokens of a chunk.
"""
import json
import math
from dataclasses import asdict, dataclass

import torch
import torch.nn as nn
import torch.nn.functional as F

from . import scan as fused

CHUNK = 16


def align(x, multiple=8):
    return (x + multiple - 1) // multiple * multiple


@dataclass
class Config:
    block_type: str = "rodimus_plus"    # or "rodimus": the mixer alone
    vocab: int = 1024
    d_model: int = 128
    layers: int = 5
    expand_ratio: float = 2.0
    mem_size: int = 64
    rank: int = 16
    normalize_epsilon: float = 1e-5
    norm_epsilon: float = 1e-5
    heads: int = 4
    window_size: int = 1024             # the window looks back over half of it
    rotary_dim: int = -1
    rotary_base: float = 10000.0
    ffn_expand_ratio: float = 4 / 3
    context: int = 1024
    tied: bool = True
    norm_embedding: bool = False
    scale_embedding: bool = False

    @property
    def plus(self):
        return self.block_type == "rodimus_plus"

    @property
    def inner(self):
        return align(int(self.d_model * self.expand_ratio))

    @property
    def ffn(self):
        return align(int(self.d_model * self.ffn_expand_ratio))

    @property
    def head(self):
        return self.d_model // self.heads

    @property
    def rotary(self):
        return self.head if self.rotary_dim < 0 else self.rotary_dim

    @property
    def look_back(self):
        """How many earlier keys a query sees; None for all of them."""
        return self.window_size // 2 if self.window_size and self.window_size > 0 else None

    def dict(self):
        return asdict(self)

    @classmethod
    def published(cls, c):
        """From a published config.json, as parsed."""
        mixer, attn = c.get("mixer_cfg") or {}, c.get("attn_cfg") or {}
        d, plus = c["d_model"], c.get("block_type", "rodimus") == "rodimus_plus"
        heads = attn.get("num_heads") or max(1, d // 128)
        if plus and (attn.get("num_heads_k") != 1 or attn.get("num_heads_v") != heads):
            raise ValueError("only one key head, and a value head for every query head")
        rank = mixer.get("input_gate_low_rank", "auto")
        return cls(
            block_type="rodimus_plus" if plus else "rodimus", vocab=c["vocab_size"], d_model=d, layers=c["n_layer"],
            expand_ratio=mixer.get("expand_ratio", 2), mem_size=mixer.get("mem_size", 64),
            rank=max(d // 64, 16) if rank == "auto" else int(rank),
            normalize_epsilon=1e-12 if mixer.get("normalize_epsilon") is None else mixer["normalize_epsilon"],
            norm_epsilon=c.get("norm_epsilon", 1e-5), heads=heads, window_size=attn.get("window_size") or 0,
            rotary_dim=attn.get("rotary_emb_dim", -1), rotary_base=attn.get("rotary_emb_base", 10000.0),
            ffn_expand_ratio=attn.get("ffn_expand_ratio", 4 / 3), context=c["max_position_embeddings"],
            tied=c.get("tie_word_embeddings", False), norm_embedding=c.get("use_norm_embedding", False),
            scale_embedding=c.get("use_scale_embedding", False))

    def config_json(self, bos, eos, dtype):
        """What config.json of a published checkpoint says."""
        attn = {"ffn_expand_ratio": self.ffn_expand_ratio, "num_heads": self.heads, "num_heads_k": 1, "num_heads_v": self.heads,
                "rotary_emb_dim": self.rotary_dim, "rotary_emb_scale_base": None, "window_size": self.window_size}
        mixer = {"expand_ratio": self.expand_ratio, "input_gate_low_rank": self.rank, "mem_size": self.mem_size, "mode": "fused_chunk",
                 "normalize_epsilon": self.normalize_epsilon}
        return {"architectures": ["RodimusForCausalLM"], "model_type": "rodimus", "block_type": self.block_type, "d_model": self.d_model,
                "n_layer": self.layers, "vocab_size": self.vocab, "norm_epsilon": self.norm_epsilon, "residual_in_fp32": True,
                "max_position_embeddings": self.context, "tie_word_embeddings": self.tied, "use_norm_embedding": self.norm_embedding,
                "use_scale_embedding": self.scale_embedding, "bos_token_id": bos, "eos_token_id": eos, "pad_token_id": eos,
                "torch_dtype": dtype, "attn_cfg": attn, "mixer_cfg": mixer}


# 1.60 M parameters; a state of 64 x 256 and a ring of 513 slots per layer
CONFIGS = {
    "rodimus-smoke": Config(vocab=512, d_model=64, layers=2, mem_size=16, heads=2, window_size=128, context=256),
    "rodimus-nano": Config(),
}


class Norm(nn.Module):
    def __init__(self, d, eps):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(d))
        self.eps = eps

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps) * self.weight


@torch.library.custom_op("inkspan::carry", mutates_args=())
def carry(new: torch.Tensor, decay: torch.Tensor, first: torch.Tensor) -> torch.Tensor:
    """States at the begin of every chunk: P[c+1] = decay[c] * P[c] + new[c].

    new [B, N, n, m], decay [B, N, n, 1], first [B, n, m] -> [B, N + 1, n, m]. An operator of its own, with its own gradient: the loop
    writes into one buffer, and the compiler neither unrolls it nor looks inside.
    """
    b, count, n, m = new.shape
    p = new.new_empty(b, count + 1, n, m)
    p[:, 0] = first
    for c in range(count):
        torch.addcmul(new[:, c], decay[:, c], p[:, c], out=p[:, c + 1])
    return p


@torch.library.custom_op("inkspan::carry_backward", mutates_args=())
def carry_backward(g: torch.Tensor, decay: torch.Tensor, p: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The gradients of all states, and of the decays."""
    g = g.clone()
    for c in range(decay.shape[1] - 1, -1, -1):
        g[:, c].addcmul_(decay[:, c], g[:, c + 1])
    return g, torch.linalg.vecdot(g[:, 1:], p[:, :-1]).unsqueeze(-1)


@carry.register_fake
def _(new, decay, first):
    b, count, n, m = new.shape
    return new.new_empty(b, count + 1, n, m)


@carry_backward.register_fake
def _(g, decay, p):
    return torch.empty_like(g), torch.empty_like(decay)


def _save(ctx, inputs, output):
    ctx.save_for_backward(inputs[1], output)


def _gradients(ctx, g):
    g, decay = carry_backward(g.contiguous(), *ctx.saved_tensors)
    return g[:, 1:], decay, g[:, 0]


carry.register_autograd(_gradients, setup_context=_save)


def chunkwise(q, k, u, la, state, chunk=CHUNK):
    """o and the last state of S_t = diag(exp(la_t)) S_{t-1} + k_t u_t, o_t = q_t S_t, in matrix products over chunks.

    q (scaled), k (normalised and gated), la <= 0 [B, T, n], u [B, T, m], state [B, n, m]. The decay between two tokens of a chunk is taken from
    the difference of the cumulative logarithms, so no exponent is above 0 and nothing overflows.
    """
    b, t, n = q.shape
    m = u.shape[-1]
    count = (t + chunk - 1) // chunk
    short = count * chunk - t
    if short:
        q, k, u, la = (F.pad(x, (0, 0, 0, short)) for x in (q, k, u, la))
    q, k, la = (x.view(b, count, chunk, n) for x in (q, k, la))
    u = u.reshape(b, count, chunk, m)
    s = la.cumsum(2)
    last = s[:, :, -1:]
    later = torch.ones(chunk, chunk, dtype=torch.bool, device=q.device).triu(1)
    decay = (s[:, :, :, None] - s[:, :, None]).masked_fill(later[:, :, None], -torch.inf).exp()
    within = (q[:, :, :, None] * k[:, :, None] * decay).sum(-1)
    p = carry((k * (last - s).exp()).mT @ u, last.exp().mT, state)
    o = within @ u + (q * s.exp()) @ p[:, :-1]
    return o.reshape(b, count * chunk, m)[:, :t], p[:, -1]


def recurrent(q, k, u, la, state):
    """The same token by token: the definition, for tests and for writing text."""
    out = []
    for t in range(q.shape[1]):
        state = la[:, t, :, None].exp() * state + k[:, t, :, None] * u[:, t, None]
        out.append((q[:, t, None] @ state)[:, 0])
    return torch.stack(out, 1), state


class ShortConv(nn.Module):
    def __init__(self, m):
        super().__init__()
        self.conv1d = nn.Conv1d(m, m, 4, groups=m)

    def forward(self, x, tail):
        """x [B, T, m] after the three rows of tail [B, 3, m]."""
        x, t = torch.cat([tail, x], 1), x.shape[1]
        w = self.conv1d.weight[:, 0]
        y = self.conv1d.bias
        for i in range(4):
            y = y + x[:, i:i + t] * w[:, i]
        return F.silu(y), x[:, t:]


class InnerMixer(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.c = c
        m, n = c.inner, c.mem_size
        self.short_conv = ShortConv(m)
        self.residual_weight = nn.Parameter(torch.ones(m))
        self.in_proj = nn.Linear(m, 2 * n, bias=False)
        self.mem_gate_proj = nn.Linear(m, 2 * n)
        self.ch_gate_proj = nn.Sequential(nn.Linear(m, c.rank, bias=False), nn.Linear(c.rank, m))

    def forward(self, x, memory, scan):
        c = self.c
        y, tail = self.short_conv(x, memory["conv"])
        q, k = self.in_proj(y).chunk(2, -1)
        s, p = self.mem_gate_proj(y).chunk(2, -1)
        g, tau = F.softplus(s), torch.sigmoid(p)
        log_g = torch.where(s < -15, s, g.clamp_min(1e-38).log())
        k = k / k.norm(dim=-1, keepdim=True).clamp_min(c.normalize_epsilon) * (tau * log_g).exp()
        u = torch.sigmoid(self.ch_gate_proj(x)) * x
        o, state = scan(q / math.sqrt(c.mem_size), k, u, -g * tau, memory["state"])
        return o + y * self.residual_weight, {"conv": tail, "state": state}


class Mixer(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.fc = nn.Linear(c.d_model, 2 * c.inner, bias=False)
        self.inner_mixer = InnerMixer(c)
        self.act_norm = Norm(c.inner, c.norm_epsilon)
        self.out_proj = nn.Linear(c.inner, c.d_model, bias=False)

    def forward(self, x, memory, scan):
        x, gate = self.fc(x).chunk(2, -1)
        o, memory = self.inner_mixer(x, memory, scan)
        return self.out_proj(self.act_norm(o * F.silu(gate))), memory


def rope_tables(c, n):
    """cos and sin of positions 0..n-1, f64 [n, rotary / 2]."""
    inv = c.rotary_base ** (-torch.arange(0, c.rotary, 2, dtype=torch.float64) / max(1, c.rotary))
    angle = torch.outer(torch.arange(n, dtype=torch.float64), inv)
    return angle.cos(), angle.sin()


def rotate(x, cos, sin):
    """x [B, T, heads, e], cos and sin [T or B x T, rotary / 2]; half-split, the elements behind are kept."""
    half = cos.shape[-1]
    cos, sin = cos.unsqueeze(-2), sin.unsqueeze(-2)
    a, b, rest = x[..., :half], x[..., half:2 * half], x[..., 2 * half:]
    return torch.cat([a * cos - b * sin, b * cos + a * sin, rest], -1)


class Attention(nn.Module):
    """Window attention in which all query heads share one key head; every head has its own values."""

    def __init__(self, c):
        super().__init__()
        self.c = c
        self.q_proj = nn.Linear(c.d_model, c.d_model, bias=False)
        self.k_proj = nn.Linear(c.d_model, c.head, bias=False)
        self.v_proj = nn.Linear(c.d_model, c.d_model, bias=False)
        self.out_proj = nn.Linear(c.d_model, c.d_model, bias=False)

    def forward(self, x, memory, cos, sin):
        c = self.c
        b, t, _ = x.shape
        q = rotate(self.q_proj(x).view(b, t, c.heads, c.head), cos, sin).transpose(1, 2)
        k = torch.cat([memory["k"], rotate(self.k_proj(x).view(b, t, 1, c.head), cos, sin)], 1)
        v = torch.cat([memory["v"], self.v_proj(x).view(b, t, c.heads, c.head)], 1)
        keep = k.shape[1] if c.look_back is None else min(k.shape[1], c.look_back + 1)
        memory = {"k": k[:, k.shape[1] - keep:], "v": v[:, v.shape[1] - keep:]}
        k, v = k.transpose(1, 2).expand(b, c.heads, -1, c.head), v.transpose(1, 2)
        y = windowed(q, k, v, c.look_back)
        return self.out_proj(y.transpose(1, 2).reshape(b, t, c.d_model)), memory


def windowed(q, k, v, look_back, block=256):
    """Causal attention of the last q.shape[2] positions; in blocks of queries, each with the keys that any of them sees."""
    t, s = q.shape[2], k.shape[2]
    if t == s and (look_back is None or t <= look_back + 1):
        return F.scaled_dot_product_attention(q, k, v, is_causal=True)
    out = []
    for a in range(0, t, block):
        z = min(t, a + block)
        first = 0 if look_back is None else max(0, s - t + a - look_back)
        i = torch.arange(s - t + a, s - t + z, device=q.device)[:, None]
        j = torch.arange(first, s - t + z, device=q.device)
        seen = j <= i if look_back is None else (j <= i) & (j >= i - look_back)
        keys = slice(first, s - t + z)
        out.append(F.scaled_dot_product_attention(q[:, :, a:z], k[:, :, keys], v[:, :, keys], attn_mask=seen))
    return torch.cat(out, 2)


class FeedForward(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.fc = nn.Linear(c.d_model, 2 * c.ffn, bias=False)
        self.out_proj = nn.Linear(c.ffn, c.d_model, bias=False)

    def forward(self, x):
        up, gate = self.fc(x).chunk(2, -1)
        return self.out_proj(F.silu(gate) * up)


class Block(nn.Module):
    """The two-hop residual: what attention gives enters the FFN only, never the residual itself."""

    def __init__(self, c):
        super().__init__()
        self.plus = c.plus
        self.mixer_norm = Norm(c.d_model, c.norm_epsilon)
        self.mixer = Mixer(c)
        if self.plus:
            self.attn_norm, self.ffn_norm = Norm(c.d_model, c.norm_epsilon), Norm(c.d_model, c.norm_epsilon)
            self.attn, self.ffn = Attention(c), FeedForward(c)

    def forward(self, r, memory, cos, sin, scan, at=None):
        """r [B, T, d] -> r and h of the next block; with at, only those positions of the flattened batch: [N, d]."""
        a, mixed = self.mixer(self.mixer_norm(r), memory, scan)
        if not self.plus:
            return (r, a, mixed) if at is None else (r.flatten(0, 1)[at], a.flatten(0, 1)[at], mixed)
        r = r + a
        b, ring = self.attn(self.attn_norm(r), memory, cos, sin)
        if at is not None:
            r, b = r.flatten(0, 1)[at], b.flatten(0, 1)[at]
        return r, self.ffn(self.ffn_norm(r + b)), {**mixed, **ring}


class Backbone(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.embeddings = nn.Embedding(c.vocab, c.d_model)
        if c.norm_embedding:
            self.embed_norm = Norm(c.d_model, c.norm_epsilon)
        self.layers = nn.ModuleList(Block(c) for _ in range(c.layers))
        self.norm_f = Norm(c.d_model, c.norm_epsilon)


class Rodimus(nn.Module):
    def __init__(self, cfg):
        super().__init__()
        self.cfg = cfg
        self.model = Backbone(cfg)
        if not cfg.tied:
            self.lm_head = nn.Linear(cfg.d_model, cfg.vocab, bias=False)
        self.tables = None
        self.reset()

    @property
    def head_weight(self):
        return self.model.embeddings.weight if self.cfg.tied else self.lm_head.weight

    @torch.no_grad()
    def reset(self):
        c = self.cfg
        nn.init.normal_(self.model.embeddings.weight, std=0.05)
        deep = (2 * c.layers) ** -0.5
        for name, p in self.model.layers.named_parameters():
            if p.ndim == 2:
                # what attention gives is not summed up over the layers
                into_residual = "out_proj" in name and "attn" not in name
                nn.init.normal_(p, std=p.shape[1] ** -0.5 * (deep if into_residual else 1))
        for layer in self.model.layers:
            inner = layer.mixer.inner_mixer
            nn.init.normal_(inner.mem_gate_proj.weight, std=0.25 * c.inner ** -0.5)
            # decay rates g spread evenly in logarithm, tau over 1/16 … 0.9; the published models begin with three times slower ones
            g = torch.exp(torch.linspace(math.log(3e-3), math.log(0.3), c.mem_size))
            tau = torch.empty(c.mem_size).uniform_(1 / 16, 0.9)
            inner.mem_gate_proj.bias.copy_(torch.cat([torch.log(torch.expm1(g)), torch.logit(tau)]))
            nn.init.zeros_(inner.ch_gate_proj[1].bias)
            nn.init.zeros_(inner.short_conv.conv1d.bias)

    def fresh_memory(self, rows=1):
        """What the layers carry from token to token: last three inputs of the convolution, state, keys and values of the window."""
        c, x = self.cfg, self.model.embeddings.weight
        plus = {"k": x.new_zeros(rows, 0, 1, c.head), "v": x.new_zeros(rows, 0, c.heads, c.head)} if c.plus else {}
        return [{"conv": x.new_zeros(rows, 3, c.inner), "state": x.new_zeros(rows, c.mem_size, c.inner), **plus} for _ in range(c.layers)]

    def hidden(self, ids, at=None, positions=None, memory=None, scan=None):
        """Rows before the output layer, [B, T, d], or [N, d] of `at` in the flattened batch; `memory` is replaced in place.

        positions: i64 [T] or [B, T]; 0, 1, 2, … where None. scan: what computes the recurrence, the fastest there is where None.
        """
        c = self.cfg
        x = self.model.embeddings.weight
        scan = scan or (fused.scan if fused.usable(x) else chunkwise)
        memory = self.fresh_memory(ids.shape[0]) if memory is None else memory
        cos, sin = self.rope(positions, ids.shape[1]) if c.plus else (None, None)
        h = self.model.embeddings(ids)
        if c.scale_embedding:
            h = h * math.sqrt(c.mem_size)
        if c.norm_embedding:
            h = self.model.embed_norm(h)
        r = torch.zeros_like(h)
        for i, layer in enumerate(self.model.layers):
            r, h, memory[i] = layer(r + h, memory[i], cos, sin, scan, at if i == c.layers - 1 else None)
        return self.model.norm_f(r + h)

    def rope(self, positions, t):
        top = self.cfg.context if positions is None else max(self.cfg.context, t)
        x = self.model.embeddings.weight
        if self.tables is None or self.tables[0].dtype != x.dtype or self.tables[0].device != x.device or self.tables[0].shape[0] < top:
            self.tables = tuple(y.to(x) for y in rope_tables(self.cfg, top))
        return tuple(y[:t] if positions is None else y[positions] for y in self.tables)

    def forward(self, ids, memory=None, positions=None, scan=None):
        return self.hidden(ids, positions=positions, memory=memory, scan=scan) @ self.head_weight.t()

    def parameters_count(self):
        return sum(p.numel() for p in self.parameters())


def read(folder, dtype=torch.float32):
    """A model from a folder with config.json and model.safetensors as published."""
    from safetensors.torch import load_file
    with open(f"{folder}/config.json") as f:
        cfg = Config.published(json.load(f))
    tensors = {k: v.to(dtype) for k, v in load_file(f"{folder}/model.safetensors").items()}
    model = Rodimus(cfg).to(dtype)
    wanted = model.state_dict().keys()
    # caches that were saved with the weights, and the output layer that a tied model stores once more
    for name in [k for k in tensors if k not in wanted]:
        if name != "lm_head.weight" and not any(s in name for s in (".conv_state_", ".ssm_state_", ".key_cache_", ".value_cache_")):
            raise ValueError(f"unknown tensor {name}")
        del tensors[name]
    model.load_state_dict(tensors)
    return model.eval()
