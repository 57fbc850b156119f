import { SlackError } from "../slack-error.ts";
import type { ApiHandler } from "./context.ts";

export const authTest: ApiHandler = (_, { workspace, workspaceUrl }) => {
  const { team, app } = workspace.seed;
  const user = workspace.people.get(app.botUserId)?.name;
  return {
    url: workspaceUrl,
    team: team.name,
    user,
    team_id: team.id,
    user_id: app.botUserId,
    bot_id: app.botId,
    app_id: app.appId,
    app_name: user,
    is_enterprise_install: false,
  };
};

export const teamInfo: ApiHandler = (args, { workspace }) => {
  const { id, name, domain } = workspace.seed.team;
  if ((args.optional("team") ?? id) !== id) throw new SlackError("team_not_found");
  return { team: { id, name, domain } };
};

export const botInfo: ApiHandler = (args, { workspace }) => {
  const { appId, botId, botUserId } = workspace.seed.app;
  if ((args.optional("bot") ?? botId) !== botId) throw new SlackError("bot_not_found");
  const name = workspace.people.get(botUserId)?.name;
  return {
    bot: { id: botId, deleted: false, name, updated: 0, app_id: appId, user_id: botUserId, icons: {} },
  };
};
