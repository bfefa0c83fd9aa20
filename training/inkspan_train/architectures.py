"""The architectures that the pipeline trains: one place that knows which configuration belongs to which model."""
from . import model, rodimus

CONFIGS = {**model.CONFIGS, **rodimus.CONFIGS}


def build(cfg):
    return rodimus.Rodimus(cfg) if isinstance(cfg, rodimus.Config) else model.Llama(cfg)


def config(fields):
    """The configuration that a checkpoint holds as a dictionary."""
    return rodimus.Config(**fields) if "block_type" in fields else model.Config(**fields)
