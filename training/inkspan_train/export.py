"""Write a checkpoint as GGUF (Q8_0 or F16) or as safetensors, and check what was written.

python -m inkspan_train.export --ckpt W/nano/last.pt --work W --gguf ../public/models/nano.gguf [--type q8_0|f16]
       [--safetensors DIR] [--split-mb 16] [--heads nano.heads.json] [--check]
python -m inkspan_train.export --ckpt W/rodimus-nano/last.pt --work W --name "Inkspan nano Rodimus+" --safetensors ../public/models/nano-rodimus --check
"""
import argparse
import json
import os
import shutil

import gguf
import numpy as np
import torch
from tokenizers import Tokenizer

from . import rodimus
from .architectures import build, config
from .fmt import CHAT_TEMPLATE, CONTROL
from .model import Config, Llama


def load(ckpt, ema=True):
    c = torch.load(ckpt, map_location="cpu", weights_only=False)
    cfg = config(c["config"])
    model = build(cfg)
    sd = c["ema"] if ema or "model" not in c else c["model"]
    model.load_state_dict(sd)
    return model.eval(), cfg, c["state"]


def permute(w, heads):
    """Rows of q and k from half-split order to the adjacent pairs that GGUF's llama uses."""
    return w.reshape(heads, 2, w.shape[0] // heads // 2, w.shape[1]).swapaxes(1, 2).reshape(w.shape)


def unpermute(w, heads):
    return w.reshape(heads, w.shape[0] // heads // 2, 2, w.shape[1]).swapaxes(1, 2).reshape(w.shape)


def tensors_gguf(model, cfg):
    sd = {k: v.float().numpy() for k, v in model.state_dict().items()}
    yield "token_embd.weight", sd["emb.weight"]
    yield "output_norm.weight", sd["norm.weight"]
    for i in range(cfg.layers):
        p, g = f"blocks.{i}.", f"blk.{i}."
        yield g + "attn_norm.weight", sd[p + "n1.weight"]
        yield g + "attn_q.weight", permute(sd[p + "q.weight"], cfg.heads)
        yield g + "attn_k.weight", permute(sd[p + "k.weight"], cfg.kv_heads)
        yield g + "attn_v.weight", sd[p + "v.weight"]
        yield g + "attn_output.weight", sd[p + "o.weight"]
        yield g + "ffn_norm.weight", sd[p + "n2.weight"]
        yield g + "ffn_gate.weight", sd[p + "gate.weight"]
        yield g + "ffn_up.weight", sd[p + "up.weight"]
        yield g + "ffn_down.weight", sd[p + "down.weight"]


def write_gguf(path, model, cfg, tok_path, name, kind="q8_0", extra=None, heads=None):
    tok = json.load(open(tok_path))
    vocab = sorted(tok["model"]["vocab"], key=tok["model"]["vocab"].get)
    merges = [m if isinstance(m, str) else " ".join(m) for m in tok["model"]["merges"]]
    types = [gguf.TokenType.CONTROL if t in CONTROL else gguf.TokenType.NORMAL for t in vocab]
    assert len(vocab) == cfg.vocab
    w = gguf.GGUFWriter(path + ".tmp", "llama")
    w.add_name(name)
    w.add_description("A small reader: finds the place in a document and answers or quotes from it.")
    w.add_license("apache-2.0")
    w.add_string("general.languages", "en")
    w.add_string("inkspan.prompt", "document-question-answer")
    for k, v in (extra or {}).items():
        w.add_string(k, str(v))
    if heads:
        w.add_array("inkspan.head_weights", [float(x) for layer in heads for x in layer])
    w.add_context_length(cfg.context)
    w.add_embedding_length(cfg.dim)
    w.add_block_count(cfg.layers)
    w.add_feed_forward_length(cfg.ffn)
    w.add_head_count(cfg.heads)
    w.add_head_count_kv(cfg.kv_heads)
    w.add_key_length(cfg.head)
    w.add_value_length(cfg.head)
    w.add_rope_dimension_count(cfg.head)
    w.add_rope_freq_base(cfg.theta)
    w.add_layer_norm_rms_eps(cfg.eps)
    w.add_vocab_size(cfg.vocab)
    w.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0 if kind == "q8_0" else gguf.LlamaFileType.MOSTLY_F16)
    w.add_tokenizer_model("gpt2")
    w.add_tokenizer_pre("qwen2")
    w.add_token_list(vocab)
    w.add_token_types(types)
    w.add_token_merges(merges)
    w.add_bos_token_id(0)
    w.add_eos_token_id(4)
    w.add_pad_token_id(4)
    w.add_add_bos_token(False)
    w.add_chat_template(CHAT_TEMPLATE)
    q8 = gguf.GGMLQuantizationType.Q8_0
    for name_, t in tensors_gguf(model, cfg):
        if t.ndim == 1:
            w.add_tensor(name_, np.ascontiguousarray(t, np.float32))
        elif kind == "q8_0":
            w.add_tensor(name_, gguf.quants.quantize(np.ascontiguousarray(t, np.float32), q8), raw_dtype=q8)
        else:
            w.add_tensor(name_, np.ascontiguousarray(t, np.float16))
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()
    os.replace(path + ".tmp", path)


def read_gguf(path):
    """Back into a model of this pipeline, from the file alone."""
    r = gguf.GGUFReader(path)

    def f(k):
        return r.fields["llama." + k].contents()

    cfg = Config(vocab=f("vocab_size"), dim=f("embedding_length"), layers=f("block_count"),
                 heads=f("attention.head_count"), kv_heads=f("attention.head_count_kv"),
                 head=f("embedding_length") // f("attention.head_count") if "llama.attention.key_length" not in r.fields
                 else f("attention.key_length"), ffn=f("feed_forward_length"), context=f("context_length"),
                 theta=f("rope.freq_base"), eps=f("attention.layer_norm_rms_epsilon"))
    t = {x.name: gguf.quants.dequantize(x.data, x.tensor_type).reshape(tuple(int(d) for d in reversed(x.shape)))
         for x in r.tensors}
    names = {"n1": "attn_norm", "n2": "ffn_norm", "q": "attn_q", "k": "attn_k", "v": "attn_v",
             "o": "attn_output", "gate": "ffn_gate", "up": "ffn_up", "down": "ffn_down"}
    sd = {"emb.weight": t["token_embd.weight"], "norm.weight": t["output_norm.weight"]}
    for i in range(cfg.layers):
        for a, b in names.items():
            x = t[f"blk.{i}.{b}.weight"]
            if a in "qk":
                x = unpermute(x, cfg.heads if a == "q" else cfg.kv_heads)
            sd[f"blocks.{i}.{a}.weight"] = x
    model = Llama(cfg)
    model.load_state_dict({k: torch.tensor(np.array(v, dtype=np.float32)) for k, v in sd.items()})
    return model.eval(), cfg


def write_rodimus(folder, model, cfg, work, name, state):
    """The published format in f16: parameters have the names of the file already."""
    from safetensors.torch import save_file
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, "model.safetensors")
    save_file({k: v.half().contiguous() for k, v in model.state_dict().items()}, path + ".tmp", metadata={"format": "pt"})
    os.chmod(path + ".tmp", 0o644)  # the writer makes a file for its owner alone, and this one is to be served
    os.replace(path + ".tmp", path)
    described = {"_name_or_path": name, **cfg.config_json(0, 4, "float16"), "inkspan_prompt": "document-question-answer",
                 "inkspan_trained_tokens": state["tokens"], "inkspan_trained_steps": state["step"]}
    with open(os.path.join(folder, "config.json"), "w") as f:
        json.dump(described, f, indent=1)
    for f in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(os.path.join(work, f), folder)


def write_safetensors(folder, model, cfg, work):
    from safetensors.torch import save_file
    os.makedirs(folder, exist_ok=True)
    hf = {"emb": "model.embed_tokens", "norm": "model.norm", "n1": "input_layernorm",
          "n2": "post_attention_layernorm", "q": "self_attn.q_proj", "k": "self_attn.k_proj",
          "v": "self_attn.v_proj", "o": "self_attn.o_proj", "gate": "mlp.gate_proj",
          "up": "mlp.up_proj", "down": "mlp.down_proj"}
    out = {}
    for k, v in model.state_dict().items():
        parts = k.split(".")
        if parts[0] == "blocks":
            out[f"model.layers.{parts[1]}.{hf[parts[2]]}.weight"] = v.half().contiguous()
        else:
            out[hf[parts[0]] + ".weight"] = v.half().contiguous()
    save_file(out, os.path.join(folder, "model.safetensors"), metadata={"format": "pt"})
    json.dump({
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": cfg.vocab,
        "hidden_size": cfg.dim, "intermediate_size": cfg.ffn, "num_hidden_layers": cfg.layers,
        "num_attention_heads": cfg.heads, "num_key_value_heads": cfg.kv_heads, "head_dim": cfg.head,
        "max_position_embeddings": cfg.context, "rms_norm_eps": cfg.eps, "rope_theta": cfg.theta,
        "tie_word_embeddings": True, "hidden_act": "silu", "attention_bias": False, "mlp_bias": False,
        "bos_token_id": 0, "eos_token_id": 4, "pad_token_id": 4, "torch_dtype": "float16",
    }, open(os.path.join(folder, "config.json"), "w"), indent=1)
    for f in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(os.path.join(work, f), folder)


def split(path, mb):
    """path.000, path.001 ... of at most so many MiB, and path.parts.json with their sizes."""
    size, part, names = mb * 1024 * 1024, 0, []
    with open(path, "rb") as f:
        while chunk := f.read(size):
            name = f"{path}.{part:03d}"
            with open(name, "wb") as g:
                g.write(chunk)
            names.append({"file": os.path.basename(name), "bytes": len(chunk)})
            part += 1
    json.dump(names, open(path + ".parts.json", "w"), indent=1)


def read(path):
    """A model from a GGUF file, or from a folder with a Rodimus checkpoint."""
    return read_gguf(path)[0] if path.endswith(".gguf") else rodimus.read(path)


def check(path, model, tok_path):
    again = read(path)
    ids = torch.tensor([Tokenizer.from_file(tok_path).encode(
        "<|bos|><|document|>The code of the north gate is 48213.<|question|>What is the code?<|answer|>").ids])
    with torch.no_grad():
        x, y = model(ids), again(ids)
    print("largest logit difference", round(float((x - y).abs().max()), 4), "of", round(float(x.abs().max()), 2),
          "- same best tokens:", float((x.argmax(-1) == y.argmax(-1)).float().mean()))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--ckpt")
    ap.add_argument("--work", required=True)
    ap.add_argument("--gguf")
    ap.add_argument("--type", default="q8_0", choices=["q8_0", "f16"])
    ap.add_argument("--safetensors")
    ap.add_argument("--name", default="Inkspan nano")
    ap.add_argument("--split-mb", type=int, default=0)
    ap.add_argument("--raw", action="store_true", help="the raw weights in place of their running mean")
    ap.add_argument("--heads", help="head weights measured by `npm run headless -- calibrate`; they go into the file")
    ap.add_argument("--check", action="store_true")
    a = ap.parse_args()
    tok = os.path.join(a.work, "tokenizer.json")
    model, cfg, state = load(a.ckpt, not a.raw)
    if a.gguf:
        if isinstance(cfg, rodimus.Config):
            ap.error("GGUF has no architecture for Rodimus; use --safetensors")
        write_gguf(a.gguf, model, cfg, tok, a.name, a.type,
                   {"inkspan.trained_tokens": state["tokens"], "inkspan.trained_steps": state["step"]},
                   json.load(open(a.heads))["weights"] if a.heads else None)
        print(a.gguf, os.path.getsize(a.gguf), "bytes")
        if a.check:
            check(a.gguf, model, tok)
        if a.split_mb:
            split(a.gguf, a.split_mb)
    if a.safetensors:
        if isinstance(cfg, rodimus.Config):
            write_rodimus(a.safetensors, model, cfg, a.work, a.name, state)
            if a.check:
                check(a.safetensors, model, tok)
        else:
            write_safetensors(a.safetensors, model, cfg, a.work)
        print(a.safetensors, os.listdir(a.safetensors))


if __name__ == "__main__":
    main()
