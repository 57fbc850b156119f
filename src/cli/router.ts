import { type AgentFile, mayUse } from "../agent/agent-file.ts";
import { trainApart } from "../agent/router/train-apart.ts";
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

/** The router, trained on the tools' examples and on what people corrected: once, when it is first asked for. */
export const openRouter = (
  tools: readonly Tool[],
  agents: readonly AgentFile[],
  corrections: readonly Correction[],
): (() => Promise<Router>) => {
  const toolsOf = (agent: string): string[] => {
    const file = agents.find(({ name }) => name === agent);
    return file === undefined ? [] : tools.flatMap(({ name }) => (mayUse(file, name) ? [name] : []));
  };
  const corrected = corrections.map(({ text, chosen }) => ({ text, tools: toolsOf(chosen) }));
  let router: Promise<Router> | undefined;
  const get = (): Promise<Router> => {
    router ??= trainApart(tools, { corrections: corrected }).catch((error: unknown) => {
      router = undefined;
      throw error;
    });
    return router;
  };
  return get;
};
