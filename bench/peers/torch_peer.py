"""PyTorch as a contender: see protocol.ts for what it is asked, workload.ts for what it reads."""

import argparse
import json
import math
import os
import struct
import sys
import time

import torch
import torch.nn.functional as F

# Stages that 2x2 max-pooling follows.
POOLED = {"conv1", "conv2", "conv4"}
CONVS = ("conv1", "conv2", "conv3", "conv4")
PARTS = 16
EPSILON = 1e-12
TREE_DEPTH = 3


def read_workload(path):
    """Tensors by name and metadata of a safetensors file that holds float32 only."""
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        values = bytearray(file.read())
    metadata = header.pop("__metadata__")
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        count = (end - begin) // 4
        flat = torch.frombuffer(values, dtype=torch.float32, count=count, offset=begin)
        tensors[name] = flat.reshape(entry["shape"])
    return tensors, metadata


class Network:
    """Parameters, and the answers that they give. `layout` is how images lie in memory."""

    def __init__(self, tensors, device, layout, trainable):
        self.tree = [tensors[name].to(device) for name in ("block", "parent", "root")]
        self.parameters = {}
        for name, tensor in tensors.items():
            if not name.endswith((".weight", ".bias")):
                continue
            tensor = tensor.to(device, copy=True)
            if name.startswith("conv"):
                # Biases have no batch axis of their own, but lie in memory like the images.
                images = tensor if name.endswith(".weight") else tensor[None]
                images = images.contiguous(memory_format=layout)
                tensor = images if name.endswith(".weight") else images[0]
            self.parameters[name] = tensor.requires_grad_(trainable)

    def answers(self, images, dropout):
        """(examples * 16, 3, 45, 45) -> (examples, 37)"""
        p = self.parameters
        x = images
        for name in CONVS:
            x = F.relu(F.conv2d(x, p[name + ".weight"]) + p[name + ".bias"])
            if name in POOLED:
                x = F.max_pool2d(x, 2)
        x = x.flatten(1).reshape(len(images) // PARTS, -1)
        for name in ("dense1", "dense2"):
            x = F.linear(F.dropout(x, 0.5, dropout), p[name + ".weight"], p[name + ".bias"])
            pairs = x.view(len(x), -1, 2)
            x = torch.maximum(pairs[..., 0], pairs[..., 1])
        x = F.linear(F.dropout(x, 0.5, dropout), p["output.weight"], p["output.bias"])
        block, parent, root = self.tree
        r = F.relu(x)
        a = r / (r @ block + EPSILON)
        y = a
        for _ in range(TREE_DEPTH):
            y = a * (y @ parent + root)
        return y


class Contender:
    def __init__(self, path, device, threads):
        self.device = device
        self.cuda = device == "cuda"
        torch.manual_seed(1)
        torch.set_num_threads(threads)
        torch.backends.cuda.matmul.allow_tf32 = False
        torch.backends.cudnn.allow_tf32 = False
        torch.backends.cudnn.benchmark = True
        # The faster of the two on the processor.
        self.layout = torch.contiguous_format if self.cuda else torch.channels_last
        tensors, metadata = read_workload(path)
        examples = ("views", "parts", "labels")
        self.tensors = {name: values for name, values in tensors.items() if name not in examples}
        batch, predict_batch = int(metadata["batch"]), int(metadata["predictBatch"])
        self.rate, self.momentum = float(metadata["learningRate"]), float(metadata["momentum"])
        self.images = self.put(tensors["parts"][:batch])
        self.labels = tensors["labels"][:batch].to(device)
        self.predicted = self.put(tensors["parts"][:predict_batch])
        self.step = self.run = None

    def put(self, parts):
        images = parts.flatten(0, 1).to(self.device)
        return images.contiguous(memory_format=self.layout)

    def ready(self):
        version = torch.__version__.split("+")[0]
        if self.cuda:
            adapter = f"{torch.cuda.get_device_name()}, float32, CUDA graphs"
        else:
            adapter = f"{torch.get_num_threads()} threads, float32, channels last, {blas()}"
        return {"version": version, "adapter": adapter}

    def training_step(self, network, dropout):
        """A function that does one step and returns its loss, still on the device."""
        parameters = list(network.parameters.values())
        options = {}
        if self.cuda:
            # One kernel for all parameters, where this version has one.
            major, minor = (int(part) for part in torch.__version__.split(".")[:2])
            options = {"fused": True} if (major, minor) >= (2, 3) else {"foreach": True}
        optimiser = torch.optim.SGD(
            parameters, lr=self.rate, momentum=self.momentum, nesterov=True, **options
        )

        def step():
            optimiser.zero_grad(set_to_none=True)
            loss = F.mse_loss(network.answers(self.images, dropout), self.labels)
            loss.backward()
            optimiser.step()
            return loss.detach()

        return step

    def graphed(self, work):
        """
        The same work as one CUDA graph, whose result lies in the same place every time. A graph knows
        addresses only: what it works on must stay alive with it, parameters and optimiser included.
        """
        if not self.cuda:
            return work
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            for _ in range(3):
                work()
        torch.cuda.current_stream().wait_stream(stream)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            result = work()

        def replay():
            graph.replay()
            return result

        replay.work = work
        return replay

    def network(self, trainable):
        return Network(self.tensors, self.device, self.layout, trainable)

    def check(self, _):
        network = self.network(True)
        step = self.training_step(network, False)
        losses = [step().item() for _ in range(2)]
        changes = {}
        for name, after in network.parameters.items():
            before = self.tensors[name].to(self.device)
            changes[name] = (after.detach() - before).square().mean().sqrt().item()
        losses.append(step().item())
        answers = self.predict({"runs": 1})["answers"]
        return {"answers": answers, "losses": losses, "changes": changes}

    def train(self, request):
        if self.step is None:
            self.step = self.graphed(self.training_step(self.network(True), True))
        start = time.perf_counter()
        for _ in range(request["steps"]):
            loss = self.step()
        loss = loss.item()
        return {"seconds": time.perf_counter() - start, "loss": loss}

    @torch.no_grad()
    def predict(self, request):
        if self.run is None:
            network = self.network(False)
            self.run = self.graphed(lambda: network.answers(self.predicted, False))
        start = time.perf_counter()
        for _ in range(request["runs"]):
            answers = self.run()
        answers = answers.flatten().tolist()
        return {"seconds": time.perf_counter() - start, "answers": answers}


def blas():
    """The library of matrix products that is loaded: the reference one is ten times slower."""
    try:
        with open("/proc/self/maps") as maps:
            paths = {line.split()[-1] for line in maps if ".so" in line}
    except OSError:
        return "unknown BLAS"
    names = {os.path.basename(os.path.realpath(path)).split(".so")[0] for path in paths}
    found = sorted(name for name in names if "openblas" in name or "mkl" in name or "blis" in name)
    return ", ".join(found) or "no optimised BLAS"


def finite(value):
    """JSON knows no NaN: null stands for it."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list):
        return [finite(item) for item in value]
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    return value


def say(reply):
    print(json.dumps(finite(reply)), flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("workload")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    options = parser.parse_args()
    contender = Contender(options.workload, options.device, options.threads)
    say(contender.ready())
    actions = {"check": contender.check, "train": contender.train, "predict": contender.predict}
    for line in sys.stdin:
        request = json.loads(line)
        try:
            say(actions[request["do"]](request))
        except RuntimeError as error:
            say({"error": str(error)})


if __name__ == "__main__":
    main()
