"""The encoder and its two heads.

`plain` encoder: 3x3 convolutions, halving time and frequency; `separable`: the published form (Chang et al. 2021), each layer
a 1x3 convolution along frequency and then a 3x1 convolution along time. Batch normalisation in both, so that it folds into
the convolutions and inference needs nothing but convolution, bias and ReLU.

Heads, both unit length: `segment` (same moment of the same recording: Chang et al. 2021, NAFP), `track` (any moment of the same
recording: Spijkervet & Burgoyne 2021, CLMR). A head is `linear`, or `divide`: the features are cut into as many parts as the
vector has numbers, each part makes one number through a small layer of its own (NAFP's divide-and-encode).
"""

import torch
from torch import nn
from torch.nn import functional as F

from frontend import BANDS, FRAMES


class Layer(nn.Module):
    def __init__(self, before: int, after: int, kernel: tuple[int, int], stride: tuple[int, int]) -> None:
        super().__init__()
        pad = (kernel[0] // 2, kernel[1] // 2)
        self.conv = nn.Conv2d(before, after, kernel, stride, pad, bias=False)
        self.norm = nn.BatchNorm2d(after)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.relu(self.norm(self.conv(x)))

    def folded(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Kernel [out, in, time, frequency] and bias with the normalisation inside."""
        gain = self.norm.weight / torch.sqrt(self.norm.running_var + self.norm.eps)
        return self.conv.weight * gain[:, None, None, None], self.norm.bias - self.norm.running_mean * gain


class Divide(nn.Module):
    def __init__(self, features: int, size: int, hidden: int) -> None:
        super().__init__()
        if features % size != 0:
            raise ValueError(f"{features} features cannot be divided into {size} parts")
        self.size = size
        self.inner = nn.Parameter(torch.randn(size, features // size, hidden) * (features // size) ** -0.5)
        self.inner_bias = nn.Parameter(torch.zeros(size, 1, hidden))
        self.outer = nn.Parameter(torch.randn(size, hidden, 1) * hidden**-0.5)
        self.outer_bias = nn.Parameter(torch.zeros(size))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        parts = x.view(len(x), self.size, -1).transpose(0, 1)
        hidden = F.relu(torch.bmm(parts, self.inner) + self.inner_bias)
        return torch.bmm(hidden, self.outer).squeeze(-1).transpose(0, 1) + self.outer_bias


class Network(nn.Module):
    def __init__(self, shape: dict) -> None:
        super().__init__()
        self.shape = shape
        layers, before = [], 1
        frames, bands = FRAMES, BANDS
        for width, (by_time, by_band) in zip(shape["widths"], shape["strides"], strict=True):
            if shape["encoder"] == "separable":
                layers.append(Layer(before, width, (1, 3), (1, by_band)))
                layers.append(Layer(width, width, (3, 1), (by_time, 1)))
            else:
                layers.append(Layer(before, width, (3, 3), (by_time, by_band)))
            before = width
            frames, bands = -(-frames // by_time), -(-bands // by_band)
        self.layers = nn.ModuleList(layers)
        self.features = before * frames * bands
        self.segment = self._head(shape["segment"])
        self.track = self._head(shape["track"])

    def _head(self, size: int) -> nn.Module:
        if self.shape["head"] == "divide":
            return Divide(self.features, size, self.shape["headHidden"])
        return nn.Linear(self.features, size)

    def forward(self, windows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """[n, frames, bands] to ([n, segment], [n, track])."""
        x = windows.unsqueeze(1)
        for layer in self.layers:
            x = layer(x)
        x = x.flatten(1)
        return F.normalize(self.segment(x), dim=1), F.normalize(self.track(x), dim=1)


def count_multiplications(network: Network) -> int:
    """Multiply-accumulates for one window."""
    total, frames, bands = 0, FRAMES, BANDS
    for layer in network.layers:
        frames, bands = -(-frames // layer.conv.stride[0]), -(-bands // layer.conv.stride[1])
        total += layer.conv.weight.numel() * frames * bands
    return total + sum(p.numel() for head in [network.segment, network.track] for p in head.parameters() if p.dim() > 1)
