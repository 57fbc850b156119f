import type { Config } from "../config.ts";
import type { Log } from "../telemetry/log.ts";
import { type Self, whoAmI } from "../slack/app.ts";
import { slackClient } from "../slack/client.ts";
import { scheduleCalls, type SlackCalls } from "../slack/delivery/schedule.ts";
import { slackVoice } from "../slack/delivery/voice.ts";
import { slackDirectory } from "../slack/directory.ts";
import { slackThreads } from "../slack/threads.ts";

/** Slack as both roles need it: who we are, calls in order, people, threads, statuses. */
export interface SlackSide {
  self: Self;
  calls: SlackCalls;
  directory: ReturnType<typeof slackDirectory>;
  threads: ReturnType<typeof slackThreads>;
  voice: ReturnType<typeof slackVoice>;
}

/** Signs in to Slack. Throws when the token is refused, with what to check. */
export const openSlackSide = async (config: Config, log: Log): Promise<SlackSide> => {
  const client = slackClient(config.slack.token, config.slack.apiUrl, log);
  const calls = scheduleCalls(client);
  const self = await whoAmI(calls);
  return {
    self,
    calls,
    directory: slackDirectory(calls, self.team),
    threads: slackThreads(calls, self.bot),
    voice: slackVoice(calls, log),
  };
};
