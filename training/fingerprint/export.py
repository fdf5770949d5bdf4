"""Writes what inference needs from a trained network.

    python export.py RUN OUT GOLDEN

OUT/fingerprint.safetensors  the weights, normalisation folded in, named as in the manifest
OUT/fingerprint.onnx         [n, 32, 120] -> segment [n, 128], track [n, 64]; the graph alone, whose numbers are read out of
                             the safetensors file beside it, so that there is one set of weights
OUT/manifest.json            sizes, layers, front end, version, hashes, what training reached
GOLDEN                        input samples -> spectrogram -> windows -> vectors, to hold every other implementation against
"""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import save

import frontend
from network import Divide, Network, count_multiplications


def golden_sound() -> np.ndarray:
    """Six seconds that need no file: gliding and steady tones, a pulse, noise, and a silent end."""
    rng = np.random.default_rng(7)
    t = np.arange(6 * frontend.RATE) / frontend.RATE
    sound = 0.2 * np.sin(2 * np.pi * (220 * t + 40 * t * t)) + 0.1 * np.sin(2 * np.pi * 659.3 * t)
    sound += 0.3 * np.sin(2 * np.pi * 110 * t) * np.exp(-4 * (t % 0.5)) + 0.02 * rng.standard_normal(len(t))
    sound[int(5.2 * frontend.RATE) :] *= 0.001
    return sound.astype(np.float32)


def weights_of(network: Network) -> dict[str, np.ndarray]:
    tensors: dict[str, np.ndarray] = {}
    with torch.no_grad():
        for number, layer in enumerate(network.layers):
            kernel, bias = layer.folded()
            tensors[f"conv{number}.kernel"] = kernel.contiguous().numpy()
            tensors[f"conv{number}.bias"] = bias.contiguous().numpy()
        for name, head in [("segment", network.segment), ("track", network.track)]:
            if isinstance(head, Divide):
                for part in ["inner", "inner_bias", "outer", "outer_bias"]:
                    tensors[f"{name}.{part}"] = getattr(head, part).contiguous().numpy()
            else:
                tensors[f"{name}.weight"] = head.weight.contiguous().numpy()
                tensors[f"{name}.bias"] = head.bias.contiguous().numpy()
    return {name: np.ascontiguousarray(tensor, dtype=np.float32) for name, tensor in tensors.items()}


def held_outside(name: str, shape: list[int], safe: bytes) -> onnx.TensorProto:
    """A constant whose numbers lie in the safetensors file."""
    header_bytes = int.from_bytes(safe[:8], "little")
    begin, end = json.loads(safe[8 : 8 + header_bytes])[name]["data_offsets"]
    tensor = onnx.TensorProto(name=name, data_type=TensorProto.FLOAT, dims=shape, data_location=TensorProto.EXTERNAL)
    place = {"location": "fingerprint.safetensors", "offset": 8 + header_bytes + begin, "length": end - begin}
    for key, value in place.items():
        tensor.external_data.add(key=key, value=str(value))
    return tensor


def onnx_graph(network: Network, tensors: dict[str, np.ndarray], safe: bytes) -> bytes:
    """Built by hand: a dozen plain nodes, whose names and order do not change with the version of an exporter."""
    nodes = [helper.make_node("Unsqueeze", ["windows", "channel"], ["x0"])]
    constants = [held_outside(name, list(tensor.shape), safe) for name, tensor in tensors.items()]
    constants.append(numpy_helper.from_array(np.array([1], np.int64), "channel"))
    before = "x0"
    for number, layer in enumerate(network.layers):
        kernel, pad = layer.conv.kernel_size, layer.conv.padding
        nodes.append(
            helper.make_node(
                "Conv",
                [before, f"conv{number}.kernel", f"conv{number}.bias"],
                [f"c{number}"],
                kernel_shape=kernel,
                strides=layer.conv.stride,
                pads=[*pad, *pad],
            )
        )
        nodes.append(helper.make_node("Relu", [f"c{number}"], [f"r{number}"]))
        before = f"r{number}"
    nodes.append(helper.make_node("Flatten", [before], ["features"], axis=1))
    for name, head in [("segment", network.segment), ("track", network.track)]:
        if isinstance(head, Divide):
            constants.append(numpy_helper.from_array(np.array([0, head.size, -1], np.int64), f"{name}.parts"))
            constants.append(numpy_helper.from_array(np.array([2], np.int64), f"{name}.last"))
            nodes += [
                helper.make_node("Reshape", ["features", f"{name}.parts"], [f"{name}.cut"]),
                helper.make_node("Transpose", [f"{name}.cut"], [f"{name}.turned"], perm=[1, 0, 2]),
                helper.make_node("MatMul", [f"{name}.turned", f"{name}.inner"], [f"{name}.m1"]),
                helper.make_node("Add", [f"{name}.m1", f"{name}.inner_bias"], [f"{name}.a1"]),
                helper.make_node("Relu", [f"{name}.a1"], [f"{name}.h"]),
                helper.make_node("MatMul", [f"{name}.h", f"{name}.outer"], [f"{name}.m2"]),
                helper.make_node("Squeeze", [f"{name}.m2", f"{name}.last"], [f"{name}.s"]),
                helper.make_node("Transpose", [f"{name}.s"], [f"{name}.back"], perm=[1, 0]),
                helper.make_node("Add", [f"{name}.back", f"{name}.outer_bias"], [f"{name}.raw"]),
            ]
        else:
            nodes.append(
                helper.make_node("Gemm", ["features", f"{name}.weight", f"{name}.bias"], [f"{name}.raw"], transB=1)
            )
        nodes.append(helper.make_node("LpNormalization", [f"{name}.raw"], [name], axis=1, p=2))
    graph = helper.make_graph(
        nodes,
        "fingerprint",
        [helper.make_tensor_value_info("windows", TensorProto.FLOAT, ["n", frontend.FRAMES, frontend.BANDS])],
        [
            helper.make_tensor_value_info("segment", TensorProto.FLOAT, ["n", network.shape["segment"]]),
            helper.make_tensor_value_info("track", TensorProto.FLOAT, ["n", network.shape["track"]]),
        ],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    return model.SerializeToString()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("run", type=Path)
    options.add_argument("out", type=Path, help="models/fingerprint")
    options.add_argument("golden", type=Path, help="test/golden/fingerprint.safetensors")
    given = options.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)

    best = torch.load(given.run / "best.pt", weights_only=False)
    config = best["config"]
    network = Network(config["network"])
    network.load_state_dict(best["network"])
    network.eval()

    tensors = weights_of(network)
    safe = save(tensors)
    graph = onnx_graph(network, tensors, safe)

    sound = torch.from_numpy(golden_sound())
    power = frontend.spectrogram(sound)
    shifted = frontend.spectrogram(sound, frontend.HOP / 1.25, 1.25)
    found = frontend.normalise(frontend.windows(power, 8))
    with torch.no_grad():
        segment, track = network(found)
    golden = {
        "sound": sound,
        # Logarithms: powers span ten decades, and 1e-4 must mean something at each.
        "logPower": torch.log(power.clamp_min(1e-6)),
        "logPowerAt125": torch.log(shifted.clamp_min(1e-6)),
        "windows": found,
        "segment": segment,
        "track": track,
    }
    golden_bytes = save({name: tensor.contiguous().numpy() for name, tensor in golden.items()})

    log = [json.loads(line) for line in (given.run / "log.jsonl").read_text().splitlines()]
    checks = [line for line in log if "clipTop1" in line]
    losses = [line for line in log if "segmentLoss" in line]
    version = hashlib.sha256(safe).hexdigest()[:12]
    manifest = {
        "name": config["name"],
        "version": version,
        "files": {
            name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in [("fingerprint.onnx", graph), ("fingerprint.safetensors", safe)]
        },
        "weights": "fingerprint.safetensors",
        "graph": "fingerprint.onnx",
        "inputs": {"windows": ["batch", frontend.FRAMES, frontend.BANDS]},
        "outputs": {name: ["batch", config["network"][name]] for name in ["segment", "track"]},
        "frontEnd": {
            "sampleRateHz": frontend.RATE,
            "fftSamples": frontend.FFT,
            "hopSamples": frontend.HOP,
            "lowestBandHz": frontend.LOWEST_HZ,
            "bandsPerOctave": frontend.BANDS_PER_OCTAVE,
            "bands": frontend.BANDS,
            "frames": frontend.FRAMES,
            "depth": frontend.DEPTH,
            "silentPower": frontend.SILENT_POWER,
            "leastDeviation": frontend.LEAST_DEVIATION,
        },
        "network": {
            "layers": [
                {"name": f"conv{i}", "strides": layer.conv.stride, "pads": layer.conv.padding}
                for i, layer in enumerate(network.layers)
            ],
            "head": config["network"]["head"],
            "parameters": sum(t.size for t in tensors.values()),
            "multiplicationsPerWindow": count_multiplications(network),
        },
        "training": {
            "config": config["training"],
            "seed": config["seed"],
            "exportedStep": best["step"],
            "minutes": best["minutes"],
            "trainedSteps": max((line["step"] for line in log), default=0),
            "trainedMinutes": max((line["minutes"] for line in log), default=0),
            "losses": [[line["step"], line["segmentLoss"], line["trackLoss"]] for line in losses],
            "validation": [[line["step"], line["windowTop1"], line["clipTop1"]] for line in checks],
        },
    }
    (given.out / "fingerprint.safetensors").write_bytes(safe)
    (given.out / "fingerprint.onnx").write_bytes(graph)
    onnx.checker.check_model(str(given.out / "fingerprint.onnx"))
    given.golden.parent.mkdir(parents=True, exist_ok=True)
    given.golden.write_bytes(golden_bytes)
    (given.out / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
    print(f"{manifest['name']} {version}: step {best['step']}, {len(safe)} bytes, golden {len(golden_bytes)} bytes")


if __name__ == "__main__":
    main()
