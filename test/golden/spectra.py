"""Reference values for audio/stft.ts, audio/mel.ts and audio/logFrequency.ts, written to spectra.safetensors beside it.

    pip install librosa==0.11.0 safetensors==0.8.0 && python test/golden/spectra.py

STFT and mel are librosa's own; the bands on a logarithmic axis are this file's, with a matrix over the whole of numpy's transform.
"""

from pathlib import Path

import librosa
import numpy as np
from safetensors.numpy import save_file

RATE = 16_000


def signal() -> np.ndarray:
    """Half a second: a gliding and a steady tone, noise, and a click."""
    rng = np.random.default_rng(11)
    t = np.arange(RATE // 2) / RATE
    pcm = 0.3 * np.sin(2 * np.pi * (200 * t + 900 * t * t)) + 0.2 * np.sin(2 * np.pi * 3456.7 * t)
    pcm += 0.01 * rng.standard_normal(len(t))
    pcm[4000] += 0.8
    return pcm.astype(np.float32)


def log_frequency(pcm: np.ndarray, fft: int, hop: int, lowest: float, per_octave: int, bands: int) -> np.ndarray:
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(fft) / fft)
    padded = np.concatenate([np.zeros(fft // 2), pcm, np.zeros(fft // 2)])
    centres = np.arange(0, len(pcm), hop)
    frames = np.stack([padded[c : c + fft] * window for c in centres])
    power = np.abs(np.fft.rfft(frames)) ** 2
    k = np.arange(fft // 2 + 1)
    centre = lowest * 2 ** (np.arange(bands) / per_octave) * fft / RATE
    width = np.maximum(1, centre * (2 ** (1 / per_octave) - 1))
    weights = np.maximum(0, 1 - np.abs(k[None, :] - centre[:, None]) / width[:, None])
    # Neither the constant nor the last bin belongs to any band.
    weights[:, [0, -1]] = 0
    return (power @ weights.T).astype(np.float32)


def main() -> None:
    pcm = signal()
    # Frames whose centre lies inside the signal, frame after frame.
    inside = lambda spectrum, hop: np.ascontiguousarray(spectrum.T[: -(-len(pcm) // hop)])
    common = {"y": pcm, "center": True, "pad_mode": "constant"}
    stft = inside(librosa.stft(n_fft=512, hop_length=256, dtype=np.complex128, **common), 256)
    narrow = inside(librosa.stft(n_fft=512, win_length=400, hop_length=160, dtype=np.complex128, **common), 160)
    mel = {"sr": RATE, "n_fft": 1024, "hop_length": 256, "n_mels": 80, "power": 2.0, **common}
    slaney = inside(librosa.feature.melspectrogram(fmin=30.0, fmax=7600.0, **mel), 256)
    htk = inside(librosa.feature.melspectrogram(fmin=0.0, fmax=8000.0, htk=True, norm=None, **mel), 256)
    tensors = {
        "pcm": pcm,
        "stftRe": stft.real,
        "stftIm": stft.imag,
        "narrowMagnitude": np.abs(narrow)[::4],
        "melSlaney": slaney,
        "melHtk": htk,
        "melFilters": librosa.filters.mel(sr=22_050, n_fft=512, n_mels=20),
        "logFrequency": log_frequency(pcm, 2048, 320, 55.0, 20, 140),
    }
    out = Path(__file__).with_name("spectra.safetensors")
    save_file({name: np.ascontiguousarray(tensor, dtype=np.float32) for name, tensor in tensors.items()}, out)
    print(out, out.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
