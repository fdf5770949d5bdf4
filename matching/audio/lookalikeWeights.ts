// Written by evaluation/lookalikes/fit.ts: do not edit.
//
// 1525 candidates, of tuning hybrid 153, tuning loop 168, tuning drums 172, tuning real 76, tuning stems 74, tuning groove 150, tuning melody 29, tuning drone 161, validation music 432, further music 110.
// Groups and tracks left out:
//   both cues    of 669 wrong places 4 pass 0.95, of 852 right ones 741; calibration error 0.022
//   peaks alone  of 673 wrong places 5 pass 0.95, of 852 right ones 697; calibration error 0.027
// Fitted on all:
//   both cues    of 669 wrong places 0 pass 0.95, of 852 right ones 744; calibration error 0.010
//   peaks alone  of 673 wrong places 0 pass 0.95, of 852 right ones 694; calibration error 0.015

import type { LookalikeModel } from './lookalikes.ts';

export const withVectors: LookalikeModel = {
  intercept: -7.218,
  ramps: [
    { trait: 'peakBits', knots: [4.815, 25.92, 55.59, 128.6, 248.6, 373.1, 507.5], steps: [0, 0, 0, 0.8929, 0, 0] },
    {
      trait: 'overPlaces',
      knots: [-0.5965, 0.722, 2.065, 3.872, 7.326, 13.17, 40.71],
      steps: [0, 0, 1.719, 0, 0.0935, 0.5952],
    },
    {
      trait: 'overPitches',
      knots: [2.556, 5.646, 8.521, 13.27, 20.82, 26.96, 47.32],
      steps: [0, 0, 0, 1.273, 0.7091, 0.5796],
    },
    { trait: 'near', knots: [0.2143, 0.4615, 0.6667, 0.8, 0.9023, 0.9671, 0.9937], steps: [0, 0, 0, 0, 0, 0] },
    {
      trait: 'hidden',
      knots: [0.1743, 0.8616, 1.216, 1.75, 2.368, 3.351, 7.518],
      steps: [0, 0.008372, 1.292, 0, 0.9162, 0.8043],
    },
    { trait: 'there', knots: [0.7231, 0.88, 0.9506, 1], steps: [0.2283, 0.8166, 0.9574] },
    { trait: 'usual', knots: [0, 1, 2, 3], steps: [0, 1.223, 1.383] },
    {
      trait: 'alike',
      knots: [0.09003, 0.405, 0.6104, 0.8719, 0.9752, 0.9965, 0.9996],
      steps: [0, 0, 0.1914, 0.7469, 0.1722, 0.354],
    },
    {
      trait: 'least',
      knots: [-0.1552, 0.06758, 0.3523, 0.7589, 0.9529, 0.988, 0.9942],
      steps: [0, 0, 1.794, 0.4743, 1.668, 0.4716],
    },
    { trait: 'own', knots: [0, 0.0833, 0.3636, 0.9273, 1], steps: [0, 0, 0.3754, 0.3557] },
    {
      trait: 'lead',
      knots: [0, 0.0167, 0.2234, 1.027, 3.413, 6.994, 15.86],
      steps: [0, 0, 0.3502, 2.464, 0.5499, 0.08065],
    },
  ],
};

export const withoutVectors: LookalikeModel = {
  intercept: -8.021,
  ramps: [
    {
      trait: 'peakBits',
      knots: [4.815, 25.83, 55.56, 127.6, 248.2, 373.1, 507.5],
      steps: [0, 0, 0.2519, 1.48, 0.8, 0],
    },
    {
      trait: 'overPlaces',
      knots: [-0.6082, 0.7082, 2.048, 3.861, 7.3, 13.17, 40.71],
      steps: [0, 0, 2.472, 0.5635, 0.3521, 0.175],
    },
    {
      trait: 'overPitches',
      knots: [2.556, 5.585, 8.482, 13.24, 20.82, 26.96, 47.32],
      steps: [0.2509, 0, 0.6346, 2.262, 0.7857, 0.3545],
    },
    {
      trait: 'near',
      knots: [0.2143, 0.4615, 0.6667, 0.8, 0.9023, 0.9671, 0.9937],
      steps: [0, 0, 0.3474, 0, 0.7651, 0.7979],
    },
    {
      trait: 'hidden',
      knots: [0.1743, 0.8516, 1.213, 1.745, 2.367, 3.351, 7.518],
      steps: [0, 0, 1.087, 0, 0.964, 1.194],
    },
    { trait: 'there', knots: [0.7231, 0.8791, 0.9504, 1], steps: [0.9939, 0.6069, 2.758] },
    { trait: 'usual', knots: [0, 1, 2, 3], steps: [0, 1.058, 1.136] },
  ],
};
