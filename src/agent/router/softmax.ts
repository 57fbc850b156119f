import type { Vector } from "./features.ts";

/** One vector and the number of its class. */
export interface Sample {
  vector: Vector;
  label: number;
}

/** Softmax regression: a row of weights for each feature, the last for the bias. Can be sent between threads. */
export interface Model {
  classes: number;
  weights: Float32Array;
}

/** How hard the model is trained; chosen by cross-validation on the examples. */
export interface Training {
  epochs: number;
  /** AdaGrad's step. */
  rate: number;
  /** L2 penalty of a weight, per sample it takes part in. */
  decay: number;
  seed: number;
}

/** Numbers in [0, 1), the same for the same seed (mulberry32): training must not differ from start to start. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function shuffle(order: number[], random: () => number): void {
  for (let at = order.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [order[at], order[other]] = [order[other] ?? 0, order[at] ?? 0];
  }
}

function scoresToProbabilities(scores: Float64Array): Float64Array {
  let highest = -Infinity;
  for (let c = 0; c < scores.length; c++) highest = Math.max(highest, scores[c] ?? 0);
  let sum = 0;
  for (let c = 0; c < scores.length; c++) {
    scores[c] = Math.exp((scores[c] ?? 0) - highest);
    sum += scores[c] ?? 0;
  }
  for (let c = 0; c < scores.length; c++) scores[c] = (scores[c] ?? 0) / sum;
  return scores;
}

/** Probabilities of all classes for a vector. */
export function probabilitiesOf({ classes, weights }: Model, vector: Vector): Float64Array {
  const bias = weights.length - classes;
  const scores = Float64Array.from(weights.subarray(bias));
  // Counted loops: iterators take most of the training time here.
  for (let k = 0; k < vector.indexes.length; k++) {
    const value = vector.values[k] ?? 0;
    const row = (vector.indexes[k] ?? 0) * classes;
    for (let c = 0; c < classes; c++) scores[c] = (scores[c] ?? 0) + value * (weights[row + c] ?? 0);
  }
  return scoresToProbabilities(scores);
}

/** Errors of a probability that are not worth a step. */
const negligible = 5e-3;
/** The last class, `none`, is many kinds of sentences: with many tools the weight of one of them would not be heard. */
const toolsPerNone = 30;

/**
 * Trains by stochastic gradients with AdaGrad; classes weigh the same however many samples each has, but for the last,
 * which stands for all that no tool does.
 */
export function trainSoftmax(
  samples: readonly Sample[],
  classes: number,
  size: number,
  training: Training,
): Model {
  const weights = new Float32Array((size + 1) * classes);
  const squares = new Float32Array((size + 1) * classes).fill(1e-6);
  const counts = new Float64Array(classes);
  for (const { label } of samples) counts[label] = (counts[label] ?? 0) + 1;
  const bias = size;
  const model: Model = { classes, weights };

  /** Classes that a sample says something about: with many tools most of them are right already, and left alone. */
  const wrong = new Int32Array(classes);
  const step = (index: number, value: number, errors: Float64Array, count: number, decay: number): void => {
    for (let k = 0; k < count; k++) {
      const c = wrong[k] ?? 0;
      const at = index * classes + c;
      const gradient = (errors[c] ?? 0) * value + decay * (weights[at] ?? 0);
      squares[at] = (squares[at] ?? 0) + gradient * gradient;
      weights[at] = (weights[at] ?? 0) - (training.rate * gradient) / Math.sqrt(squares[at] ?? 1);
    }
  };

  const random = randomFrom(training.seed);
  const order = samples.map((_, at) => at);
  for (let epoch = 0; epoch < training.epochs; epoch++) {
    shuffle(order, random);
    for (const at of order) {
      const sample = samples[at];
      if (sample === undefined) continue;
      const errors = probabilitiesOf(model, sample.vector);
      errors[sample.label] = (errors[sample.label] ?? 0) - 1;
      const share = sample.label === classes - 1 ? Math.max(1, classes / toolsPerNone) : 1;
      const weight = (share * samples.length) / (classes * (counts[sample.label] ?? 1));
      let count = 0;
      for (let c = 0; c < classes; c++) {
        if (Math.abs(errors[c] ?? 0) > negligible) wrong[count++] = c;
        errors[c] = (errors[c] ?? 0) * weight;
      }
      const { indexes, values } = sample.vector;
      for (let k = 0; k < indexes.length; k++)
        step(indexes[k] ?? 0, values[k] ?? 0, errors, count, training.decay);
      step(bias, 1, errors, count, 0);
    }
  }
  return model;
}
