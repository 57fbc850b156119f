import type { Config } from "../config.ts";
import type { Crash } from "../core/crash.ts";
import { openCapabilities } from "../gate/capabilities.ts";
import { createGate } from "../gate/gate.ts";
import { openPolicy } from "../gate/policy/index.ts";
import { isSlackLink } from "../slack/tool/links.ts";
import { slackForTools } from "../slack/tool/port.ts";
import { askerTokens } from "../store/askers.ts";
import { claimsOf } from "../store/claims.ts";
import { wakeConnected } from "../store/connection-waits.ts";
import { createLedger } from "../store/ledger.ts";
import type { Log } from "../telemetry/log.ts";
import type { Closers } from "./closers.ts";
import type { DataSide } from "./data-side.ts";
import { companySystem } from "../identity/systems.ts";
import { openIdentitySide } from "./identity-side.ts";
import type { Knowledge } from "./knowledge.ts";
import type { SlackSide } from "./slack-side.ts";
import { openSystems } from "./systems.ts";

/** Opens the outside systems, the rules, and the gate between them: the one way to a tool. */
export const openGateSide = (
  config: Config,
  { vocabulary, outside, policies }: Pick<Knowledge, "vocabulary" | "outside" | "policies">,
  data: DataSide,
  slack: SlackSide,
  { worker, crash, log }: { worker: string; crash: Crash; log: Log },
  closers: Closers,
) => {
  const { store, audit } = data;
  const { directory, workspaces } = slack;
  const { policy, groups, elsewhere, channels } = openPolicy(policies, vocabulary, {
    directory,
    channelFacts: directory.channelFacts,
    claims: claimsOf(store.pool, companySystem),
  });
  const identity = openIdentitySide(
    config,
    data,
    slack,
    { elsewhere, connected: wakeConnected },
    log,
    closers,
  );
  const capabilities = openCapabilities();
  const askers = askerTokens(store.pool);
  const systems = openSystems(
    config,
    { files: outside, log },
    capabilities.objection,
    identity.credentials,
    slackForTools(workspaces, askers, capabilities.objection),
  );
  closers.push(systems.close);
  const mayLink = (url: string) => systems.mayLink(url) || isSlackLink(url, workspaces.self.url);
  const ledger = createLedger(store.pool);
  const gate = createGate({
    toolbox: systems.toolbox,
    policy,
    groups,
    directory,
    elsewhere,
    connections: identity.connections,
    capabilities,
    ledger,
    transact: store.transact,
    audit,
    crash,
    clock: { now: () => new Date(), monotonicMs: () => performance.now() },
    log,
    worker,
    serviceAccountActs: true,
  });
  return { identity, askers, systems: { ...systems, mayLink }, gate, ledger, groups, elsewhere, channels };
};
