/** The published numbers, with what they must reach. `null`: published without a target of its own. */
export const targets = {
  ackPerSecond: null,
  ackOverBolt: { least: 0.5 },
  ackP99OverBolt: { most: 2 },
  turnsPerSecond: { least: 120 },
  firstStatusP95Ms: { below: 1_000 },
  bytesTurn200OverTurn10: { most: 1.3 },
  retryAfterKillSeconds: { below: 10 },
  gateP99Ms: { most: 25 },
  clickToStartedP99Ms: { most: 250 },
  burstFirstSignP95Ms: { below: 1_000 },
  burstToldTheirPlace: { least: 1 },
  burstDuplicates: { most: 0 },
  burstLost: { most: 0 },
  routerTop1: { least: 0.88 },
  routerCoverage: { least: 0.8 },
  routerPrecision: { least: 0.95 },
  routerOutOfScopeAccepted: { most: 1 },
  findToolsRecall5: { least: 0.9 },
} as const satisfies Record<string, Target | null>;

/** A published number's name. */
export type Key = keyof typeof targets;

/** What a number must reach. */
export type Target = { least: number } | { most: number } | { below: number };

/** Whether a number reaches its target; a number that is none does not. */
export const meets = (value: number, target: Target): boolean => {
  if ("least" in target) return value >= target.least;
  return "most" in target ? value <= target.most : value < target.below;
};

/** `≥ 0.5`, `≤ 2`, `< 10`. */
export const targetText = (target: Target): string => {
  if ("least" in target) return `≥ ${target.least}`;
  return "most" in target ? `≤ ${target.most}` : `< ${target.below}`;
};
