// What tests read of a stage, and what its successor takes over.

import { createEvaluator } from "../maths/evaluate.js";
import { formatNumber } from "../maths/format.js";

/** @import { Stage } from "./stage.js" */

/**
 * The same numbers that are drawn, at any inputs, and the time that a frame took. And `leave`, for
 * the next version of this module, if the app is renewed while a learner works.
 * @param {Stage} stage
 */
export function expose(stage) {
  Object.assign(stage.root, {
    chainRule: {
      /** @param {Record<string, number>} values */
      evaluate(values) {
        const evaluator = createEvaluator(stage.graph);
        evaluator.run(values);
        const { output, nodes, edges } = stage.graph;
        return {
          nodes: Object.fromEntries(nodes.map((n, i) => [n.name, evaluator.values[i]])),
          factors: Object.fromEntries(edges.map((e, i) => [e.name, evaluator.factors[i]])),
          derivatives: Object.fromEntries(
            nodes.map((n, i) => [`d${output}/d${n.name}`, evaluator.derivatives[i]]),
          ),
        };
      },
      format: formatNumber,
      /** @returns {number} milliseconds of script in the last frame */
      get frameTime() {
        return stage.spent;
      },
      /** @returns {{parameters: Record<string, number[]>, cost: number[]} | null} as drawn */
      get path() {
        const path = stage.path;
        if (!path || stage.stale) return null;
        const parameters = Object.fromEntries(
          Object.entries(path.parameters).map(([name, along]) => [name, [...along]]),
        );
        return { parameters, cost: [...path.cost] };
      },
      /** @returns {boolean} whether a change still waits for Python */
      get waiting() {
        return stage.committer.waiting() !== null;
      },
      /** @returns {Record<string, number> | null} what Python has not heard yet */
      leave() {
        const unheard = stage.unheard();
        stage.destroy();
        return unheard;
      },
    },
  });
}
