// Every endpoint, in the order of the description.

import type { Endpoint } from '../endpoint.ts';
import { getBatch, startBatch, startBatchOfLines, steering } from './batches.ts';
import { findRecordings, getDelivery, getRecording, listDeliveries } from './catalogue.ts';
import { exportSounds, followChanges, uploadAudio, whoAmI } from './following.ts';
import {
  decideSound,
  getGroup,
  listGroupsPage,
  mergeGroups,
  prereleaseSound,
  retrySound,
  splitGroup,
} from './people.ts';
import { getEvidence, getExplanation, getSound, listSoundsPage, submitSounds } from './sounds.ts';

export const endpoints: readonly Endpoint[] = [
  whoAmI,
  submitSounds,
  listSoundsPage,
  getSound,
  getEvidence,
  getExplanation,
  decideSound,
  retrySound,
  prereleaseSound,
  uploadAudio,
  listGroupsPage,
  getGroup,
  splitGroup,
  mergeGroups,
  findRecordings,
  getRecording,
  listDeliveries,
  getDelivery,
  startBatch,
  startBatchOfLines,
  getBatch,
  ...steering,
  followChanges,
  exportSounds,
];
