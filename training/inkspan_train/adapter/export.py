"""Writes a checkpoint as a GGUF adapter in llama.cpp's format (f16), and checks what was written.

python -m inkspan_train.adapter.export --ckpt W/last.pt --base BASE.gguf --out ../public/models/smollm2-135m-reader.lora.gguf
"""
import argparse
import os

import gguf
import numpy as np
import torch

from ..export import permute, unpermute
from . import lora, prompt
from .base import read_base

NAME = "SmolLM2-135M reader"


def heads_of(cfg, name):
    """Heads whose rows a GGUF file stores in adjacent pairs: of q and k; None for other matrices."""
    return cfg.heads if name.endswith("attn_q") else cfg.kv_heads if name.endswith("attn_k") else None


def write_adapter(path, values, cfg, alpha, rank, about):
    """values: {"blk.0.attn_q.a": f32 [rank, in], "blk.0.attn_q.b": f32 [out, rank], …} in the order of model.py."""
    w = gguf.GGUFWriter(path + ".tmp", "llama")
    w.add_type(gguf.GGUFType.ADAPTER)
    w.add_string("adapter.type", "lora")
    w.add_float32("adapter.lora.alpha", float(alpha))
    w.add_name(NAME)
    w.add_description("Short answers from a text, in its own words; says where the text does not say.")
    w.add_license("apache-2.0")
    w.add_string("general.languages", "en")
    w.add_base_model_count(1)
    w.add_base_model_name(0, "SmolLM2-135M-Instruct")
    w.add_base_model_organization(0, "HuggingFaceTB")
    w.add_uint32("inkspan.trained_tokens", about["tokens"])
    w.add_uint32("inkspan.trained_answers", about["answers"])
    w.add_string("inkspan.system", prompt.SYSTEM)
    for key in sorted(values, key=lambda k: (int(k.split(".")[1]), k)):
        name, part = key.rsplit(".", 1)
        t = values[key].float().numpy()
        assert t.shape[0 if part == "a" else 1] == rank
        heads = heads_of(cfg, name)
        if part == "b" and heads:
            t = permute(t, heads)
        w.add_tensor(f"{name}.weight.lora_{part}", np.ascontiguousarray(t, np.float16))
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()
    os.replace(path + ".tmp", path)


def read_adapter(model, path):
    """Puts a GGUF adapter into a model.Llama, from the file alone: {GGUF name: Lora}."""
    r = gguf.GGUFReader(path)
    for key, want in (("general.type", "adapter"), ("adapter.type", "lora"), ("general.architecture", "llama")):
        if r.fields[key].contents() != want:
            raise ValueError(f"{path}: {key} is not {want!r}")
    tensors = {t.name: np.array(t.data, np.float32).reshape(tuple(int(d) for d in reversed(t.shape))) for t in r.tensors}
    rank = next(t for n, t in tensors.items() if n.endswith("lora_a")).shape[0]
    loras = lora.attach(model, rank, float(r.fields["adapter.lora.alpha"].contents()))
    values = {}
    for name in loras:
        a, b = tensors.pop(f"{name}.weight.lora_a"), tensors.pop(f"{name}.weight.lora_b")
        heads = heads_of(model.cfg, name)
        values[f"{name}.a"], values[f"{name}.b"] = torch.tensor(a), torch.tensor(unpermute(b, heads) if heads else b)
    if tensors:
        raise ValueError(f"{path}: unknown tensors {sorted(tensors)[:3]}")
    lora.load_weights(loras, values)
    return loras


def stored_rows(path):
    """{name: f32 matrix} as a GGUF file stores them, without this package's own reader of models."""
    return {t.name: gguf.quants.dequantize(t.data, t.tensor_type).astype(np.float64) for t in gguf.GGUFReader(path).tensors}


def check(path, base, trained):
    """The file read back gives the logits of the checkpoint; and its products, in the file's own row order, those of the model."""
    model, tok = read_base(base)
    loras = read_adapter(model, path)
    ids = torch.tensor([tok.encode(prompt.before_question(["The code of the north gate is 48213."]) + prompt.question("What is the code?")).ids])
    with torch.no_grad():
        x, y = trained(ids), model(ids)
    print("largest logit difference", round(float((x - y).abs().max()), 4), "of", round(float(x.abs().max()), 2),
          "- same best tokens:", float((x.argmax(-1) == y.argmax(-1)).float().mean()))
    files, adapter = stored_rows(base), stored_rows(path)
    for name in ("blk.3.attn_q", "blk.3.attn_k", "blk.7.ffn_down"):
        scale = loras[name].scale
        whole = files[f"{name}.weight"] + scale * adapter[f"{name}.weight.lora_b"] @ adapter[f"{name}.weight.lora_a"]
        heads = heads_of(model.cfg, name)
        got = (loras[name].base.weight + scale * loras[name].b @ loras[name].a).detach().numpy()
        off = float(np.abs((unpermute(whole, heads) if heads else whole) - got).max())
        assert off < 1e-5, (name, off)
    print("rows of q, k and down agree with the base file's order")


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--ckpt", required=True)
    ap.add_argument("--base", required=True)
    ap.add_argument("--out", required=True)
    ap.add_argument("--raw", action="store_true", help="the last weights in place of their running mean")
    a = ap.parse_args()
    from .train import load_adapter
    torch.set_num_threads(1)
    c = torch.load(a.ckpt, map_location="cpu", weights_only=True)
    model, _ = read_base(a.base)
    load_adapter(model, a.ckpt, not a.raw)
    write_adapter(a.out, c["weights" if a.raw else "mean"], model.cfg, c["alpha"], c["rank"], c["state"])
    print(a.out, os.path.getsize(a.out), "bytes;", c["state"])
    check(a.out, a.base, model)


if __name__ == "__main__":
    main()
