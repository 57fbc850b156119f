import { type Config, readConfigWithoutSlack, readSettings } from "../../config.ts";
import { TerminalError } from "../../core/errors.ts";
import type { Toolbox } from "../../core/tool.ts";
import { openLog } from "../../telemetry/log.ts";
import { noSlack } from "../../../tools/slack/index.ts";
import { allTools } from "../../../tools/index.ts";
import {
  checkModes,
  fetchOutside,
  type OutsideFiles,
  outsideVocabulary,
  readOutside,
  refuseProblems,
} from "../outside.ts";
import { openSystems } from "../systems.ts";

/** The tools as a command sees them: without Slack and database, and never able to write. */
export interface OpenedTools {
  config: Config;
  files: OutsideFiles;
  /** What the product would have, started now. */
  toolbox: Toolbox;
  close(): Promise<void>;
}

/** Opens the connected systems for a command. What is wrong with the files is thrown, all at once. */
export const openTools = async (repository: string): Promise<OpenedTools> => {
  const config = readConfigWithoutSlack(repository);
  const read = readOutside(config.folders, readSettings());
  refuseProblems(read);
  checkModes(config, allTools([outsideVocabulary(read)]).tools);
  const files = await fetchOutside(read, config.dataFolder);
  const nobody = () =>
    Promise.reject(new TerminalError("no_account", "A command acts with the service's own accounts alone."));
  const { toolbox, close } = openSystems(
    config,
    { files, log: openLog("error") },
    () => "a command never writes: writes are proposed in Slack and approved there",
    { header: nobody },
    noSlack,
  );
  return { config, files, toolbox, close };
};
