/** One example as judged by a classifier that had not seen it. */
export interface Judged {
  /** The tool that was the most probable one, by its number. */
  tool: number;
  /** Of that tool; 0 where `none` was more probable. */
  probability: number;
  /** It was the right one. */
  right: boolean;
  /** Variants of one sentence share a weight of 1. */
  weight: number;
}

/** What a tool's examples must show at its threshold. */
const leastPrecision = 0.85;
/** What is thought of a tool before its examples are seen: so many of them, so many of those right. */
const believed = { examples: 2, right: 1.6 };
const [lowest, highest] = [30, 95];

const sum = (list: readonly Judged[]): number => list.reduce((total, { weight }) => total + weight, 0);

/**
 * For each tool the lowest probability at which what unseen sentences were taken for it was meant so. Lower would answer wrongly,
 * higher would ask for nothing. One threshold for all would follow the tools that resemble each other most; so these
 * are asked about, and the others are answered. Sentences here are harder than real ones: each is a wording of its own.
 */
export function chooseThresholds(judged: readonly Judged[], tools: number): number[] {
  return Array.from({ length: tools }, (_, tool) => {
    const taken = judged.filter((one) => one.tool === tool && one.probability > 0);
    for (let percent = lowest; percent < highest; percent++) {
      const accepted = taken.filter(({ probability }) => probability >= percent / 100);
      const right = sum(accepted.filter((one) => one.right)) + believed.right;
      if (right / (sum(accepted) + believed.examples) >= leastPrecision) return percent / 100;
    }
    return highest / 100;
  });
}
