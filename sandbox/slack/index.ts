import type { SlackOptions, SlackSim } from "./sim.ts";
import { Simulator } from "./simulator.ts";

export type { SlackOptions, SlackSim } from "./sim.ts";

/**
 * Starts a Slack workspace on 127.0.0.1: Web API under /api/, signed events, clicks and commands to the product,
 * control under /control/. Nothing of it is kept when it stops.
 */
export const startSlack = (options: SlackOptions = {}): Promise<SlackSim> =>
  new Simulator(options).start(options.port ?? 0);
