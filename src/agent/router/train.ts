import { chooseThreshold, type Judged } from "./calibrate.ts";
import { type Features, featurizerOf, type Featurizer, fitFeatures } from "./features.ts";
import { expandTemplate, type Token, tokenize } from "./mask.ts";
import { noneExamples } from "./none-examples.ts";
import { type Model, probabilitiesOf, trainSoftmax, type Training } from "./softmax.ts";
import type { Catalogue, Clock, Routed, Router, RouterTool } from "./types.ts";

/** One example sentence: its class and the token lines it stands for. */
interface Example {
  label: number;
  lines: Token[][];
}

/** Trained parts, for a sentence's tokens to its class probabilities (tools in order, `none` last). */
interface Classifier {
  features: Features;
  featurizer: Featurizer;
  model: Model;
}

/** A router as it was trained, without its tools. Can be sent between threads. */
export interface Trained {
  features: Features;
  model: Model;
  threshold: number;
}

/** Of a tool, what a router is trained on. */
export type Taught = Pick<RouterTool, "name" | "examples">;

const defaults: Training = { epochs: 10, rate: 0.2, decay: 1e-4, seed: 20_261_120 };
/**
 * How often examples are held back. One division into folds alone moves the threshold by some points from seed to seed;
 * with very many tools that is lost in their number, and each further fold would cost the start most of a second.
 */
const holding = (classes: number): { folds: number; divisions: number } =>
  classes <= 40 ? { folds: 5, divisions: 2 } : { folds: 3, divisions: 1 };
/** Masks do not depend on the day, so training reads all dates from a fixed one. */
const trainingClock: Clock = { now: new Date("2026-01-15T12:00:00Z") };

function fit(examples: readonly Example[], classes: number, training: Training): Classifier {
  const features = fitFeatures(examples.map(({ lines }) => lines));
  const featurizer = featurizerOf(features);
  const samples = examples.flatMap(({ label, lines }) =>
    lines.map((line) => ({ label, vector: featurizer.vectorOf(line) })),
  );
  return { features, featurizer, model: trainSoftmax(samples, classes, featurizer.size, training) };
}

const classify = (
  { featurizer, model }: Pick<Classifier, "featurizer" | "model">,
  tokens: readonly Token[],
): Float64Array => probabilitiesOf(model, featurizer.vectorOf(tokens));

/** Every example judged by a classifier that has not seen it: what the threshold is chosen from. */
function crossValidate(examples: readonly Example[], classes: number, training: Training): Judged[] {
  const { folds, divisions } = holding(classes);
  return Array.from({ length: folds * divisions }, (_, round) => {
    const division = Math.floor(round / folds);
    const isHeld = (at: number): boolean =>
      (at + Math.floor(at / folds) * division) % folds === round % folds;
    const held = examples.filter((_, at) => isHeld(at));
    const classifier = fit(
      examples.filter((_, at) => !isHeld(at)),
      classes,
      { ...training, seed: training.seed + round },
    );
    return held.flatMap(({ label, lines }) =>
      lines.map((line): Judged => {
        const probabilities = classify(classifier, line);
        const none = probabilities.at(-1) ?? 0;
        const tools = [...probabilities.slice(0, -1)];
        const best = Math.max(...tools);
        const top = tools.indexOf(best);
        return {
          probability: best > none ? best : 0,
          right: top === label,
          inScope: label !== classes - 1,
          weight: 1 / lines.length,
        };
      }),
    );
  }).flat();
}

/** How the router is trained; tests change the seed, people do not need to. */
export interface RouterOptions {
  seed?: number;
  /** What people corrected: a text, and the tools of the agent that should have answered it. */
  corrections?: readonly CorrectedText[];
}

/** A text, and the tools of which one was meant. */
interface CorrectedText {
  text: string;
  tools: readonly string[];
}

/** One sentence of a person weighs as much as a tool's example in its several wordings. */
const correctionLines = 5;

/**
 * Corrections as further examples. They name an agent, not a tool: of its tools the one that the shipped examples make
 * the likeliest is taken. One that names no tool there is teaches nothing.
 */
function correctedExamples(
  shipped: Classifier,
  tools: readonly Taught[],
  corrections: readonly CorrectedText[],
): Example[] {
  return corrections.flatMap(({ text, tools: meant }) => {
    const tokens = tokenize(text, {}, trainingClock);
    const probabilities = classify(shipped, tokens);
    const among = tools.flatMap(({ name }, label) => (meant.includes(name) ? [label] : []));
    const [first, ...others] = among;
    if (first === undefined) return [];
    const label = others.reduce(
      (best, at) => ((probabilities[at] ?? 0) > (probabilities[best] ?? 0) ? at : best),
      first,
    );
    return [{ label, lines: Array.from({ length: correctionLines }, () => tokens) }];
  });
}

/**
 * Trains the offline router on the tools' example sentences (a second for some twenty tools, five for a hundred; the same
 * examples always give the same router). The threshold comes from cross-validation on the examples; what
 * people corrected is learnt beside them and leaves the threshold as it is.
 */
export function train(tools: readonly Taught[], options: RouterOptions = {}): Trained {
  const training = { ...defaults, ...(options.seed !== undefined && { seed: options.seed }) };
  const classes = tools.length + 1;
  const sentences = [...tools.map((tool) => tool.examples), noneExamples];
  const examples = sentences.flatMap((list, label) =>
    list.map((sentence): Example => ({ label, lines: expandTemplate(sentence, trainingClock) })),
  );
  const threshold = chooseThreshold(crossValidate(examples, classes, training));
  const shipped = fit(examples, classes, training);
  const corrected = correctedExamples(shipped, tools, options.corrections ?? []);
  const { features, model } =
    corrected.length === 0 ? shipped : fit([...examples, ...corrected], classes, training);
  return { features, model, threshold };
}

/** A router of what was trained on these tools, in this order. */
export function routerOf({ features, model, threshold }: Trained, tools: readonly RouterTool[]): Router {
  const classifier = { featurizer: featurizerOf(features), model };
  const route = (text: string, catalogue: Catalogue = {}): Routed => {
    const probabilities = classify(classifier, tokenize(text, catalogue, trainingClock));
    const none = probabilities.at(-1) ?? 0;
    const ranked = tools.map((tool, at) => ({ tool: tool.name, probability: probabilities[at] ?? 0 }));
    ranked.sort((a, b) => b.probability - a.probability);
    const [best] = ranked;
    const sure = best !== undefined && best.probability >= threshold && best.probability > none;
    return { ranked, none, confident: sure ? best.tool : null };
  };
  return { route, threshold, tools };
}

/** Trains and makes a router, here and now; the product trains in a thread of its own (`train-apart.ts`). */
export const trainRouter = (tools: readonly RouterTool[], options: RouterOptions = {}): Router =>
  routerOf(train(tools, options), tools);
