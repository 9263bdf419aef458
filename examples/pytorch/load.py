"""The networks of this project in PyTorch, from files that `./run export --format safetensors` writes.

    python3 load.py FILE.safetensors galaxy.jpg …     pictures of 424×424 pixels (needs Pillow)
    python3 load.py FILE.safetensors array.npy        (n, 424, 424, 3) bytes, or (n, 2, 3, 69, 69) views

prints a line of 37 predicted vote fractions for each galaxy, as CSV. docs/pytorch.md explains it all.
Runs with PyTorch from 1.13 on and NumPy.
"""

import json
import os
import struct
import sys

import numpy
import torch
from torch import nn
from torch.nn import functional

DTYPES = {"F32": numpy.float32, "F16": numpy.float16}


def read(path):
    """Tensors of a safetensors file by their names, as float32, and its metadata."""
    with open(path, "rb") as file:
        try:
            (length,) = struct.unpack("<Q", file.read(8))
            if length > os.path.getsize(path):
                raise ValueError(f"a header of {length} bytes is announced")
            header = json.loads(file.read(length))
        except (struct.error, ValueError) as error:
            raise ValueError(f"{path} is damaged or not a safetensors file: {error}") from error
        data = file.read()
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        values = numpy.frombuffer(data[begin:end], DTYPES[entry["dtype"]])
        tensors[name] = torch.from_numpy(values.astype(numpy.float32).reshape(entry["shape"]))
    return tensors, metadata


class Weighted(nn.Module):
    """A layer with parameters of given shapes."""

    def __init__(self, layer):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(layer["weight"]))
        self.bias = nn.Parameter(torch.zeros(layer["bias"]))
        self.relu = layer["relu"]

    def forward(self, x):
        y = self.linear(x)
        return functional.relu(y) if self.relu else y


class Conv(Weighted):
    """A valid convolution with a bias for every position of its output."""

    def linear(self, x):
        return functional.conv2d(x, self.weight) + self.bias


class Dense(Weighted):
    """A dense layer; in training, half of its input is dropped."""

    def linear(self, x):
        x = functional.dropout(x.flatten(1), 0.5, self.training)
        return functional.linear(x, self.weight, self.bias)


def parts(views):
    """The sixteen parts (16 n, 3, 45, 45) of views (n, 2, 3, 69, 69), those of a galaxy in a row."""
    corners = []
    for view in (views[:, 0], views[:, 1]):
        for mirrored in (view, view.flip(-1)):
            corners += [torch.rot90(mirrored, k, (-2, -1))[..., :45, :45] for k in range(4)]
    return torch.stack(corners, 1).flatten(0, 1)


def decision_tree(raw, questions):
    """Predictions (n, 37) of raw outputs (n, 37)."""
    rectified = functional.relu(raw)
    predictions = []
    for question in questions:
        first = question["first"]
        own = rectified[:, first : first + len(question["answers"])]
        shares = own / (own.sum(1, keepdim=True) + 1e-12)
        parent = question["parent"]
        predictions += (shares if parent is None else shares * predictions[parent][:, None]).unbind(1)
    return torch.stack(predictions, 1)


class GalaxyNetwork(nn.Module):
    """The network that a file's metadata describe, from views to predictions."""

    def __init__(self, metadata):
        super().__init__()
        self.layers = json.loads(metadata["layers"])
        self.questions = json.loads(metadata["questions"])
        self.outputs = json.loads(metadata["outputs"])
        for layer in self.layers:
            if "name" in layer:
                kind = Conv if layer["type"] == "conv" else Dense
                self.add_module(layer["name"], kind(layer))

    def forward(self, views):
        x = parts(views)
        for layer in self.layers:
            if layer["type"] == "maxPool":
                x = functional.max_pool2d(x, 2)
            elif layer["type"] == "merge":
                x = x.reshape(len(views), -1)
            elif layer["type"] == "maxout":
                x = x.unflatten(1, (-1, 2)).amax(2)
            else:
                x = getattr(self, layer["name"])(x)
        return decision_tree(x, self.questions)

    @torch.no_grad()
    def predict(self, views):
        """Predictions (n, 37) of views (n, 2, 3, 69, 69), without dropout."""
        training = self.training
        self.eval()
        try:
            return self(torch.as_tensor(views, dtype=torch.float32))
        finally:
            self.train(training)


def load(path):
    """The network of a file, with its parameters, ready to predict."""
    tensors, metadata = read(path)
    missing = [key for key in ("layers", "questions", "outputs") if key not in metadata]
    if missing:
        raise ValueError(f"{path} does not describe its network ({', '.join(missing)}): export it")
    network = GalaxyNetwork(metadata)
    network.load_state_dict(tensors)
    return network.eval()


def views_of(pictures):
    """The two views (n, 2, 3, 69, 69) of pictures (n, 424, 424, 3) of bytes: bilinear samples of every
    third pixel, upright and turned by 45° (docs/augmentation.md §3 to §5)."""
    pictures = numpy.asarray(pictures) / 255
    row, column = numpy.mgrid[:69, :69] - 34.0
    views = []
    for angle in numpy.radians((0, 45)):
        cosine, sine = numpy.cos(angle), numpy.sin(angle)
        x = 211.5 + 3 * (cosine * column - sine * row)
        y = 211.5 + 3 * (sine * column + cosine * row)
        left, top = numpy.floor(x).astype(int), numpy.floor(y).astype(int)
        right, below = (x - left)[..., None], (y - top)[..., None]
        upper = pictures[:, top, left] * (1 - right) + pictures[:, top, left + 1] * right
        lower = pictures[:, top + 1, left] * (1 - right) + pictures[:, top + 1, left + 1] * right
        views.append((upper * (1 - below) + lower * below).transpose(0, 3, 1, 2))
    return torch.from_numpy(numpy.stack(views, 1).astype(numpy.float32))


def read_views(path):
    """The views of what is in a file."""
    if not path.endswith(".npy"):
        from PIL import Image

        pictures = numpy.asarray(Image.open(path).convert("RGB"))[None]
    else:
        pictures = numpy.load(path)
        if pictures.shape[1:] == (2, 3, 69, 69):
            return torch.from_numpy(pictures)
    if pictures.shape[1:] != (424, 424, 3):
        raise ValueError(f"{path} has shape {pictures.shape}, expected pictures of 424×424 pixels")
    return views_of(pictures)


def main(arguments):
    if not arguments or arguments[0] in ("-h", "--help"):
        print(__doc__)
        return 0 if arguments else 1
    file, *inputs = arguments
    try:
        network = load(file)
        print(",".join(["galaxy", *network.outputs]))
        for path in inputs:
            for galaxy, row in enumerate(network.predict(read_views(path)).tolist()):
                print(",".join([f"{path}:{galaxy}", *(f"{value:.8f}" for value in row)]))
    except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
