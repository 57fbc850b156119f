import { invalidArguments } from "../arguments.ts";
import { SlackError } from "../slack-error.ts";
import type { ApiHandler } from "./context.ts";

/** Do-not-disturb times, Unix seconds; without any Slack says 1. */
const NEVER = 1;

export const dnd: ApiHandler = (args, { workspace }) => {
  const user = args.optional("user") ?? workspace.seed.app.botUserId;
  if (!workspace.people.has(user)) throw new SlackError("user_not_found");
  const quiet = workspace.availability.quiet(user);
  return {
    dnd_enabled: quiet !== undefined,
    next_dnd_start_ts: quiet?.from ?? NEVER,
    next_dnd_end_ts: quiet?.until ?? NEVER,
    snooze_enabled: false,
  };
};

export const presence: ApiHandler = (args, { workspace }) => {
  const user = args.optional("user") ?? workspace.seed.app.botUserId;
  if (!workspace.people.has(user)) throw invalidArguments(["[ERROR] no such user [json-pointer:/user]"]);
  return { presence: workspace.availability.presence(user) };
};
