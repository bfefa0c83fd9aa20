"""Greedy answers of several prompts at once, with cached keys and values."""
import torch


def padded(prompts):
    """Prompts of different length, aligned at their ends: ids and positions i64 [B, T], is-a-token bool [B, T]."""
    longest = max(map(len, prompts))
    ids = torch.zeros(len(prompts), longest, dtype=torch.long)
    real = torch.zeros(len(prompts), longest, dtype=torch.bool)
    for row, p in enumerate(prompts):
        ids[row, longest - len(p):] = torch.tensor(p)
        real[row, longest - len(p):] = True
    return ids, (real.cumsum(1) - 1).clamp(min=0), real


def bias(allowed):
    """0 where attention is allowed, a large negative number elsewhere (rows of padding see only themselves or nothing)."""
    return torch.zeros(allowed.shape).masked_fill_(~allowed, -1e9)[:, None]


@torch.no_grad()
def greedy(model, prompts, longest, stop):
    """prompts: token id lists. Up to `longest` new ids each, without the stop id: list of lists."""
    ids, positions, real = padded(prompts)
    cache = [[] for _ in model.blocks]
    causal = torch.ones(ids.shape[1], ids.shape[1], dtype=torch.bool).tril()
    x = model.hidden(ids, None, positions, bias(causal & real[:, None, :]), cache)[:, -1]
    out, open_ = [[] for _ in prompts], [True] * len(prompts)
    at = positions[:, -1:]
    for _ in range(longest):
        best = (x @ model.emb.weight.t()).argmax(-1)
        for i, t in enumerate(best.tolist()):
            open_[i] &= t != stop
            if open_[i]:
                out[i].append(t)
        if not any(open_):
            break
        at, real = at + 1, torch.cat([real, torch.ones(len(prompts), 1, dtype=torch.bool)], 1)
        x = model.hidden(best[:, None], None, at, bias(real[:, None, :]), cache)[:, -1]
    return out


def answers(model, tok, prompts, longest, batch=8, control=True):
    """prompts: texts. Answers in the order of the prompts."""
    ids = [tok.encode(p).ids for p in prompts]
    order, out = sorted(range(len(ids)), key=lambda i: len(ids[i])), [""] * len(ids)
    stop = tok.token_to_id("<|im_end|>")
    for i in range(0, len(order), batch):
        part = order[i:i + batch]
        for j, a in zip(part, greedy(model, [ids[j] for j in part], longest, stop)):
            out[j] = tok.decode(a).strip()
    return out
