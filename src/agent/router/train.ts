import { chooseThresholds, type Judged } from "./calibrate.ts";
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
  /** Least probability of each tool, in their order. */
  thresholds: readonly number[];
}

/** Of a tool, what a router is trained on. */
export type Taught = Pick<RouterTool, "name" | "examples">;

const defaults: Training = { epochs: 8, rate: 0.2, decay: 1e-4, seed: 20_261_120 };
const folds = 4;
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

/** One line of an example, as a classifier judges it. */
function judge(classifier: Classifier, line: readonly Token[], { label, lines }: Example): Judged {
  const probabilities = classify(classifier, line);
  const none = probabilities.at(-1) ?? 0;
  const tools = [...probabilities.slice(0, -1)];
  const best = Math.max(...tools);
  const tool = tools.indexOf(best);
  return { tool, probability: best > none ? best : 0, right: tool === label, weight: 1 / lines.length };
}

/** Every example judged by a classifier that has not seen it: what the thresholds are chosen from. */
function crossValidate(examples: readonly Example[], classes: number, training: Training): Judged[] {
  return Array.from({ length: folds }, (_, fold) => {
    const seen = examples.filter((_, at) => at % folds !== fold);
    const held = examples.filter((_, at) => at % folds === fold);
    const classifier = fit(seen, classes, { ...training, seed: training.seed + fold });
    return held.flatMap((example) => example.lines.map((line) => judge(classifier, line, example)));
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
 * Trains the offline router on the tools' example sentences (a second or two for a hundred; the same examples always
 * give the same router). Each tool's threshold comes from cross-validation on the examples; what people corrected is
 * learnt beside them and leaves it as it is.
 */
export function train(tools: readonly Taught[], options: RouterOptions = {}): Trained {
  const training = { ...defaults, ...(options.seed !== undefined && { seed: options.seed }) };
  const classes = tools.length + 1;
  const sentences = [...tools.map((tool) => tool.examples), noneExamples(tools.map(({ name }) => name))];
  const examples = sentences.flatMap((list, label) =>
    list.map((sentence): Example => ({ label, lines: expandTemplate(sentence, trainingClock) })),
  );
  const thresholds = chooseThresholds(crossValidate(examples, classes, training), tools.length);
  const shipped = fit(examples, classes, training);
  const corrected = correctedExamples(shipped, tools, options.corrections ?? []);
  const { features, model } =
    corrected.length === 0 ? shipped : fit([...examples, ...corrected], classes, training);
  return { features, model, thresholds };
}

/** A router of what was trained on these tools, in this order. */
export function routerOf(
  { features, model, thresholds: least }: Trained,
  tools: readonly RouterTool[],
): Router {
  const classifier = { featurizer: featurizerOf(features), model };
  const thresholds = new Map(tools.map(({ name }, at) => [name, least[at] ?? 1]));
  const route = (text: string, catalogue: Catalogue = {}): Routed => {
    const probabilities = classify(classifier, tokenize(text, catalogue, trainingClock));
    const none = probabilities.at(-1) ?? 0;
    const ranked = tools.map((tool, at) => ({ tool: tool.name, probability: probabilities[at] ?? 0 }));
    ranked.sort((a, b) => b.probability - a.probability);
    const [best] = ranked;
    const sure =
      best !== undefined && best.probability >= (thresholds.get(best.tool) ?? 1) && best.probability > none;
    return { ranked, none, confident: sure ? best.tool : null };
  };
  return { route, thresholds, tools };
}

/** Trains and makes a router, here and now; the product trains in a thread of its own (`train-apart.ts`). */
export const trainRouter = (tools: readonly RouterTool[], options: RouterOptions = {}): Router =>
  routerOf(train(tools, options), tools);
