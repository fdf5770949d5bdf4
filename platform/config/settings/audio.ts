// What audio may be fetched and decoded, and by which network it is heard.

import { setting } from '../setting.ts';

export const audio = {
  audioRoots: setting({
    variable: 'FERMATA_AUDIO_ROOTS',
    meaning: 'folders, separated by ":", whose audio may be read besides the folder of the submitted file',
    schema: (of, base) => of.pathList(base),
    default: [],
  }),
  audioHosts: setting({
    variable: 'FERMATA_AUDIO_HOSTS',
    meaning: 'hosts, separated by ",", from which audio may be fetched over http(s); none when unset',
    schema: (of) => of.list,
    default: [],
  }),
  audioMaxBytes: setting({
    variable: 'FERMATA_AUDIO_MAX_BYTES',
    meaning: 'largest audio file that is read or fetched',
    unit: 'bytes',
    schema: (of) => of.whole(1, 4 * 1024 ** 3),
    // 64 MiB: an hour of 128 kbit/s, or six minutes of CD-quality wav.
    default: 64 * 1024 * 1024,
  }),
  audioFetchSeconds: setting({
    variable: 'FERMATA_AUDIO_FETCH_SECONDS',
    meaning: 'longest time to fetch one audio file',
    unit: 'seconds',
    schema: (of) => of.whole(1, 3600),
    default: 30,
  }),
  audioMaxDurationSeconds: setting({
    variable: 'FERMATA_AUDIO_MAX_DURATION_SECONDS',
    meaning: 'longest audio that is looked at (the rest of a longer one is not decoded)',
    unit: 'seconds',
    schema: (of) => of.whole(1, 24 * 3600),
    default: 900,
  }),
  decoderMemoryMb: setting({
    variable: 'FERMATA_DECODER_MEMORY_MB',
    meaning: 'memory limit of the decoding process',
    unit: 'megabytes',
    schema: (of) => of.whole(64, 65_536),
    // A quarter of an hour of mp3, m4a, flac, ogg, opus or wav takes 125 to 180 MB; what another format's reader holds is its own choice.
    default: 700,
  }),
  decoderSeconds: setting({
    variable: 'FERMATA_DECODER_SECONDS',
    meaning: 'time limit of decoding one file',
    unit: 'seconds',
    schema: (of) => of.whole(1, 3600),
    default: 60,
  }),
  engine: setting({
    variable: 'FERMATA_ENGINE',
    meaning: 'program that runs the audio-embedding network: onnx (onnxruntime-node) or tensorflow (TensorFlow.js)',
    schema: (of) => of.oneOf('onnx', 'tensorflow'),
    default: 'onnx',
  }),
  weightsPath: setting({
    variable: 'FERMATA_WEIGHTS',
    meaning: 'file with fitted weights to decide with ("fermata fit" makes one)',
    unset: 'the hand weights',
    schema: (of, base) => of.path(base),
  }),
};
