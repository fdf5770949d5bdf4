// Every witness. Their reasons stand in this order, and of two that say what the recording is in the sound the later one is believed.

import { audio } from './audio.ts';
import { notFound } from './notFound.ts';
import { otherSpeed } from './otherSpeed.ts';
import { recogniser } from './recogniser.ts';
import type { Witness } from './witness.ts';
import { words } from './words.ts';

export const witnesses: readonly Witness[] = [words, audio, otherSpeed, notFound, recogniser];
