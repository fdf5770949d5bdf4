"""Trains the embedding: NT-Xent between a clean window and the same moment altered, and a track head beside it.

    python train.py DATA RUN --config small.toml [--minutes 40]

RUN gets log.jsonl (one line a hundred steps and one a check), last.pt (to go on from: run the same line again) and best.pt.
Ends when the minutes or the steps are used up, or validation has not got better for `patience` checks.
"""

import argparse
import json
import math
import time
import tomllib
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

import retrieval
from augment import LENGTH, Bank, alter, load_bank
from frontend import BANDS, FRAMES, HOP, RATE, bands, frames_at, normalise, spectrogram
from network import Network, count_multiplications

CENTRE = (FRAMES - 1) * HOP / 2
"""Reach of the misalignment that inference leaves: reference windows every 512 ms, query windows every 256 ms."""
JITTER = 0.16 * RATE
RATIOS = [round(0.97 + 0.005 * i, 3) for i in range(13)]


class Music:
    def __init__(self, folder: Path) -> None:
        self.entries = json.loads((folder / "music" / "tracks.json").read_text())
        self.pcm = [np.load(folder / "music" / f"{e['name']}.npy", mmap_mode="r") for e in self.entries]
        listing = folder / "copies" / "copies.json"
        listed = json.loads(listing.read_text()) if listing.exists() else []
        self.copies = {c["name"]: (np.load(folder / "copies" / f"{c['name']}.npy", mmap_mode="r"), c) for c in listed}
        # Clean spectrograms once: half of the analysis of every batch.
        cache = folder / "log-power.npz"
        if not cache.exists():
            logs = {str(i): self._log_power(pcm) for i, pcm in enumerate(self.pcm)}
            np.savez(cache, **logs)
        with np.load(cache) as stored:
            self.log_power = [stored[str(i)] for i in range(len(self.pcm))]
        self.colours = F.normalize(
            torch.stack([torch.from_numpy(p[::16].astype(np.float32)).mean(dim=0) for p in self.log_power]) + 2, dim=1
        )

    @staticmethod
    def _log_power(pcm: np.ndarray) -> np.ndarray:
        power = spectrogram(torch.from_numpy(pcm.astype(np.float32) / 32768))
        return torch.log(power.clamp_min(1e-6)).half().numpy()

    def clean(self, track: int, frame: int) -> torch.Tensor:
        return torch.from_numpy(self.log_power[track][frame : frame + FRAMES]).float().exp()

    def excerpt(self, track: int, first: int) -> np.ndarray:
        piece = self.pcm[track][first : first + LENGTH].astype(np.float32) / 32768
        return np.pad(piece, (0, LENGTH - len(piece)))


def windows_over(music: Music, track: int) -> torch.Tensor:
    """Six windows spread over a recording."""
    at = np.linspace(0, len(music.log_power[track]) - FRAMES, 6)
    return normalise(torch.stack([music.clean(track, int(frame)) for frame in at]))


def choose_recordings(music: Music, alike: torch.Tensor, count: int, share: float, rng: np.random.Generator) -> list[int]:
    """Some at random, some from among those most like one of them."""
    close = int(count * share)
    seed = int(rng.integers(len(music.pcm)))
    nearest = torch.topk(alike @ alike[seed], min(len(alike), 3 * close + 1)).indices.numpy()
    chosen = [seed, *rng.permutation(nearest[nearest != seed])[: close - 1].tolist()]
    rest = [int(t) for t in rng.permutation(len(music.pcm)) if t not in chosen]
    return chosen + rest[: count - len(chosen)]


def moments_of(music: Music, track: int, count: int, rng: np.random.Generator) -> tuple[int, list[int]]:
    """First sample of an excerpt and the reference frames, at least half a second apart, at which its windows begin."""
    total = len(music.pcm[track])
    first_frame = int(rng.integers(0, max(1, (total - LENGTH) // HOP)))
    # The first second only rings into what follows.
    room = np.arange(20, LENGTH // HOP - FRAMES - 8)
    slots = np.linspace(room[0], room[-1], count + 1)[:-1]
    step = slots[1] - slots[0]
    return first_frame * HOP, [first_frame + int(s + rng.uniform(0, max(0.0, step - 8))) for s in slots]


def make_batch(music: Music, bank: Bank, tracks: list[int], moments: int, rng: np.random.Generator) -> dict[str, torch.Tensor]:
    clean, altered, owner, frame_of = [], [], [], []
    for track in tracks:
        first, frames = moments_of(music, track, moments, rng)
        source, scale = None, 1.0
        copy = music.copies.get(music.entries[track]["name"])
        if copy is not None and rng.random() < 0.3:
            pcm, about = copy
            scale = 1 / about["tempo"]
            begin = about["start_s"] * RATE
            covered = len(pcm) / scale - LENGTH - 2 * RATE
            if covered > 0:
                first_frame = int((begin + rng.uniform(0, covered)) // HOP) + 1
                frames = [f - first // HOP + first_frame for f in frames]
                first = first_frame * HOP
                at = int((first - begin) * scale)
                piece = pcm[at : at + LENGTH].astype(np.float32) / 32768
                source = np.pad(piece, (0, LENGTH - len(piece)))
            else:
                scale = 1.0
        if source is None:
            source = music.excerpt(track, first)
        stranger = int(rng.integers(len(music.pcm)))
        other = music.excerpt(stranger, int(rng.integers(0, max(1, len(music.pcm[stranger]) - LENGTH))))
        sound = torch.from_numpy(alter(source, other, bank, rng).astype(np.float32))

        # What the search's grid leaves: up to 3 % in speed, sometimes in time alone.
        by_band = RATIOS[rng.integers(len(RATIOS))]
        by_time = by_band if rng.random() < 0.5 else rng.uniform(0.97, 1.03)
        kept = [f for f in frames if f + FRAMES <= len(music.log_power[track])]
        places = []
        for frame in kept:
            shift = rng.uniform(-JITTER, JITTER)
            middle = (frame * HOP - first + CENTRE + shift) * scale
            places.append(middle + (torch.arange(FRAMES, dtype=torch.float64) * HOP - CENTRE) * (scale / by_time))
            clean.append(music.clean(track, frame))
            owner.append(track)
            frame_of.append(frame)
        if places:
            altered.append(frames_at(sound, torch.stack(places)) @ bands(by_band))
    queries = normalise(torch.cat(altered))
    # Holes in time and frequency, at the window's mean.
    for query in queries:
        if rng.random() < 0.25:
            at = int(rng.integers(FRAMES))
            query[at : at + int(rng.integers(1, 6))] = 0
        if rng.random() < 0.25:
            at = int(rng.integers(BANDS))
            query[:, at : at + int(rng.integers(4, 24))] = 0
    references = normalise(torch.stack(clean))
    return {"clean": references, "altered": queries, "owner": torch.tensor(owner), "frame": torch.tensor(frame_of)}


def segment_loss(clean: torch.Tensor, altered: torch.Tensor, batch: dict[str, torch.Tensor], heat: float) -> torch.Tensor:
    """NT-Xent over both views. Moments of one recording that sound the same (a loop) are no negatives of each other."""
    n = len(clean)
    both = torch.cat([clean, altered])
    logits = both @ both.T / heat
    flat = F.normalize(batch["clean"].flatten(1), dim=1)
    same = (batch["owner"][:, None] == batch["owner"][None]) & (flat @ flat.T > 0.9)
    same.fill_diagonal_(False)
    barred = same.repeat(2, 2) | torch.eye(2 * n, dtype=torch.bool)
    target = torch.arange(2 * n).roll(n)
    return F.cross_entropy(logits.masked_fill(barred, -1e9), target)


def track_loss(clean: torch.Tensor, altered: torch.Tensor, owner: torch.Tensor, heat: float) -> torch.Tensor:
    """The altered window against the clean ones: any other moment of its recording is right, other recordings are wrong."""
    logits = altered @ clean.T / heat
    mine = owner[:, None] == owner[None]
    moment = torch.eye(len(owner), dtype=torch.bool)
    logits = logits.masked_fill(moment, -1e9)
    right = mine & ~moment
    # Each right answer against all wrong ones, as NT-Xent has it, then the mean.
    wrong = torch.logsumexp(logits.masked_fill(mine, -1e9), dim=1, keepdim=True)
    each = F.softplus(wrong - logits)
    return (each * right).sum() / right.sum().clamp_min(1)


def learning_rate(settings: dict, step: int, elapsed: float, minutes: float) -> float:
    """Warm-up, then a cosine over whichever of steps and minutes ends first."""
    done = min(1.0, max(step / settings["steps"], elapsed / 60 / minutes))
    warm = min(1, (step + 1) / settings["warmUpSteps"])
    return settings["learningRate"] * warm * (0.01 + 0.99 * (1 + math.cos(math.pi * done)) / 2)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("data", type=Path)
    options.add_argument("run", type=Path)
    options.add_argument("--config", type=Path, default=Path(__file__).parent / "small.toml")
    options.add_argument("--minutes", type=float, help="instead of the configuration's")
    given = options.parse_args()
    config = tomllib.loads(given.config.read_text())
    settings, checks = config["training"], config["checks"]
    minutes = given.minutes or settings["minutes"]
    given.run.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(settings["threads"])
    torch.manual_seed(config["seed"])

    music = Music(given.data / "train")
    bank = load_bank(given.data / "train", config["seed"])
    validation = retrieval.load(given.data / "validation", each=16)
    network = Network(config["network"]).to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(network.parameters(), settings["learningRate"], weight_decay=settings["weightDecay"])
    size = sum(p.numel() for p in network.parameters())
    hours = sum(len(p) for p in music.pcm) / RATE / 3600
    cost = count_multiplications(network) / 1e6
    print(f"{size} parameters, {cost:.1f} M multiplications a window, {len(music.pcm)} recordings, {hours:.1f} h")

    step, elapsed, best, since = 0, 0.0, -1.0, 0
    alike = music.colours
    last = given.run / "last.pt"
    if last.exists():
        state = torch.load(last, weights_only=False)
        network.load_state_dict(state["network"])
        optimiser.load_state_dict(state["optimiser"])
        step, elapsed, alike = (state[k] for k in ["step", "elapsed", "alike"])
        # Scores on other clips do not compare.
        best, since = (state["best"], state["since"]) if state["clips"] == len(validation.clips) else (-1.0, 0)

    log = (given.run / "log.jsonl").open("a")
    began = time.monotonic() - elapsed
    losses: list[tuple[float, float]] = []
    while step < settings["steps"] and elapsed < minutes * 60 and since < checks["patience"]:
        # A generator a step: going on after a stop continues with the very batches that would have come.
        rng = np.random.default_rng([config["seed"], step])
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(settings, step, elapsed, minutes)
        tracks = choose_recordings(music, alike, settings["recordings"], settings["neighbours"], rng)
        batch = make_batch(music, bank, tracks, settings["moments"], rng)
        joined = torch.cat([batch["clean"], batch["altered"]])
        segment, track = network(joined)
        n = len(batch["owner"])
        by_segment = segment_loss(segment[:n], segment[n:], batch, settings["temperature"])
        by_track = track_loss(track[:n], track[n:], batch["owner"], settings["trackTemperature"])
        optimiser.zero_grad()
        (by_segment + settings["trackWeight"] * by_track).backward()
        optimiser.step()
        losses.append((by_segment.item(), by_track.item()))
        step += 1
        elapsed = time.monotonic() - began

        if step % 100 == 0:
            means = [sum(x) / len(losses) for x in zip(*losses, strict=True)]
            losses = []
            by_head = {"segmentLoss": round(means[0], 4), "trackLoss": round(means[1], 4)}
            line = {"step": step, "minutes": round(elapsed / 60, 2), **by_head}
            log.write(json.dumps(line) + "\n")
            log.flush()
            print(line, flush=True)
        if step % checks["everySteps"] == 0 or elapsed >= minutes * 60 or step == settings["steps"]:
            outcomes = retrieval.check(network, validation)
            windows = sum(o.windows for o in outcomes) / len(outcomes)
            clips = sum(o.clip for o in outcomes) / len(outcomes)
            # Both: clips are what counts, windows still move when the clips are all found.
            score = (windows + clips) / 2
            since = 0 if score > best else since + 1
            table = {name: [round(w, 3), round(c, 3)] for name, (_, w, c) in retrieval.by_condition(outcomes).items()}
            by_clip = {"windowTop1": round(windows, 4), "clipTop1": round(clips, 4)}
            line = {"step": step, "minutes": round(elapsed / 60, 2), **by_clip}
            log.write(json.dumps({**line, "conditions": table}) + "\n")
            log.flush()
            print(line, flush=True)
            if score > best:
                best = score
                torch.save({"network": network.state_dict(), "config": config, **line}, given.run / "best.pt")
            with torch.no_grad():
                network.eval()
                means = [network(windows_over(music, track))[1].mean(dim=0) for track in range(len(music.pcm))]
                alike = F.normalize(torch.stack(means), dim=1)
                network.train()
            state = {"network": network.state_dict(), "optimiser": optimiser.state_dict(), "alike": alike}
            place = {"step": step, "elapsed": elapsed, "best": best, "since": since, "clips": len(validation.clips)}
            torch.save({**state, **place}, last)


if __name__ == "__main__":
    main()
