import type { Config } from "../config.ts";
import type { Log } from "../telemetry/log.ts";
import { whoAmI } from "../slack/app.ts";
import { slackClient } from "../slack/client.ts";
import { scheduleCalls } from "../slack/delivery/schedule.ts";
import { slackDirectory } from "../slack/directory.ts";
import { type Installations, keepInstallations } from "../slack/install/installations.ts";
import { findSeats } from "../slack/install/seats.ts";
import { slackThreads } from "../slack/threads.ts";
import { oneWorkspace, severalWorkspaces, type Workspaces } from "../slack/workspaces.ts";
import { installationStore } from "../store/installations.ts";
import { openSealer } from "../store/seal.ts";
import type { FileReader } from "../turn/types.ts";
import type { Closers } from "./closers.ts";
import type { DataSide } from "./data-side.ts";
import { openFiles } from "./files-side.ts";

/** Slack as both roles need it: who we are, calls in order, people, threads; of the workspace that work came from. */
export interface SlackSide extends Pick<Workspaces, "self" | "calls" | "directory"> {
  workspaces: Workspaces;
  threads: ReturnType<typeof slackThreads>;
  files: FileReader;
  /** Where several workspaces are served. */
  installations: Installations | undefined;
}

const sideOf = (workspaces: Workspaces, files: FileReader, installations?: Installations): SlackSide => ({
  workspaces,
  self: workspaces.self,
  calls: workspaces.calls,
  directory: workspaces.directory,
  threads: slackThreads(workspaces.calls, workspaces.self),
  files,
  installations,
});

/** Signs in to Slack with the one token. Throws when it is refused, with what to check. */
const signIn = async (token: string, apiUrl: string, log: Log): Promise<Workspaces> => {
  const calls = scheduleCalls(slackClient(token, apiUrl, log));
  const self = await whoAmI(calls);
  return oneWorkspace({ self, token, calls, directory: slackDirectory(calls, self.team) });
};

/** Opens Slack for one workspace or for all that installed the app. */
export const openSlackSide = async (
  config: Config,
  { store, audit }: DataSide,
  log: Log,
  closers: Closers,
): Promise<SlackSide> => {
  const { identity, apiUrl } = config.slack;
  if (identity.kind === "one") {
    const workspaces = await signIn(identity.token, apiUrl, log);
    return sideOf(workspaces, openFiles(config, workspaces, log, closers));
  }
  const installations = keepInstallations({
    store: installationStore(store.pool, openSealer(config.keys ?? [""])),
    transact: store.transact,
    audit,
    log,
  });
  const workspaces = severalWorkspaces(findSeats({ installations, apiUrl, log }));
  return sideOf(workspaces, openFiles(config, workspaces, log, closers), installations);
};
