import { type AgentFile, mayUse } from "../agent/agent-file.ts";
import { trainRouter } from "../agent/router/train.ts";
import type { Router } from "../agent/router/types.ts";
import type { Config } from "../config.ts";
import type { Tool } from "../core/tool.ts";
import { workspaceKey } from "../slack/envelope.ts";
import { correctionsOf } from "../store/corrections.ts";
import type { Correction } from "../turn/corrections.ts";
import type { DataSide } from "./data-side.ts";
import type { SlackSide } from "./slack-side.ts";

/**
 * What people corrected so far. A process that serves several workspaces has one router for all: there nobody's words
 * teach it, so that no workspace steers another.
 */
export const knownCorrections = async (
  { slack: { identity } }: Config,
  { self }: Pick<SlackSide, "self">,
  { store }: Pick<DataSide, "store">,
): Promise<Correction[]> =>
  identity.kind === "one" ? correctionsOf(store.pool, workspaceKey(self.team, self.enterprise)) : [];

/** Trains the router on the tools' examples and on what people corrected. */
export const openRouter = (
  tools: readonly Tool[],
  agents: readonly AgentFile[],
  corrections: readonly Correction[],
): Router => {
  const toolsOf = (agent: string): string[] => {
    const file = agents.find(({ name }) => name === agent);
    return file === undefined ? [] : tools.flatMap(({ name }) => (mayUse(file, name) ? [name] : []));
  };
  return trainRouter(tools, {
    corrections: corrections.map(({ text, chosen }) => ({ text, tools: toolsOf(chosen) })),
  });
};
