#!/usr/bin/env python3
"""Makes the golden network: what PyTorch computes with it, in float64, as docs/network.md describes it.

    python3 tests/golden/make.py [FILE]          (default: small.safetensors beside this script)

The network has every kind of layer, with few filters and units, on two galaxies of random pixels, without
dropout. The file holds its inputs and parameters, what each stage computes, the loss, the gradients with
and without the warm-up's output, and the parameters after three updates. Compare another implementation
with it:

    ./run verify --golden tests/golden/small.safetensors

Needs PyTorch and NumPy (Debian: python3-torch). Nothing here is shared with the project's own code. All
numbers come from NumPy's RandomState, whose values are the same in all its versions.
"""
import json
import os
import struct
import sys

import numpy as np
import torch
from torch.nn import functional as F

SEED = 10
BATCH = 2
FILTERS = [3, 4, 5, 4]
SIZES = [6, 5, 3, 3]
POOLED = [True, True, False, True]
UNITS = 6
LEARNING_RATE = 0.04
MOMENTUM = 0.9
STEPS = 3
# Small enough to act: the weights of the first dense layer begin with a root mean square of 0.3.
MAX_NORM = 0.25

# docs/network.md §6: answers of each question, and (answers, the answer that they are multiplied by).
QUESTIONS = [range(0, 3), range(3, 5), range(5, 7), range(7, 9), range(9, 13), range(13, 15),
             range(15, 18), range(18, 25), range(25, 28), range(28, 31), range(31, 37)]
STEPS_OF_TREE = [(range(3, 5), 1), (range(5, 13), 4), (range(15, 18), 0), (range(18, 25), 13),
                 (range(25, 28), 3), (range(28, 37), 7)]


def sixteen_parts(views):
    """docs/network.md §1: two views (B, 3, 69, 69) to parts (16·B, 3, 45, 45), the part slowest."""
    parts = []
    for view in views:
        for seen in (view, view.flip(3)):
            for quarter_turns in range(4):
                parts.append(seen.rot90(quarter_turns, (2, 3))[:, :, :45, :45])
    return torch.cat(parts)


def merged(features):
    """docs/network.md §2: (16·B, F) to (B, 16·F), with column p·F + q for feature q of part p."""
    count = features.shape[1]
    return features.reshape(16, BATCH, count).transpose(0, 1).reshape(BATCH, 16 * count)


def maxout(units):
    """docs/network.md §5: the larger of units 2k and 2k + 1."""
    return torch.maximum(units[:, 0::2], units[:, 1::2])


def decision_tree(z):
    """docs/network.md §6."""
    r = z.clamp(min=0)
    answers = [None] * 37
    for question in QUESTIONS:
        total = sum(r[:, i] for i in question) + 1e-12
        for i in question:
            answers[i] = r[:, i] / total
    for children, parent in STEPS_OF_TREE:
        for i in children:
            answers[i] = answers[i] * answers[parent]
    return torch.stack(answers, dim=1)


def initial_parameters(random):
    """Weights and biases by name, float32 numbers in float64."""
    parameters = {}

    def layer(name, weight_shape, bias_shape, deviation, bias):
        parameters[name + ".weight"] = random.normal(0, deviation, weight_shape)
        parameters[name + ".bias"] = bias + random.normal(0, 0.05, bias_shape)

    channels, side = 3, 45
    for k, (filters, size, pooled) in enumerate(zip(FILTERS, SIZES, POOLED), start=1):
        side = side - size + 1
        inputs = channels * size * size
        layer(f"conv{k}", (filters, channels, size, size), (filters, side, side), (2 / inputs) ** 0.5, 0.1)
        channels, side = filters, side // 2 if pooled else side
    features = channels * side * side
    layer("shared", (2 * UNITS, features), 2 * UNITS, features ** -0.5, 0.05)
    layer("dense1", (2 * UNITS, 16 * UNITS), 2 * UNITS, 0.3, 0.05)
    layer("dense2", (UNITS, UNITS), UNITS, UNITS ** -0.5, 0.2)
    # Positive raw outputs: questions that are alive, docs/network.md §7.
    layer("output", (37, UNITS), 37, UNITS ** -0.5, 0.6)
    return {name: float32(values).requires_grad_() for name, values in parameters.items()}


def float32(values):
    """Numbers that float32 has, in float64."""
    return torch.from_numpy(np.asarray(values).astype(np.float32).astype(np.float64))


def raw_outputs(parameters, views, stages):
    """The 37 raw outputs (B, 37); notes what the stages before them compute in `stages`."""

    def dense(name, x):
        return x @ parameters[name + ".weight"].T + parameters[name + ".bias"]

    x = stages["parts"] = sixteen_parts(views)
    for k, pooled in enumerate(POOLED, start=1):
        # The bias is untied: one number for each position.
        x = F.conv2d(x, parameters[f"conv{k}.weight"]) + parameters[f"conv{k}.bias"]
        x = x.clamp(min=0)
        if pooled:
            x = F.max_pool2d(x, 2)
        stages[f"stage{k}"] = x
    x = maxout(dense("shared", x.flatten(1)))
    x = stages["merged"] = merged(x)
    x = maxout(dense("dense1", x))
    x = stages["hidden"] = dense("dense2", x).clamp(min=0)
    return dense("output", x)


def mean_squared_error(prediction, target):
    """docs/network.md §8: the mean over all B · 37 numbers."""
    return ((prediction - target) ** 2).mean()


def gradients(loss, parameters):
    found = torch.autograd.grad(loss, list(parameters.values()), retain_graph=True)
    return dict(zip(parameters, found))


def updated(parameters, velocities, slopes):
    """docs/network.md §9 and §10: a Nesterov update, then the norm constraint on dense1."""
    for name, w in parameters.items():
        g = slopes[name]
        v = velocities[name] = MOMENTUM * velocities[name] - LEARNING_RATE * g
        w = (w + MOMENTUM * v - LEARNING_RATE * g).detach()
        if name == "dense1.weight":
            norms = (w ** 2).mean(dim=1, keepdim=True).sqrt()
            w = w * torch.clamp(MAX_NORM / norms, max=1)
        parameters[name] = w.requires_grad_()


def golden_tensors():
    random = np.random.RandomState(SEED)
    pixels = [random.randint(0, 256, (BATCH, 3, 69, 69)).astype(np.uint8) for _ in range(2)]
    views = [float32(view / 255) for view in pixels]
    target = float32(decision_tree(torch.from_numpy(random.uniform(size=(BATCH, 37)))))
    parameters = initial_parameters(random)
    tensors = {"view1": pixels[0], "view2": pixels[1], "target": target}
    tensors.update((f"param.{name}", w) for name, w in parameters.items())

    stages = {}
    raw = raw_outputs(parameters, views, stages)
    prediction = decision_tree(raw)
    # Parts are pixels still.
    stages["parts"] = sixteen_parts([torch.from_numpy(view) for view in pixels])
    tensors.update((f"act.{name}", x) for name, x in stages.items())
    tensors.update(raw=raw, prediction=prediction)

    # docs/network.md §6: in the warm-up, raw outputs are clipped.
    for prefix, output in ("", prediction), ("warmup.", raw.clamp(0, 1)):
        loss = mean_squared_error(output, target)
        tensors[f"{prefix}loss"] = loss.reshape(1)
        for name, slope in gradients(loss, parameters).items():
            assert slope.abs().max() > 1e-6, f"{prefix}{name} learns nothing: choose another SEED"
            tensors[f"{prefix}grad.{name}"] = slope

    velocities = {name: torch.zeros_like(w) for name, w in parameters.items()}
    losses = []
    for _ in range(STEPS):
        loss = mean_squared_error(decision_tree(raw_outputs(parameters, views, {})), target)
        losses.append(loss.item())
        updated(parameters, velocities, gradients(loss, parameters))
    tensors["trained.losses"] = np.array(losses)
    tensors.update((f"trained.{name}", w) for name, w in parameters.items())
    return tensors


def write_safetensors(path, tensors, metadata):
    header = {"__metadata__": {name: str(value) for name, value in metadata.items()}}
    values = b""
    for name, tensor in tensors.items():
        array = tensor if isinstance(tensor, np.ndarray) else tensor.detach().numpy()
        pixels = array.dtype == np.uint8
        data = np.ascontiguousarray(array, dtype="u1" if pixels else "<f4").tobytes()
        offsets = [len(values), len(values) + len(data)]
        header[name] = {
            "dtype": "U8" if pixels else "F32",
            "shape": list(array.shape),
            "data_offsets": offsets,
        }
        values += data
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + values)


if __name__ == "__main__":
    beside = os.path.join(os.path.dirname(os.path.abspath(__file__)), "small.safetensors")
    path = sys.argv[1] if len(sys.argv) > 1 else beside
    tensors = golden_tensors()
    write_safetensors(path, tensors, {
        "arch": "every",
        "batch": BATCH,
        "filters": FILTERS,
        "sizes": SIZES,
        "units": UNITS,
        "lr": LEARNING_RATE,
        "momentum": MOMENTUM,
        "steps": STEPS,
        "max_norm": MAX_NORM,
    })
    print(f"{path}: {len(tensors)} tensors, {os.path.getsize(path)} bytes")
