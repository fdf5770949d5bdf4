// Synthetic signals for the audio tests: seeded, so that a failure can be repeated.

/** mulberry32 */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A piece made of decaying notes with overtones at random times: no two seeds share a tune. */
export function tune(seed: number, seconds: number, sampleRateHz = 8000): Float32Array {
  const random = seeded(seed);
  const pcm = new Float32Array(Math.round(seconds * sampleRateHz));
  const notes = Math.round(seconds * 6);
  for (let n = 0; n < notes; n++) {
    const from = Math.floor(random() * pcm.length);
    const pitchHz = 130 * 2 ** (Math.floor(random() * 36) / 12);
    const length = Math.min(pcm.length - from, Math.round((0.2 + random() * 0.8) * sampleRateHz));
    for (let overtone = 1; overtone <= 4; overtone++) {
      const amplitude = (0.15 / overtone) * (0.5 + random());
      const step = (2 * Math.PI * pitchHz * overtone) / sampleRateHz;
      if (pitchHz * overtone > 3600) break;
      for (let i = 0; i < length; i++) {
        const envelope = Math.min(1, i / 80) * Math.exp((-3 * i) / length);
        pcm[from + i]! += amplitude * envelope * Math.sin(step * i);
      }
    }
  }
  return pcm;
}

export function noise(seed: number, seconds: number, sampleRateHz = 8000): Float32Array {
  const random = seeded(seed);
  return Float32Array.from({ length: Math.round(seconds * sampleRateHz) }, () => random() - 0.5);
}

/** 16-bit PCM WAV of any channels. */
export function wav(channels: readonly Float32Array[], sampleRateHz: number): Buffer {
  const frames = channels[0]!.length;
  const bytes = frames * channels.length * 2;
  const file = Buffer.alloc(44 + bytes);
  file.write('RIFF', 0);
  file.writeUInt32LE(36 + bytes, 4);
  file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(channels.length, 22);
  file.writeUInt32LE(sampleRateHz, 24);
  file.writeUInt32LE(sampleRateHz * channels.length * 2, 28);
  file.writeUInt16LE(channels.length * 2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36);
  file.writeUInt32LE(bytes, 40);
  for (let i = 0; i < frames; i++) {
    channels.forEach((channel, c) => {
      const value = Math.max(-1, Math.min(1, channel[i]!));
      file.writeInt16LE(Math.round(value * 32767), 44 + (i * channels.length + c) * 2);
    });
  }
  return file;
}
