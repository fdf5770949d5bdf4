"""How well windows and clips find their recording; used while training and for the model card.

A clip is analysed as the search would under the right hypothesis (the grid is the search's business, measured there): bands
moved by the frequency ratio, frames spread by the time ratio, windows every 4 frames against reference windows every 8.

    window  share of the clip's windows whose nearest reference window is of the right recording and within a second
    clip    share of clips whose best (recording, offset), by the sum of dot products along the diagonal, is the right one
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from frontend import FRAMES, HOP, RATE, normalise, spectrogram, windows

REFERENCE_EVERY = 8
QUERY_EVERY = 4


@dataclass
class Clip:
    name: str
    condition: str
    track: int
    start_s: float
    windows: torch.Tensor


@dataclass
class Validation:
    """`owner[m]` and `at_s[m]` say of which recording, and from which second, reference window m is."""

    windows: torch.Tensor
    owner: torch.Tensor
    at_s: torch.Tensor
    clips: list[Clip]
    tracks: list[str]


def load(part: Path, each: int | None = None) -> Validation:
    entries = json.loads((part / "music" / "tracks.json").read_text())
    names = [e["name"] for e in entries]
    pieces, owner, at = [], [], []
    for number, name in enumerate(names):
        pcm = torch.from_numpy(np.load(part / "music" / f"{name}.npy").astype(np.float32) / 32768)
        found = windows(spectrogram(pcm), REFERENCE_EVERY)
        pieces.append(normalise(found).half())
        owner += [number] * len(found)
        at += [i * REFERENCE_EVERY * HOP / RATE for i in range(len(found))]
    clips, taken = [], {}
    for about in json.loads((part / "clips" / "clips.json").read_text()):
        condition = about["condition"]
        taken[condition] = taken.get(condition, 0) + 1
        if each is not None and taken[condition] > each:
            continue
        pcm = torch.from_numpy(np.load(part / "clips" / f"{about['name']}.npy").astype(np.float32) / 32768)
        power = spectrogram(pcm, HOP / about["time"], about["frequency"])
        found = normalise(windows(power, QUERY_EVERY)).half()
        clips.append(Clip(about["name"], condition, names.index(about["track"]), about["start_s"], found))
    return Validation(torch.cat(pieces), torch.tensor(owner), torch.tensor(at), clips, names)


@torch.no_grad()
def embed(network: torch.nn.Module, found: torch.Tensor) -> torch.Tensor:
    return torch.cat([network(piece.float())[0] for piece in found.split(512)])


@dataclass
class Outcome:
    condition: str
    track: int
    windows: float
    clip: bool


def measure(vectors: torch.Tensor, validation: Validation, queries: list[torch.Tensor]) -> list[Outcome]:
    outcomes = []
    owner, at_s = validation.owner, validation.at_s
    for clip, query in zip(validation.clips, queries, strict=True):
        scores = query @ vectors.T
        nearest = scores.argmax(dim=1)
        expected = clip.start_s + torch.arange(len(query)) * (QUERY_EVERY * HOP / RATE)
        right = (owner[nearest] == clip.track) & ((at_s[nearest] - expected).abs() < 1)
        ratio = REFERENCE_EVERY // QUERY_EVERY
        reach = (len(query) - 1) // ratio
        total = torch.zeros(len(vectors) - reach)
        for i in range(len(query)):
            total += scores[i, i // ratio : i // ratio + len(total)]
        total[owner[: len(total)] != owner[reach:]] = -1e9
        outcomes.append(
            Outcome(clip.condition, clip.track, right.float().mean().item(), owner[total.argmax()].item() == clip.track)
        )
    return outcomes


def check(network: torch.nn.Module, validation: Validation) -> list[Outcome]:
    network.eval()
    vectors = embed(network, validation.windows)
    joined = embed(network, torch.cat([c.windows for c in validation.clips]))
    outcomes = measure(vectors, validation, list(joined.split([len(c.windows) for c in validation.clips])))
    network.train()
    return outcomes


def grid() -> list[tuple[float, float]]:
    """(time, frequency) that the search walks through: speeds in 2.8 % steps, tempo alone in 4.5 %, pitch alone in 0.375 semitones."""
    speeds = [(1.028**k, 1.028**k) for k in range(-15, 18)]
    tempos = [(1.045**k, 1.0) for k in range(-8, 9) if k != 0]
    pitches = [(1.0, 2 ** (0.375 * k / 12)) for k in range(-14, 15) if k != 0]
    return speeds + tempos + pitches


@torch.no_grad()
def search_grid(network: torch.nn.Module, vectors: torch.Tensor, owner: torch.Tensor, pcm: torch.Tensor) -> int:
    """The recording that scores best under any hypothesis of the grid; a window every 8 frames, as the references have them."""
    best, answer = -1e9, -1
    for time, frequency in grid():
        power = spectrogram(pcm, HOP / time, round(frequency, 4))
        query = network(normalise(windows(power, REFERENCE_EVERY)))[0]
        scores = query @ vectors.T
        reach = len(query) - 1
        total = torch.zeros(len(vectors) - reach)
        for i in range(len(query)):
            total += scores[i, i : i + len(total)]
        total[owner[: len(total)] != owner[reach:]] = -1e9
        place = int(total.argmax())
        if total[place].item() / len(query) > best:
            best, answer = total[place].item() / len(query), int(owner[place])
    return answer


def chroma_of(found: torch.Tensor) -> torch.Tensor:
    """The baseline: twelve pitch classes a frame, frames in threes, each unit length; the same search."""
    folded = found.float().view(len(found), FRAMES, -1, 24).mean(dim=2)
    classes = folded[..., 0::2] + folded[..., 1::2]
    classes = classes[:, : FRAMES // 4 * 4].reshape(len(found), FRAMES // 4, 4, 12).mean(dim=2)
    classes = classes - classes.mean(dim=-1, keepdim=True)
    return torch.nn.functional.normalize(classes.flatten(1), dim=1)


def by_condition(outcomes: list[Outcome]) -> dict[str, tuple[int, float, float]]:
    """condition: (clips, window share, clip share), in the order of the list."""
    table: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        table.setdefault(outcome.condition, []).append(outcome)
    return {
        name: (len(of), sum(o.windows for o in of) / len(of), sum(o.clip for o in of) / len(of)) for name, of in table.items()
    }
