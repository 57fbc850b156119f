import { afterEach, beforeAll } from "vitest";
import { type Steward, type StewardOptions, startSteward } from "../steward.ts";

/**
 * One product for all tests of a file, where they do not disturb each other: started before the first, stopped after
 * the last. Each test begins with an empty script and no faults.
 */
export const sharedSteward = (options: StewardOptions = {}): (() => Steward) => {
  let steward: Steward | undefined;
  const started = (): Steward => {
    if (steward === undefined) throw new Error("The product has not been started yet.");
    return steward;
  };
  beforeAll(async () => {
    const cleanups: (() => Promise<void>)[] = [];
    const stop = async (): Promise<void> => {
      for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
    };
    try {
      steward = await startSteward(options, (cleanup) => void cleanups.push(cleanup));
    } catch (error) {
      await stop();
      throw error;
    }
    return stop;
  });
  afterEach(() => {
    const { slack, gitlab, crm, apis, model } = started();
    model.clearScript();
    slack.clearFaults();
    for (const { faults } of [gitlab, crm, ...apis.all, model]) faults.clear();
    slack.deliverEvents({ order: "messageFirst", duplicates: false });
  });
  return started;
};
