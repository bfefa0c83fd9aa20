"""The base model from its GGUF file: weights dequantised to f32, and its tokenizer."""
import gguf
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers

from ..export import read_gguf

CONTROL = 3  # the token type of control tokens in a GGUF file


def read_tokenizer(path):
    """The byte-level BPE tokenizer of a file whose pre-tokenizer is "smollm": single digits, then the words of GPT-2."""
    fields = gguf.GGUFReader(path).fields
    pre = fields["tokenizer.ggml.pre"].contents()
    if pre != "smollm":
        raise ValueError(f"{path}: pre-tokenizer {pre!r}; only 'smollm' is known here")
    words, types = fields["tokenizer.ggml.tokens"].contents(), fields["tokenizer.ggml.token_type"].contents()
    merges = [tuple(m.split(" ")) for m in fields["tokenizer.ggml.merges"].contents()]
    tok = Tokenizer(models.BPE(vocab={w: i for i, w in enumerate(words)}, merges=merges))
    tok.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(r"\p{N}"), behavior="isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False),
    ])
    tok.decoder = decoders.ByteLevel()
    tok.add_special_tokens([AddedToken(w, special=True, normalized=False) for w, t in zip(words, types) if t == CONTROL])
    return tok


def read_base(path):
    """(Llama with all weights frozen, Tokenizer)."""
    model, _ = read_gguf(path)
    model.requires_grad_(False)
    return model, read_tokenizer(path)
