// Written by evaluation/lookalikes/fit.ts: do not edit.
//
// 1024 candidates of 1024 sounds. Those left out:
//   both cues        of 436 wrong places 3 pass 0.95, of 588 right ones 495; calibration error 0.029
//   peaks alone      of 436 wrong places 3 pass 0.95, of 588 right ones 463; calibration error 0.028
// Fitted on all:
//   both cues        of 436 wrong places 0 pass 0.95, of 588 right ones 499; calibration error 0.014
//   peaks alone      of 436 wrong places 0 pass 0.95, of 588 right ones 467; calibration error 0.021

import type { LookalikeModel } from './lookalikes.ts';

export const withVectors: LookalikeModel = {
  intercept: -6.484,
  ramps: [
    { trait: 'peakBits', knots: [11.46, 30.41, 58.06, 127.6, 251.6, 374.1, 507.5], steps: [0, 0, 0, 0.781, 0, 0] },
    {
      trait: 'overPlaces',
      knots: [-0.4705, 0.9054, 2.242, 3.952, 7.173, 12.03, 38.15],
      steps: [0, 0, 1.509, 0.0336, 0.1654, 0.5302],
    },
    {
      trait: 'overPitches',
      knots: [2.616, 5.646, 8.924, 13.18, 20.54, 26.86, 47.38],
      steps: [0, 0, 0, 1.407, 0.6396, 0.5055],
    },
    { trait: 'near', knots: [0.2075, 0.4615, 0.6768, 0.8072, 0.9084, 0.9703, 0.9937], steps: [0, 0, 0, 0, 0, 0] },
    {
      trait: 'hidden',
      knots: [0.1222, 0.8251, 1.188, 1.718, 2.365, 3.294, 6.497],
      steps: [0, 0, 1.007, 0, 0.9916, 0.6325],
    },
    { trait: 'there', knots: [0.708, 0.8723, 0.9487, 1], steps: [0.3462, 0.9218, 0.7667] },
    { trait: 'usual', knots: [0, 1, 2, 3], steps: [0, 0.9475, 1.406] },
    {
      trait: 'alike',
      knots: [0.06749, 0.3945, 0.6099, 0.8787, 0.9776, 0.9968, 0.9997],
      steps: [0, 0.1411, 0, 0.2683, 0.6169, 0.3499],
    },
    {
      trait: 'least',
      knots: [-0.1598, 0.05475, 0.3509, 0.7664, 0.957, 0.9891, 0.9945],
      steps: [0, 0, 1.73, 0.6709, 1.293, 0.4045],
    },
    { trait: 'own', knots: [0, 0.09091, 0.4, 0.9535, 1], steps: [0, 0, 0.09123, 0.4808] },
    {
      trait: 'lead',
      knots: [0, 0.01866, 0.2343, 1.033, 3.4, 6.969, 16.79],
      steps: [0, 0, 0.3491, 2.382, 0.4787, 0.08025],
    },
  ],
};

export const withoutVectors: LookalikeModel = {
  intercept: -7.172,
  ramps: [
    {
      trait: 'peakBits',
      knots: [11.46, 30.41, 58.06, 127.6, 251.6, 374.1, 507.5],
      steps: [0, 0, 0.06465, 1.55, 0.3887, 0],
    },
    {
      trait: 'overPlaces',
      knots: [-0.4705, 0.9054, 2.242, 3.952, 7.173, 12.03, 38.15],
      steps: [0, 0.05081, 2.151, 0.3326, 0.4742, 0.4313],
    },
    {
      trait: 'overPitches',
      knots: [2.616, 5.646, 8.924, 13.18, 20.54, 26.86, 47.38],
      steps: [0.4382, 0, 0.2292, 2.525, 0.9263, 0.2556],
    },
    {
      trait: 'near',
      knots: [0.2075, 0.4615, 0.6768, 0.8072, 0.9084, 0.9703, 0.9937],
      steps: [0, 0, 0.2722, 0, 1.024, 0.7407],
    },
    {
      trait: 'hidden',
      knots: [0.1222, 0.8251, 1.188, 1.718, 2.365, 3.294, 6.497],
      steps: [0, 0, 0.939, 0, 1.013, 1.085],
    },
    { trait: 'there', knots: [0.708, 0.8723, 0.9487, 1], steps: [0.9088, 0.6796, 2.442] },
    { trait: 'usual', knots: [0, 1, 2, 3], steps: [0, 0.872, 1.131] },
  ],
};
