// Written by evaluation/lookalikes/fit.ts: do not edit.
//
// 1268 candidates of 1268 sounds. Each family left out once:
//   both cues        of 745 wrong places 1 pass 0.95, of 523 right ones 275; calibration error 0.153
//   peaks alone      of 745 wrong places 7 pass 0.95, of 523 right ones 262; calibration error 0.136
// Fitted on all:
//   both cues        of 745 wrong places 0 pass 0.95, of 523 right ones 307; calibration error 0.027
//   peaks alone      of 745 wrong places 0 pass 0.95, of 523 right ones 288; calibration error 0.025

import type { LookalikeModel } from './lookalikes.ts';

export const withVectors: LookalikeModel = {
  intercept: -4.227,
  ramps: [
    {
      trait: 'peakBits',
      knots: [-28.93, -22.05, -6.09, 31.46, 104.3, 248.2, 507.5],
      steps: [0.1258, 0, 0, 0, 0, 0.8527],
    },
    {
      trait: 'overPlaces',
      knots: [-1.825, -0.2329, 0.5546, 1.825, 3.461, 7.611, 23.53],
      steps: [0, 0, 0, 0, 2.095, 0.6436],
    },
    {
      trait: 'overPitches',
      knots: [0.8439, 2.671, 4.046, 6.734, 12.3, 20.64, 35.92],
      steps: [0, 0, 1.72, 0, 1.622, 1.552],
    },
    {
      trait: 'met',
      knots: [0.04314, 0.08333, 0.1247, 0.2029, 0.3564, 0.6102, 0.6826],
      steps: [0, 0, 0, 0, 0, 0.08139],
    },
    { trait: 'near', knots: [0.1071, 0.1944, 0.2703, 0.5102, 0.7794, 0.9133, 0.9919], steps: [0, 0, 0, 0, 0, 0] },
    {
      trait: 'alike',
      knots: [-0.01508, 0.07234, 0.2198, 0.4431, 0.7929, 0.9821, 0.9991],
      steps: [0.6766, 1.037, 0, 0, 0.3375, 2.458],
    },
    {
      trait: 'margin',
      knots: [-0.1379, -0.0402, 0.01653, 0.1223, 0.3538, 0.593, 0.7822],
      steps: [0, 0, 0, 0, 2.059, 0.8554],
    },
  ],
};

export const withoutVectors: LookalikeModel = {
  intercept: -3.491,
  ramps: [
    {
      trait: 'peakBits',
      knots: [-28.93, -22.05, -6.09, 31.46, 104.3, 248.2, 507.5],
      steps: [0.3938, 0.4308, 0, 0, 0.2523, 0.8228],
    },
    {
      trait: 'overPlaces',
      knots: [-1.825, -0.2329, 0.5546, 1.825, 3.461, 7.611, 23.53],
      steps: [0, 0, 0, 0.3423, 2.366, 0.7889],
    },
    {
      trait: 'overPitches',
      knots: [0.8439, 2.671, 4.046, 6.734, 12.3, 20.64, 35.92],
      steps: [0, 0, 2.005, 0.02125, 2.363, 1.366],
    },
    { trait: 'met', knots: [0.04314, 0.08333, 0.1247, 0.2029, 0.3564, 0.6102, 0.6826], steps: [0, 0, 0, 0, 0, 1.134] },
    { trait: 'near', knots: [0.1071, 0.1944, 0.2703, 0.5102, 0.7794, 0.9133, 0.9919], steps: [0, 0, 0, 0, 0, 1.102] },
  ],
};
