// Written by evaluation/lookalikes/fit.ts: do not edit.
//
// 1525 candidates, of tuning hybrid 153, tuning loop 168, tuning drums 172, tuning real 76, tuning stems 74, tuning groove 150, tuning melody 29, tuning drone 161, validation music 432, further music 110.
// On groups and tracks that were left out, 0.95 and more is said of
//   with both cues       0 of 669 wrong places and of 722 of 852 right ones; calibration error 0.015
//   with the peaks alone 1 of 673 wrong places and of 662 of 852 right ones; calibration error 0.022

import type { LookalikeModel } from './lookalikes.ts';

export const withVectors: LookalikeModel = {
  intercept: -6.654,
  ramps: [
    {
      trait: 'peakBits',
      knots: [4.815, 25.92, 55.59, 128.6, 248.6, 373.1, 507.5],
      steps: [0, 0, 0, 0.6943, 0.1339, 0],
    },
    {
      trait: 'overPlaces',
      knots: [-0.5965, 0.722, 2.065, 3.872, 7.326, 13.17, 40.71],
      steps: [0, 0, 1.335, 0.2138, 0.2342, 0.2187],
    },
    {
      trait: 'overPitches',
      knots: [2.556, 5.646, 8.521, 13.27, 20.82, 26.96, 47.32],
      steps: [0, 0, 0, 1.097, 0.5183, 0.2375],
    },
    {
      trait: 'near',
      knots: [0.2143, 0.4615, 0.6667, 0.8, 0.9023, 0.9671, 0.9937],
      steps: [0, 0, 0, 0, 0.07212, 0.03272],
    },
    {
      trait: 'hidden',
      knots: [0.1743, 0.8616, 1.216, 1.75, 2.368, 3.351, 7.518],
      steps: [0, 0.2102, 0.9746, 0.2336, 0.63, 0.2526],
    },
    { trait: 'there', knots: [0.7231, 0.88, 0.9506, 1], steps: [0.2168, 0.6489, 0.8418] },
    { trait: 'usual', knots: [0, 1, 2, 3], steps: [0, 1.056, 1.169] },
    {
      trait: 'alike',
      knots: [0.09003, 0.405, 0.6104, 0.8719, 0.9752, 0.9965, 0.9996],
      steps: [0, 0.06002, 0.537, 0.6252, 0.4132, 0.1556],
    },
    {
      trait: 'least',
      knots: [-0.1552, 0.06758, 0.3523, 0.7589, 0.9529, 0.988, 0.9942],
      steps: [0, 0, 1.222, 0.6213, 0.6969, 0.2049],
    },
    { trait: 'own', knots: [0, 0.0833, 0.3636, 0.9273, 1], steps: [0, 0.05744, 0.5025, 0.4799] },
    {
      trait: 'lead',
      knots: [0, 0.0167, 0.2234, 1.027, 3.413, 6.994, 15.86],
      steps: [0, 0, 0.4755, 1.291, 0.2981, 0.05272],
    },
  ],
};

export const withoutVectors: LookalikeModel = {
  intercept: -7.256,
  ramps: [
    {
      trait: 'peakBits',
      knots: [4.815, 25.83, 55.56, 127.6, 248.2, 373.1, 507.5],
      steps: [0, 0, 0.3572, 1.104, 0.6146, 0.08176],
    },
    {
      trait: 'overPlaces',
      knots: [-0.6082, 0.7082, 2.048, 3.861, 7.3, 13.17, 40.71],
      steps: [0, 0.1913, 1.9, 0.7128, 0.3217, 0.1056],
    },
    {
      trait: 'overPitches',
      knots: [2.556, 5.585, 8.482, 13.24, 20.82, 26.96, 47.32],
      steps: [0.2453, 0.1327, 0.7306, 1.688, 0.5773, 0.1454],
    },
    {
      trait: 'near',
      knots: [0.2143, 0.4615, 0.6667, 0.8, 0.9023, 0.9671, 0.9937],
      steps: [0, 0, 0.3242, 0.01925, 0.7205, 0.4447],
    },
    {
      trait: 'hidden',
      knots: [0.1743, 0.8516, 1.213, 1.745, 2.367, 3.351, 7.518],
      steps: [0, 0.0376, 0.9949, 0.05149, 0.7831, 0.3566],
    },
    { trait: 'there', knots: [0.7231, 0.8791, 0.9504, 1], steps: [0.5777, 0.8694, 2.185] },
    { trait: 'usual', knots: [0, 1, 2, 3], steps: [0.02143, 0.9269, 0.9158] },
  ],
};
