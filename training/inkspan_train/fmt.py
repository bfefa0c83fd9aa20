"""The prompt format and the fixed sentences that the rest of the pipeline shares."""

CONTROL = ["<|bos|>", "<|document|>", "<|question|>", "<|answer|>", "<|end|>"]
BOS, DOC, QUE, ANS, END = range(5)

NOT_IN_TEXT = "That is not in the text."

# An answer begins with a space, as words do in the text: what is copied is then the same token there and here. The
# model makes that space itself; in front of earlier answers the template puts it.
CHAT_TEMPLATE = (
    "{{ '<|bos|>' }}"
    "{% for message in messages %}"
    "{% if message['role'] == 'document' %}{{ '<|document|>' + message['content'] }}"
    "{% elif message['role'] == 'user' %}{{ '<|question|>' + message['content'] }}"
    "{% elif message['role'] == 'assistant' %}{{ '<|answer|> ' + message['content'] + '<|end|>' }}"
    "{% endif %}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|answer|>' }}{% endif %}"
)

# The pre-tokenizer that GGUF files name "qwen2": words with one leading space, single digits.
PRE_REGEX = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
