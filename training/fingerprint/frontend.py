"""From audio to what the network sees; the same arithmetic as audio/spectrum.ts and models/fingerprint/frontEnd.ts.

    P[t, j] = sum_k W[j, k] |X[t, k]|^2     X: 1024-sample Hann frames at 8 kHz, one every 512 samples (64 ms)
    x[t, j] = (L - mean L) / std L          L = ln max(P, 1e-6 max P), over one window of 32 frames (2.05 s) by 120 bands

W holds triangles at 110 Hz * 2^(j/24): a change of speed is a shift along j and a scaling along t. The 60 dB under a window's
loudest point are kept; level is divided out, so a quiet copy and a loud one look the same.
"""

import math
from functools import lru_cache

import numpy as np
import torch

RATE = 8000
FFT = 1024
BINS = FFT // 2
HOP = 512
BANDS_PER_OCTAVE = 24
LOWEST_HZ = 110.0
BANDS = 120
FRAMES = 32
DEPTH = 1e-6
"""Power under which a window counts as silent: a full-scale sine has 6.5e4, so this is 88 dB below it."""
SILENT_POWER = 1e-4
LEAST_DEVIATION = 0.05

HANN = (0.5 - 0.5 * np.cos(2 * np.pi * (np.arange(FFT) + 0.5) / FFT)).astype(np.float64)
HANN_T = torch.from_numpy(HANN.astype(np.float32))


@lru_cache(maxsize=256)
def bands(frequency_ratio: float = 1.0) -> torch.Tensor:
    """bins x bands. `frequency_ratio` moves every centre, as a hypothesis of the search does."""
    weights = np.zeros((BINS, BANDS), np.float32)
    for j in range(BANDS):
        centre = frequency_ratio * LOWEST_HZ * 2 ** (j / BANDS_PER_OCTAVE) * FFT / RATE
        width = max(1.0, centre * (2 ** (1 / BANDS_PER_OCTAVE) - 1))
        first = max(1, math.ceil(centre - width + 1e-9))
        last = min(BINS - 1, math.floor(centre + width - 1e-9))
        for k in range(first, last + 1):
            weights[k, j] = max(0.0, 1 - abs(k - centre) / width)
    return torch.from_numpy(weights)


def frames_at(pcm: torch.Tensor, centres: torch.Tensor) -> torch.Tensor:
    """Power of the FFT bins of the frames centred on these samples (a tensor of any shape). Outside the signal is silence."""
    padded = torch.nn.functional.pad(pcm, (FFT, FFT))
    start = torch.floor(centres + 0.5).long() - FFT // 2
    start = start.clamp(-FFT, len(pcm)) + FFT
    frames = padded[start.unsqueeze(-1) + torch.arange(FFT)] * HANN_T
    spectrum = torch.fft.rfft(frames)[..., :BINS]
    return spectrum.real.square() + spectrum.imag.square()


def spectrogram(pcm: torch.Tensor, hop: float = HOP, frequency_ratio: float = 1.0) -> torch.Tensor:
    """frames x bands, power; frame t is centred on sample t * hop. Works through long signals piece by piece."""
    count = max(0, int((len(pcm) - 1) // hop) + 1) if len(pcm) else 0
    matrix = bands(frequency_ratio)
    pieces = [
        frames_at(pcm, torch.arange(at, min(count, at + 512), dtype=torch.float64) * hop) @ matrix
        for at in range(0, count, 512)
    ]
    return torch.cat(pieces) if pieces else torch.zeros(0, BANDS)


def normalise(power: torch.Tensor) -> torch.Tensor:
    """[..., frames, bands] power to network input; a silent window becomes zeros."""
    top = power.amax(dim=(-2, -1), keepdim=True)
    log = torch.log(torch.maximum(power, top * DEPTH).clamp_min(1e-12))
    log = log - log.mean(dim=(-2, -1), keepdim=True)
    deviation = log.square().mean(dim=(-2, -1), keepdim=True).sqrt()
    return torch.where(top < SILENT_POWER, torch.zeros(()), log / deviation.clamp_min(LEAST_DEVIATION))


def windows(power: torch.Tensor, every: int) -> torch.Tensor:
    """[windows, frames, bands]: one window every `every` frames."""
    if len(power) < FRAMES:
        return torch.zeros(0, FRAMES, BANDS)
    return power.unfold(0, FRAMES, every).permute(0, 2, 1)
