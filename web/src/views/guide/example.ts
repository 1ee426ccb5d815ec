/** The network of the chapter on forward propagation: five layers, chosen so that signs differ. */

import type { Matrix } from "$lib/engine/dense";

export const INPUTS = [1, -0.5];

export const NETWORK: readonly Matrix[] = [
  [
    [0.8, -0.6, 0.4],
    [-0.5, 0.9, 1.1],
  ],
  [
    [0.7, -1.2, 0.3],
    [0.6, 0.5, -0.8],
    [-0.9, 0.4, 1],
  ],
  [
    [1.1, -0.7, 0.5],
    [-0.4, 0.9, 0.8],
    [0.6, -0.3, -1],
  ],
  [
    [0.9, -0.8],
    [-1.1, 0.5],
    [0.4, 0.7],
  ],
];
