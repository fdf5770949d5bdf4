"""Measures a trained network on the validation packages and prints the model card's tables.

    python evaluate.py DATA RUN [--grid 6] [--out FILE.md]

Under the right hypothesis (what the network does) for the network and for chroma on the same spectrograms; with --grid N, also
N clips of each alteration with nothing known, over the whole grid of hypotheses. Intervals are 95 %,
by bootstrap over recordings, because clips of one recording stand or fall together.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import torch

import retrieval
from network import Network


def interval(outcomes: list[retrieval.Outcome], rng: np.random.Generator) -> tuple[float, float]:
    tracks = sorted({o.track for o in outcomes})
    of = {t: [o.clip for o in outcomes if o.track == t] for t in tracks}
    rates = []
    for _ in range(2000):
        drawn = [hit for t in rng.choice(tracks, len(tracks)) for hit in of[t]]
        rates.append(sum(drawn) / len(drawn))
    low, high = np.percentile(rates, [2.5, 97.5])
    return float(low), float(high)


def unknown_speed(part: Path, network: Network, validation: retrieval.Validation, each: int) -> list[str]:
    network.eval()
    vectors = retrieval.embed(network, validation.windows)
    found: dict[str, list[bool]] = {}
    for clip in validation.clips:
        hits = found.setdefault(clip.condition, [])
        if len(hits) < each:
            pcm = torch.from_numpy(np.load(part / "clips" / f"{clip.name}.npy").astype(np.float32) / 32768)
            hits.append(retrieval.search_grid(network, vectors, validation.owner, pcm) == clip.track)
    right, count = sum(map(sum, found.values())), sum(map(len, found.values()))
    misses = ", ".join(f"{name} {sum(hits)}/{len(hits)}" for name, hits in found.items() if not all(hits))
    return [f"Nothing known, {len(retrieval.grid())} hypotheses: {right} of {count}; missed among: {misses or 'none'}."]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("data", type=Path)
    options.add_argument("run", type=Path)
    options.add_argument("--grid", type=int, default=0)
    options.add_argument("--out", type=Path)
    given = options.parse_args()
    torch.set_num_threads(1)
    best = torch.load(given.run / "best.pt", weights_only=False)
    network = Network(best["config"]["network"])
    network.load_state_dict(best["network"])

    validation = retrieval.load(given.data / "validation")
    began = time.process_time()
    found = retrieval.check(network, validation)
    seconds = time.process_time() - began
    vectors = torch.cat([retrieval.chroma_of(piece) for piece in validation.windows.split(512)])
    chroma = retrieval.measure(vectors, validation, [retrieval.chroma_of(c.windows) for c in validation.clips])

    rng = np.random.default_rng(1)
    hours = len(validation.windows) * retrieval.REFERENCE_EVERY * 512 / 8000 / 3600
    lines = [
        f"{len(validation.tracks)} recordings, {hours:.1f} h, {len(validation.windows)} reference windows, {len(found)} clips of 10 s; "
        f"step {best['step']}, {seconds:.0f} CPU-s.",
        "",
        "| alteration | clips | chroma, clip | network, clip | 95 % | chroma, window | network, window |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    tables = {name: (retrieval.by_condition(found)[name], retrieval.by_condition(chroma)[name]) for name in retrieval.by_condition(found)}
    for name, ((count, windows, clips), (_, base_windows, base_clips)) in tables.items():
        low, high = interval([o for o in found if o.condition == name], rng)
        lines.append(
            f"| {name} | {count} | {100 * base_clips:.1f} | {100 * clips:.1f} | {100 * low:.1f}–{100 * high:.1f} | "
            f"{100 * base_windows:.0f} | {100 * windows:.0f} |"
        )
    low, high = interval(found, rng)
    share = lambda outcomes, pick: 100 * sum(pick(o) for o in outcomes) / len(outcomes)  # noqa: E731
    lines.append(
        f"| all | {len(found)} | {share(chroma, lambda o: o.clip):.1f} | {share(found, lambda o: o.clip):.1f} | "
        f"{100 * low:.1f}–{100 * high:.1f} | {share(chroma, lambda o: o.windows):.0f} | {share(found, lambda o: o.windows):.0f} |"
    )
    if given.grid > 0:
        lines += ["", *unknown_speed(given.data / "validation", network, validation, given.grid)]
    text = "\n".join(lines) + "\n"
    print(text)
    if given.out is not None:
        given.out.write_text(text)


if __name__ == "__main__":
    main()
