import type { EntityTypes, Target } from "../../src/core/tool.ts";

/** Slack's part of the resource tree. */
export const slackEntityTypes: EntityTypes = { SlackWorkspace: [], SlackChannel: ["SlackWorkspace"] };

const workspace = { type: "SlackWorkspace", id: "slack" };

/** All of the workspace: the target of a search, and of a channel that is not there yet. */
export const workspaceTarget: Target = { ...workspace, label: "Slack", parents: [], ancestors: [] };

/** `name` without `#`; a direct message has none. */
export const channelTarget = (id: string, name: string | undefined): Target => ({
  ...{ type: "SlackChannel", id, label: name === undefined ? "a direct message" : `#${name}` },
  parents: [workspace],
  ancestors: [{ ...workspace, parents: [] }],
});
