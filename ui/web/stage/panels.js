// What a scene can hold, by the names that scenes use.

import { costPanel } from "../panels/cost.js";
import { curvesPanel } from "../panels/curve.js";
import { depthPanel } from "../panels/depth.js";
import { factorsPanel } from "../panels/factors.js";
import { fitPanel } from "../panels/fit.js";
import { linesPanel } from "../panels/lines.js";
import { mapPanel } from "../panels/map.js";
import { meanPanel } from "../panels/mean.js";
import { networkPanel } from "../panels/network.js";
import { neuronsPanel } from "../panels/neurons.js";
import { nudgePanel } from "../panels/nudge.js";
import { pathsPanel } from "../panels/paths.js";
import { planePanel } from "../panels/plane.js";
import { playerPanel } from "../panels/player.js";
import { racePanel } from "../panels/race.js";
import { ratePanel } from "../panels/rate.js";
import { slicesPanel } from "../panels/slices.js";
import { slidersPanel } from "../panels/sliders.js";
import { textPanel } from "../panels/text.js";
import { trainPanel } from "../panels/train.js";
import { surfacePanel } from "../panels/surface.js";
import { wavePanel } from "../panels/wave.js";
import { wordsPanel } from "../panels/words.js";

/** @import { Panel } from "./types.js" */
/** @import { Stage } from "./stage.js" */

/** @type {Record<string, (stage: Stage, place: HTMLElement) => Panel>} */
export const PANELS = {
  network: networkPanel,
  lines: linesPanel,
  factors: factorsPanel,
  wave: wavePanel,
  nudge: nudgePanel,
  curves: curvesPanel,
  map: mapPanel,
  mean: meanPanel,
  cost: costPanel,
  depth: depthPanel,
  fit: fitPanel,
  race: racePanel,
  rate: ratePanel,
  slices: slicesPanel,
  surface: surfacePanel,
  player: playerPanel,
  sliders: slidersPanel,
  text: textPanel,
  words: wordsPanel,
  neurons: neuronsPanel,
  plane: planePanel,
  paths: pathsPanel,
  train: trainPanel,
};
