"""Validation clips: ten seconds of a validation recording, altered with ffmpeg, other code than the training's own.

    python clips.py DATA [--each 40]

Writes DATA/validation/clips/CONDITION-NUMBER.npy (int16, 8 kHz) and clips.json: track, start, the true time and frequency ratio.
"""

import argparse
import json
import random
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from prepare import RATE, decode, ffmpeg

SECONDS = 10
HZ = 44_100
MIX_HZ = 16_000


def speed(ratio: float) -> str:
    return f"asetrate={round(HZ * ratio)},aresample={HZ}"


# name: (time ratio, frequency ratio, filter, what is added, how: dB of the music above it or share of reverb, kb/s of the copy)
CONDITIONS: dict[str, tuple[float, float, str, str | None, float, int]] = {
    "mp3-24": (1, 1, "anull", None, 0, 24),
    "speed-0.80": (0.8, 0.8, speed(0.8), None, 0, 96),
    "speed-1.25": (1.25, 1.25, speed(1.25), None, 0, 96),
    "speed-1.35": (1.35, 1.35, speed(1.35), None, 0, 96),
    "pitch+2": (1, 2 ** (2 / 12), f"{speed(2 ** (2 / 12))},atempo={2 ** (-2 / 12)}", None, 0, 96),
    "tempo-1.20": (1.2, 1, "atempo=1.2", None, 0, 96),
    "slowed-reverb": (0.85, 0.85, speed(0.85), "impulse", 0.6, 96),
    "nightcore": (1.28, 1.28, f"{speed(1.28)},bass=g=8,alimiter", "crowd", 12, 96),
    "phone": (1, 1, "highpass=f=300,lowpass=f=3400,aresample=8000,aresample=44100", None, 0, 96),
    "bass": (1, 1, "bass=g=15,alimiter", None, 0, 96),
    "reverb-85": (1, 1, "anull", "impulse", 0.85, 96),
    "crowd+6": (1, 1, "anull", "crowd", 6, 96),
    "crowd-0": (1, 1, "anull", "crowd", 0, 96),
    "voice-0": (1, 1, "anull", "voice", 0, 96),
    "voice-6": (1, 1, "anull", "voice", -6, 96),
    "voice-0-speed-1.25": (1.25, 1.25, speed(1.25), "voice", 0, 96),
}


def mix(music: np.ndarray, kind: str, how: float, part: Path, dice: random.Random) -> np.ndarray:
    """float32 at MIX_HZ. Levels are those of the louder half of the quarter seconds, as a listener would set them."""
    second = second_input(kind, part, dice)
    if kind == "impulse":
        wet = np.fft.irfft(np.fft.rfft(music, 1 << 19) * np.fft.rfft(second, 1 << 19))[: len(music)]
        return (1 - how) * music + how * wet * (level(music) / level(wet))
    second = second[: len(music)]
    return music + second * (level(music) / level(second) * 10 ** (-how / 20))


def level(x: np.ndarray) -> float:
    quarter = MIX_HZ // 4
    powers = np.sort((x[: len(x) // quarter * quarter].reshape(-1, quarter) ** 2).mean(axis=1))
    return float(np.sqrt(powers[len(powers) // 2 :].mean()) + 1e-9)


def second_input(kind: str, part: Path, dice: random.Random) -> np.ndarray:
    double = lambda x: np.repeat(x, MIX_HZ // RATE).astype(np.float32)  # noqa: E731
    if kind == "impulse":
        impulse = np.load(dice.choice(sorted((part / "impulses").glob("*.npy"))))
        return double(impulse[int(np.argmax(np.abs(impulse))) :])
    voices = [np.load(p).astype(np.float32) for p in sorted((part / "voices").glob("*.npy"))]
    size = (SECONDS + 1) * RATE
    total = np.zeros(size, np.float32)
    for _ in range(1 if kind == "voice" else 24):
        voice = dice.choice(voices)
        total += np.resize(np.roll(voice, -dice.randrange(len(voice))), size)
    return double(total)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("data", type=Path)
    options.add_argument("--each", type=int, default=40)
    given = options.parse_args()
    part = given.data / "validation"
    out = part / "clips"
    out.mkdir(exist_ok=True)
    tracks = [t for t in json.loads((part / "music" / "tracks.json").read_text()) if len(t["source"]) == 1]
    listing = []
    for condition, (time, frequency, filters, kind, how, kbps) in CONDITIONS.items():
        for number in range(given.each):
            dice = random.Random(f"{condition}/{number}")
            needed = SECONDS * time
            # Every recording is asked for about as often as every other.
            track = tracks[(number * 7 + dice.randrange(3)) % len(tracks)]
            start = round(dice.uniform(2, max(2, track["samples"] / RATE - needed - 4)), 3)
            name = f"{condition}-{number}"
            about = {"name": name, "condition": condition, "track": track["name"], "start_s": start}
            listing.append({**about, "time": time, "frequency": frequency})
            if (out / f"{name}.npy").exists():
                continue
            with tempfile.TemporaryDirectory() as scratch:
                plain, lossy = f"{scratch}/plain.wav", f"{scratch}/lossy.mp3"
                graph = f"aresample={HZ},aformat=channel_layouts=stereo,{filters},aresample={HZ},atrim=0:{SECONDS}"
                ffmpeg("-ss", str(start), "-t", str(needed), "-i", track["source"][0], "-af", graph, plain)
                if kind is not None:
                    raw = ffmpeg("-i", plain, "-ac", "1", "-ar", str(MIX_HZ), "-f", "f32le", "-")
                    mixed = mix(np.frombuffer(raw, np.float32), kind, how, part, dice)
                    mixed = (mixed / np.abs(mixed).max() * 0.9).astype(np.float32)
                    command = ["ffmpeg", "-v", "error", "-y", "-f", "f32le", "-ar", str(MIX_HZ), "-ac", "1", "-i", "-", plain]
                    subprocess.run(command, input=mixed.tobytes(), check=True)
                ffmpeg("-i", plain, "-ar", str(HZ), "-b:a", f"{kbps}k", lossy)
                np.save(out / f"{name}.npy", decode(Path(lossy)))
        (out / "clips.json").write_text(json.dumps(listing, indent=1))
        print(condition, flush=True)


if __name__ == "__main__":
    main()
