// What Python hands over, and what the fragments of the stage hand each other.

/** @import { ChartData } from "../charts/library.js" */

/**
 * A formula as data: a number, a node's name, or an operation followed by its arguments.
 * @typedef {number | string | null | Array<any>} Tree
 */
/**
 * `label` is the symbol's letter and its subscript, `math` the symbol as MathML and `formula`
 * what the node equals, on one line; `value` is the tree that gives its number, null for an input.
 * @typedef {object} GraphNode
 * @property {string} name
 * @property {"signal" | "parameter" | "target" | "cost"} kind
 * @property {string[]} parents
 * @property {[string, string]} label
 * @property {string} math
 * @property {string} formula
 * @property {Tree} value
 * @property {[string, Tree][] | null} [pulls] a child and its slope, where reverse mode takes others
 *   than the edges
 */
/**
 * @typedef {object} GraphEdge
 * @property {string} name such as `dz2/da1`
 * @property {string} child
 * @property {string} parent
 * @property {string} math the local derivative as MathML
 * @property {string} formula the same on one line
 * @property {Tree} derivative
 */
/**
 * Two factors that follow each other on a path and cancel: reverse mode takes them as one.
 * @typedef {object} Cancelled
 * @property {[string, string]} factors
 * @property {string} child
 * @property {string} parent
 * @property {string} math what they are together
 * @property {string} formula the same on one line
 * @property {Tree} derivative
 */
/**
 * @typedef {object} Graph
 * @property {string[]} inputs
 * @property {string} output
 * @property {GraphNode[]} nodes
 * @property {GraphEdge[]} edges
 * @property {Cancelled[]} cancelled
 */
/**
 * What of a graph its numbers are computed from.
 * @typedef {object} Computed
 * @property {string[]} inputs
 * @property {string} output
 * @property {Pick<GraphNode, "name" | "value" | "pulls">[]} nodes
 * @property {Pick<GraphEdge, "name" | "child" | "parent" | "derivative">[]} edges
 */
/** @typedef {{name: string, label: string, minimum: number, maximum: number, step: number}} Control */
/** @typedef {Record<string, string>} Palette */
/** @typedef {{value: number, label: string, sentence: string}} Mark */
/**
 * What core.descent.Recipe.to_json says; `order` holds the samples that the steps see, batch by batch.
 * @typedef {object} Recipe
 * @property {string[]} train
 * @property {[string, Tree][]} lines
 * @property {Tree[]} results the cost, and its derivatives by `train`
 * @property {Rule} rule
 * @property {number} steps
 * @property {number | null} tolerance
 * @property {number | null} batch
 * @property {number[] | null} order
 * @property {number} decay weight decay
 * @property {{parameter: number, cost: number}} largest
 */
/** @typedef {{states: [string, Tree][], step: Tree}} Rule */
/**
 * A δ of the backward pass, made from the one before it; `cost` is the multiplications that it
 * takes, `alone` those for a derivative by itself. See core.reverse.
 * @typedef {object} Delta
 * @property {string} node
 * @property {string | null} before
 * @property {string[]} factors
 * @property {number} cost
 * @property {{name: string, factor: string, cost: number, alone: number}[]} entering
 */
/**
 * One of a race: what it is called, how and how fast it runs, and its looks.
 * @typedef {object} Runner
 * @property {string} label
 * @property {Rule} rule
 * @property {number} rate
 * @property {string} light
 * @property {string} dark
 * @property {string} dash
 */
/**
 * Where each start on the map leads: a class for each cell, row by row from the lowest, as base64
 * of bytes, 255 where there is none.
 * @typedef {object} Starts
 * @property {string} cells
 * @property {number} side cells along each axis
 * @property {{name: string, color: string, pattern: string}[]} classes
 * @property {Record<string, number>} at what of it can be dragged, and the value it was made for
 * @property {boolean} current whether all else that it rests on is as it was
 */
/**
 * A network of layers that a learner builds: see core.network.Architecture.
 * @typedef {object} Shape
 * @property {string[]} inputs
 * @property {[string, number][]} hidden each layer's activation and its number of neurons
 * @property {boolean} classes
 * @property {{layers: number, neurons: number}} most
 * @property {Record<string, string>} activations what they are called
 */
/**
 * The backward pass in matrix form: see ui/words/matrices.py. Of each parameter `counts` says how many
 * multiplications its derivative takes path by path, and by reverse mode; "" is all of them.
 * @typedef {object} Matrices
 * @property {{key: string, layer: number, parts: MatrixPart[]}[]} equations
 * @property {Record<string, [number, number]>} counts
 */
/** MathML, and for a matrix the names of its entries, row by row. @typedef {{math: string, rows: string[][] | null}} MatrixPart */
/** @typedef {"node" | "factor" | "derivative"} NumberKind */
/**
 * One run of an optimizer, as base64 of float64 arrays.
 * @typedef {object} PackedPath
 * @property {string} id
 * @property {Record<string, string>} parameters
 * @property {string} cost
 */
/**
 * `held` is the cost over samples that are held out.
 * @typedef {{id: string, parameters: Record<string, Float64Array>, cost: Float64Array,
 *   held?: Float64Array}} Path
 */
/**
 * A piece of text: see ui/words/pieces.py.
 * @typedef {["text" | "strong" | "em" | "math" | "number", string] | ["product", string[], string]} Piece
 */
/**
 * What entering a step changes at once, before Python has answered: `numbers` where nothing else
 * than numbers changes.
 * @typedef {object} Step
 * @property {string} heading
 * @property {Piece[]} text
 * @property {Piece[]} task
 * @property {string[]} focus
 * @property {string | null} chosen
 * @property {Record<string, number> | null} numbers
 */
/**
 * Where the learner stands in a lesson; `own` says what on the page is theirs.
 * @typedef {object} Words
 * @property {string} title of the lesson
 * @property {string} heading
 * @property {number} at
 * @property {number} count
 * @property {Piece[]} text
 * @property {Piece[]} task
 * @property {Piece[]} own
 * @property {boolean} mine whether what was set for them can be put back
 * @property {boolean} anew whether the page differs from the step
 * @property {number} tries how many prompts were pressed so far
 * @property {boolean} keys whether N and B go on and back
 * @property {Step | null} back
 * @property {Step | null} next
 * @property {string | null} [begin] what stands on the button that begins the course
 */
/**
 * For each activation the networks of one layer, of two, and so on, and the most that sigmoids can
 * give at each depth, as trees of the nodes of theirs. See core/depth.py.
 * @typedef {object} Depths
 * @property {{activation: string, graphs: Computed[]}[]} lines
 * @property {Tree[]} bounds
 */
/**
 * @typedef {object} Data
 * @property {string} id of the graph
 * @property {Graph} graph
 * @property {Record<string, number | null>} values of the inputs, of `rate`, and of `sample`, which
 *   of the samples the network carries, from 1
 * @property {string[]} panels in the order in which they stand below each other
 * @property {string[][] | null} wide where they stand in one view, on squared paper
 * @property {Control[]} controls
 * @property {string | null} chosen
 * @property {string[]} focus
 * @property {"all" | "values"} layers whether derivatives are shown
 * @property {Delta[] | null} [wave] the backward pass
 * @property {Record<string, string> | null} samples
 * @property {Shape | null} shape of a network of layers
 * @property {Record<string, string> | null} held samples that it is not trained on
 * @property {string | null} heldCost their mean cost at each step of the path
 * @property {Matrices | null} matrices
 * @property {Record<string, string>} notes what is wrong with a neuron, in a word
 * @property {"untrained" | "running" | "trained" | null} training
 * @property {PackedPath | null} path
 * @property {Recipe | null} descent how the path is made, to make it anew from what is dragged
 * @property {Mark[]} marks learning rates that mean something
 * @property {Runner[] | null} race others that start where the path does
 * @property {Starts | null} starts
 * @property {Depths | null} [depths] the same network with fewer and more layers
 * @property {[string, string] | null} axes
 * @property {[[number, number], [number, number]] | null} spans
 * @property {string | null} walk the name of a path that is walked once by itself
 * @property {ChartData | null} surface the cost in 3D
 * @property {Words | null} words what the lesson says here
 * @property {number} acknowledged
 * @property {string | null} [theme] in which Python has drawn what it draws
 * @property {number | null} step
 * @property {{light: Palette, dark: Palette}} colors
 */
/**
 * @typedef {object} Component
 * @property {Data} data
 * @property {ParentNode & Node} parentElement
 * @property {(name: string, value: unknown) => void} setTriggerValue
 */
/**
 * A panel of the stage. `update` runs at most once a frame and writes the numbers of the moment;
 * `light` follows what is chosen, focused or pointed at; `resize` a change of its place's size.
 * @typedef {object} Panel
 * @property {() => void} update
 * @property {() => void} [light]
 * @property {() => void} [resize]
 * @property {() => void} [settle] when a movement has ended
 * @property {(event: KeyboardEvent) => void} [key]
 * @property {() => void} [destroy]
 */

export {};
