/** The first look at what runs on. */
export const followFirstSeconds = 2;
const followSlowestSeconds = 30;

/** The longer it runs, the rarer the looks: a quarter of its age, between two seconds and thirty. */
export const followDelaySeconds = (ageSeconds: number): number =>
  Math.min(followSlowestSeconds, Math.max(followFirstSeconds, ageSeconds / 4));
