"""Makes PyTorch models from names and files.

A source has ``kind`` (``timm``, ``torchvision``, ``file`` for TorchScript or a pickled module, or ``factory`` for
``package.module:function``), ``name``, ``pretrained``, ``weights`` (a file or None), ``seed`` and ``trust``.
"""

import contextlib
import difflib
import importlib
import os
import pickle
import sys

from request_server import Failure

default_shape = [1, 3, 224, 224]


def _nearest(library, name, names):
    close = difflib.get_close_matches(name, names, 5, 0.5) or sorted(names)[:5]
    return Failure(
        "UNKNOWN_NAME",
        f"{library} has no model named '{name}'; the nearest of {len(names)} are: {', '.join(close)}",
    )


@contextlib.contextmanager
def _explained(doing):
    """Translates an error of foreign code to a Failure that names the failed action."""
    try:
        yield
    except (Failure, MemoryError):
        raise
    except Exception as error:
        if "alloc" in str(error) and "memory" in str(error):
            raise MemoryError from error
        words = f"{type(error).__name__}: {error}".split("\n")[0]
        raise Failure("MODEL_NOT_EXPORTED", f"Cannot {doing}: {words}") from error


@contextlib.contextmanager
def _fetching(name):
    try:
        yield
    except Exception as error:
        words = f"{type(error).__name__}: {error}".split("\n")[0]
        raise Failure(
            "MODEL_NOT_EXPORTED",
            f"Cannot download the weights of {name} ({words}); set weights (--weights) to a file with them",
        ) from error


def _from_timm(source):
    import timm

    name = source["name"]
    if not timm.is_model(name):
        raise _nearest("timm", name, timm.list_models())
    if source["pretrained"]:
        with _fetching(name):
            return timm.create_model(name, pretrained=True)
    return timm.create_model(name)


def _from_torchvision(source):
    import torchvision

    name = source["name"]
    names = torchvision.models.list_models()
    if name not in names:
        raise _nearest("torchvision", name, names)
    if source["pretrained"]:
        with _fetching(name):
            return torchvision.models.get_model(name, weights="DEFAULT")
    # Without weights_backbone=None, models with a backbone download its weights.
    options = {} if "/" in name or not name.startswith(_with_backbone) else {"weights_backbone": None}
    return torchvision.models.get_model(name, weights=None, **options)


_with_backbone = ("deeplab", "fcn", "fasterrcnn", "keypointrcnn", "lraspp", "maskrcnn", "retinanet", "ssd")


def _from_factory(source):
    module, _, function = source["name"].partition(":")
    sys.path.insert(0, os.getcwd())
    with _explained(f"make the model by {source['name']}"):
        make = importlib.import_module(module)
        for part in function.split("."):
            make = getattr(make, part)
        return make()


def _from_file(source, torch):
    file = source["name"]
    if not source["trust"]:
        raise Failure(
            "UNTRUSTED_FILE",
            f"{file} can run any code of its author when it is read. "
            "If you trust the author, set trust (--trust)",
        )
    with _explained(f"read {file}"):
        try:
            return torch.jit.load(file, map_location="cpu")
        except RuntimeError:
            options = {} if _version(torch) < (1, 13) else {"weights_only": False}
            return torch.load(file, map_location="cpu", **options)


def _version(library):
    major, minor = library.__version__.split(".")[:2]
    return int(major), int(minor)


def _read_weights(file, trust, torch):
    if file.endswith(".safetensors"):
        from safetensors.torch import load_file

        with _explained(f"read {file}"):
            return load_file(file)
    with _explained(f"read {file}"):
        try:
            weights = torch.load(file, map_location="cpu", weights_only=not trust)
        except pickle.UnpicklingError as error:
            raise Failure(
                "UNTRUSTED_FILE",
                f"{file} contains more than weights, so that reading it would run code, or it is damaged. "
                "If you trust the author, set trust (--trust)",
            ) from error
    if isinstance(weights, torch.nn.Module):
        weights = weights.state_dict()
    # Training scripts save the weights below a key, and parallel training adds a prefix to the names.
    for key in ("state_dict", "model_state_dict", "model"):
        if isinstance(weights, dict) and isinstance(weights.get(key), dict):
            weights = weights[key]
    if not isinstance(weights, dict) or not all(map(torch.is_tensor, weights.values())):
        raise Failure("MODEL_NOT_EXPORTED", f"Expected a dict of tensors by name in {file}, received something else")
    return {name.removeprefix("module."): value for name, value in weights.items()}


def _some(names):
    names = list(names)
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _load_weights(model, file, trust, torch):
    weights = _read_weights(file, trust, torch)
    own = model.state_dict()
    missing = [name for name in own if name not in weights]
    surplus = [name for name in weights if name not in own]
    others = [
        f"{name} is {list(weights[name].shape)} instead of {list(value.shape)}"
        for name, value in own.items()
        if name in weights and weights[name].shape != value.shape
    ]
    # num_batches_tracked has no effect on inference, and old files do not contain it.
    missing = [name for name in missing if not name.endswith("num_batches_tracked")]
    parts = [
        f"{what} {_some(names)}"
        for what, names in (("missing:", missing), ("not in the model:", surplus), ("other shape:", others))
        if names
    ]
    if parts:
        raise Failure(
            "MODEL_NOT_EXPORTED",
            f"The weights in {file} do not fit this model: {'; '.join(parts)}",
        )
    model.load_state_dict(weights, strict=False)


def make(source, torch):
    """Makes the model of a source, in eval mode."""
    torch.manual_seed(source["seed"])
    if source["kind"] == "timm":
        model = _from_timm(source)
    elif source["kind"] == "torchvision":
        model = _from_torchvision(source)
    elif source["kind"] == "file":
        model = _from_file(source, torch)
    else:
        model = _from_factory(source)
    if not isinstance(model, torch.nn.Module):
        raise Failure(
            "MODEL_NOT_EXPORTED",
            f"Expected a torch.nn.Module from {source['name']}, received {type(model).__name__}",
        )
    if source["weights"] is not None:
        _load_weights(model, source["weights"], source["trust"], torch)
    return model.eval()


def input_shape(model):
    """Returns the input shape that the model declares, with batch 1, or the default shape."""
    config = getattr(model, "pretrained_cfg", None) or getattr(model, "default_cfg", None)
    size = config.get("input_size") if isinstance(config, dict) else None
    return [1, *size] if size else default_shape
