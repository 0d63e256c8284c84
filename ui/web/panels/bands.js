// The colours of the cost, on the map and on the surface.

export const BANDS = 16;

/** Viridis at nine even places, dark for low cost. */
const VIRIDIS = [
  [68, 1, 84],
  [71, 44, 122],
  [59, 81, 139],
  [44, 113, 142],
  [33, 144, 141],
  [39, 173, 129],
  [92, 200, 99],
  [170, 220, 50],
  [253, 231, 37],
];

/**
 * The colour of each band.
 * @returns {number[][]}
 */
export function bandColors() {
  return Array.from({ length: BANDS }, (_, band) => {
    const at = (band / (BANDS - 1)) * (VIRIDIS.length - 1);
    const i = Math.min(VIRIDIS.length - 2, Math.floor(at));
    return VIRIDIS[i].map((low, c) => Math.round(low + (VIRIDIS[i + 1][c] - low) * (at - i)));
  });
}
