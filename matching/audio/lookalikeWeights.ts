// Written by evaluation/lookalikes/fit.ts: do not edit.
//
// 954 candidates of 954 sounds. Those left out:
//   both cues        of 434 wrong places 1 pass 0.95, of 520 right ones 369; calibration error 0.048
//   peaks alone      of 434 wrong places 1 pass 0.95, of 520 right ones 320; calibration error 0.034
// Fitted on all:
//   both cues        of 434 wrong places 0 pass 0.95, of 520 right ones 370; calibration error 0.026
//   peaks alone      of 434 wrong places 1 pass 0.95, of 520 right ones 314; calibration error 0.033

import type { LookalikeModel } from './lookalikes.ts';

export const withVectors: LookalikeModel = {
  intercept: -3.903,
  ramps: [
    { trait: 'peakBits', knots: [12.69, 27.73, 52.43, 100, 192.5, 336.2, 507.5], steps: [0, 0, 0, 0, 0.115, 0] },
    {
      trait: 'overPlaces',
      knots: [-0.4705, 0.76, 2.056, 3.487, 6.339, 11.15, 31.13],
      steps: [0, 0, 0.3914, 0.231, 0, 0.6547],
    },
    {
      trait: 'overPitches',
      knots: [2.526, 5.383, 8.116, 11.99, 17.87, 23.8, 40.56],
      steps: [0, 0.3247, 0, 0.5512, 1.377, 0.7872],
    },
    { trait: 'near', knots: [0.1833, 0.3611, 0.6182, 0.7794, 0.8866, 0.9575, 0.9932], steps: [0, 0, 0, 0, 0, 0] },
    { trait: 'usual', knots: [0, 1, 2, 3], steps: [0, 0, 1.423] },
    { trait: 'little', knots: [-0.3568, -0.2863, -0.1727, -0.09379, -0.000878, 0], steps: [0, 0, 0, 0, 0] },
    {
      trait: 'alike',
      knots: [0.089, 0.3778, 0.5736, 0.8076, 0.968, 0.9959, 0.9996],
      steps: [0, 1.083, 0.1177, 0, 0.3008, 0.7932],
    },
    {
      trait: 'least',
      knots: [-0.1605, 0.03174, 0.275, 0.6317, 0.9392, 0.987, 0.9944],
      steps: [0, 0, 0.323, 1.306, 0.7439, 0.9557],
    },
    { trait: 'own', knots: [0, 0.07143, 0.325, 0.8, 1], steps: [0, 0, 0, 0.8611] },
    {
      trait: 'lead',
      knots: [0, 0.01203, 0.1551, 0.764, 2.638, 5.741, 15.85],
      steps: [0, 0.2819, 0, 1.978, 2.381, 0.1372],
    },
  ],
};

export const withoutVectors: LookalikeModel = {
  intercept: -3.512,
  ramps: [
    { trait: 'peakBits', knots: [12.69, 27.73, 52.43, 100, 192.5, 336.2, 507.5], steps: [0, 0, 0, 0.6353, 1.009, 0] },
    {
      trait: 'overPlaces',
      knots: [-0.4705, 0.76, 2.056, 3.487, 6.339, 11.15, 31.13],
      steps: [0, 0.5003, 0.5372, 1.207, 0.1167, 1.013],
    },
    {
      trait: 'overPitches',
      knots: [2.526, 5.383, 8.116, 11.99, 17.87, 23.8, 40.56],
      steps: [0.3735, 1.167, 0, 1.444, 2.033, 0.8518],
    },
    {
      trait: 'near',
      knots: [0.1833, 0.3611, 0.6182, 0.7794, 0.8866, 0.9575, 0.9932],
      steps: [0, 0, 0, 0.04033, 0.8925, 1.23],
    },
    { trait: 'usual', knots: [0, 1, 2, 3], steps: [0, 0, 0.707] },
    { trait: 'little', knots: [-0.3568, -0.2863, -0.1727, -0.09379, -0.000878, 0], steps: [0, 0, 0, 0, 0] },
  ],
};
