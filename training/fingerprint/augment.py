"""What people do to music before it becomes a sound, on eight seconds of 8 kHz audio at a time.

One rng drives everything, so a seed gives the same batches. Filters and reverb are one multiplication of spectra; the
signal wraps around, so the reverb of its end rings into its beginning as an earlier moment of the music would.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

RATE = 8000
LENGTH = 1 << 16
HZ = np.fft.rfftfreq(LENGTH, 1 / RATE).astype(np.float32)


def rfft(x: np.ndarray, length: int | None = None) -> np.ndarray:
    """In single precision: a third of numpy's time, and a quarter of a batch's time went into it."""
    return torch.fft.rfft(torch.from_numpy(np.ascontiguousarray(x, np.float32)), length).numpy()


def irfft(spectrum: np.ndarray, length: int) -> np.ndarray:
    return torch.fft.irfft(torch.from_numpy(spectrum.astype(np.complex64)), length).numpy()


@dataclass
class Bank:
    """Sounds that are mixed in or convolved with, all of the training part."""

    voices: list[np.ndarray]
    crowds: list[np.ndarray]
    impulses: list[np.ndarray]


def load_bank(folder: Path, seed: int) -> Bank:
    rng = np.random.default_rng(seed)
    voices = [np.load(p).astype(np.float32) / 32768 for p in sorted((folder / "voices").glob("*.npy"))]
    voices = [without_pauses(v) for v in voices if len(v) > 4 * RATE]
    impulses = [np.load(p).astype(np.float32) / 32768 for p in sorted((folder / "impulses").glob("*.npy"))]
    return Bank(voices, [make_crowd(voices, rng) for _ in range(16)], [spectrum_of_impulse(i) for i in impulses])


def without_pauses(voice: np.ndarray) -> np.ndarray:
    """Cuts pauses down, so that a voice over is there for most of the excerpt, as people talk over music."""
    blocks = voice[: len(voice) // 400 * 400].reshape(-1, 400)
    level = np.sqrt((blocks**2).mean(axis=1))
    loud = level > 0.05 * np.percentile(level, 95)
    near = np.convolve(loud, np.ones(9), "same") > 0
    return blocks[near].reshape(-1)


def make_crowd(voices: list[np.ndarray], rng: np.random.Generator) -> np.ndarray:
    """Half a minute of many voices at once, with rustle and, sometimes, clapping."""
    total = np.zeros(30 * RATE, np.float32)
    for _ in range(int(rng.integers(6, 40))):
        total += stretch_of(voices[rng.integers(len(voices))], len(total), rng) * rng.uniform(0.3, 1)
    total /= rms(total)
    total += coloured_noise(len(total), rng.uniform(-1.5, 0), rng) * rng.uniform(0.1, 1.2)
    if rng.random() < 0.5:
        claps = np.zeros(len(total), np.float32)
        for at in rng.integers(0, len(total) - 400, int(rng.integers(100, 1500))):
            claps[at : at + 400] += rng.standard_normal(400) * np.exp(-np.arange(400) / rng.uniform(15, 80)) * rng.random()
        total += claps / max(rms(claps), 1e-6) * rng.uniform(0.1, 0.8)
    return total.astype(np.float32)


def rms(x: np.ndarray) -> float:
    return float(np.sqrt(np.mean(x * x)) + 1e-9)


def stretch_of(source: np.ndarray, length: int, rng: np.random.Generator) -> np.ndarray:
    """A piece that begins anywhere, repeated when it is too short."""
    at = int(rng.integers(len(source)))
    if at + length <= len(source):
        return source[at : at + length].copy()
    return np.resize(np.roll(source, -at), length)


def coloured_noise(length: int, slope: float, rng: np.random.Generator) -> np.ndarray:
    """Power falls as f^(2*slope)."""
    spectrum = rfft(rng.standard_normal(length).astype(np.float32))
    spectrum *= np.maximum(np.arange(len(spectrum)), 20.0) ** slope
    noise = irfft(spectrum, length)
    return noise / rms(noise)


def spectrum_of_impulse(impulse: np.ndarray, start: int | None = None) -> np.ndarray:
    """From the strongest point on (or from `start`), so that reverb does not delay; unit energy."""
    start = int(np.argmax(np.abs(impulse))) if start is None else start
    tail = impulse[start : start + LENGTH // 2]
    return rfft(tail / (np.sqrt(np.sum(tail**2)) + 1e-9), LENGTH)


def synthetic_room(rng: np.random.Generator) -> np.ndarray:
    """Noise that dies away, faster at high frequencies, after a few early echoes."""
    seconds = np.exp(rng.uniform(np.log(0.25), np.log(4.0)))
    size = int(min(seconds, 4.0) * RATE)
    t = np.arange(size) / RATE
    tail = rng.standard_normal(size) * 10 ** (-3 * t / seconds)
    dark = rng.standard_normal(size) * 10 ** (-3 * t / (seconds * rng.uniform(0.3, 0.9)))
    tail = tail.cumsum() * 0.15 * np.exp(-t) + dark if rng.random() < 0.5 else tail
    gap = int(rng.uniform(0, 0.04) * RATE)
    tail[:gap] = 0
    for at in rng.integers(1, max(2, min(size, 600)), 6):
        tail[at] += rng.uniform(-3, 3)
    tail[0] += rng.uniform(0, 4)
    return spectrum_of_impulse(tail, start=0)


def smooth_curve(rng: np.random.Generator, decibels: float) -> np.ndarray:
    """A random equaliser: a curve through eight points over the octaves, as amplitude per bin."""
    points = rng.uniform(-decibels, decibels, 8)
    position = np.log2(np.maximum(HZ, 40) / 40) / np.log2(100) * 7
    return 10 ** (np.interp(position, np.arange(8), points) / 20)


def colour(x: np.ndarray, bank: Bank, rng: np.random.Generator) -> np.ndarray:
    """Equaliser, bass boost, telephone and muffling filters, reverb."""
    gain = np.ones(len(HZ), np.float32)
    if rng.random() < 0.4:
        gain *= smooth_curve(rng, 10)
    if rng.random() < 0.25:
        gain *= 1 + (10 ** (rng.uniform(4, 18) / 20) - 1) / (1 + (HZ / rng.uniform(80, 250)) ** 4)
    if rng.random() < 0.2:
        ratio = np.maximum(HZ, 1) / rng.uniform(150, 450)
        gain *= ratio**2 / (1 + ratio**2)
    if rng.random() < 0.25:
        gain *= 1 / np.sqrt(1 + (HZ / np.exp(rng.uniform(np.log(600), np.log(3600)))) ** rng.choice([4, 8]))
    spectrum = rfft(x) * gain
    if rng.random() < 0.45:
        room = bank.impulses[rng.integers(len(bank.impulses))] if rng.random() < 0.5 else synthetic_room(rng)
        wet = rng.uniform(0.2, 1.0)
        reverberated = spectrum * room
        level = np.sqrt(np.mean(np.abs(spectrum) ** 2) / (np.mean(np.abs(reverberated) ** 2) + 1e-12))
        spectrum = (1 - wet) * spectrum + wet * level * reverberated
    return irfft(spectrum, LENGTH)


def damage(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Overdrive, coarse quantisation, a limiter that pumps."""
    x = x / (np.abs(x).max() + 1e-9)
    if rng.random() < 0.2:
        x = np.tanh(x * rng.uniform(1.5, 8))
    if rng.random() < 0.15:
        steps = 2.0 ** rng.integers(4, 8)
        companded = np.sign(x) * np.log1p(255 * np.abs(x)) / np.log(256)
        x = np.sign(companded) * np.expm1(np.abs(np.round(companded * steps) / steps) * np.log(256)) / 255
    if rng.random() < 0.15:
        blocks = np.sqrt((x.reshape(-1, 512) ** 2).mean(axis=1) + 1e-6)
        follower = np.convolve(blocks, np.exp(-np.arange(12) / rng.uniform(1, 5)), "full")[: len(blocks)]
        x = x / np.interp(np.arange(LENGTH), np.arange(len(blocks)) * 512, follower) ** rng.uniform(0.3, 0.9)
    return x.astype(np.float32)


def loud_rms(x: np.ndarray) -> float:
    """Level while something sounds: the mean of the louder half of the quarter seconds."""
    levels = np.sort((x[: len(x) // 2000 * 2000].reshape(-1, 2000) ** 2).mean(axis=1))
    return float(np.sqrt(levels[len(levels) // 2 :].mean()) + 1e-9)


def talk_over(x: np.ndarray, bank: Bank, rng: np.random.Generator) -> np.ndarray:
    music = loud_rms(x)
    if rng.random() < 0.5:
        voice = bank.voices[rng.integers(len(bank.voices))]
        if rng.random() < 0.5:
            # A sound's speed is undone before it is looked at: its voice over then speaks slower or faster than people do.
            ratio = np.exp(rng.uniform(np.log(0.62), np.log(1.6)))
            piece = stretch_of(voice, int(LENGTH * ratio) + 2, rng)
            voice = np.interp(np.arange(LENGTH) * ratio, np.arange(len(piece)), piece).astype(np.float32)
        else:
            voice = stretch_of(voice, LENGTH, rng)
        x = x + voice * (music / loud_rms(voice) * 10 ** (-rng.uniform(-6, 10) / 20))
    if rng.random() < 0.3:
        crowd = stretch_of(bank.crowds[rng.integers(len(bank.crowds))], LENGTH, rng)
        x = x + crowd * (music / rms(crowd) * 10 ** (-rng.uniform(-3, 12) / 20))
    if rng.random() < 0.3:
        x = x + coloured_noise(LENGTH, rng.uniform(-1, 0.2), rng) * (music * 10 ** (-rng.uniform(0, 20) / 20))
    return x


def band_limit(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A sped-up sound ends at 4 kHz, so that after undoing the speed its music ends at 4 kHz / speed, sharply."""
    spectrum = rfft(x)
    spectrum[HZ > RATE / 2 / rng.uniform(1.05, 1.6)] = 0
    return irfft(spectrum, LENGTH)


def alter(x: np.ndarray, other: np.ndarray, bank: Bank, rng: np.random.Generator) -> np.ndarray:
    """`x` and `other` (another recording) have LENGTH samples; the result has too."""
    if rng.random() < 0.1:
        x = x + other * (loud_rms(x) / loud_rms(other) * 10 ** (-rng.uniform(0, 15) / 20))
    voice_first = rng.random() < 0.2
    if voice_first:
        x = talk_over(x, bank, rng)
    x = damage(colour(x, bank, rng), rng)
    if not voice_first:
        x = talk_over(x, bank, rng)
    if rng.random() < 0.25:
        x = band_limit(x, rng)
    if rng.random() < 0.04:
        # Music in a part of the excerpt only.
        at = int(rng.integers(LENGTH))
        x = x.copy()
        x[at : at + 3 * RATE] *= 0.01
    return x * 10 ** (rng.uniform(-30, 0) / 20)
