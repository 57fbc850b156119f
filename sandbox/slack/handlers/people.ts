import { SlackError } from "../slack-error.ts";
import { personShape, usergroupShape } from "../shapes.ts";
import type { Person } from "../types.ts";
import type { Api, ApiHandler } from "./context.ts";
import { paged } from "./paging.ts";

const shape = (person: Person, api: Api) =>
  personShape(person, api.workspace.seed.team.id, api.scopes.has("users:read.email"));

/** Another app's bot is a user, too. */
const otherBot = (user: string, api: Api): Person | undefined => {
  const found = api.workspace.seed.bots.find(({ userId }) => userId === user);
  const zone = { tz: "Europe/London", tzLabel: "Greenwich Mean Time", tzOffset: 0 };
  return (
    found && { id: user, name: found.name.toLowerCase(), realName: found.name, title: "", bot: true, ...zone }
  );
};

export const info: ApiHandler = (args, api) => {
  const user = args.text("user");
  const person = api.workspace.people.get(user) ?? otherBot(user, api);
  if (!person) throw new SlackError("user_not_found");
  return { user: shape(person, api) };
};

export const list: ApiHandler = (args, api) => {
  const page = paged([...api.workspace.people.values()], args, 1000);
  return {
    members: page.items.map((person) => shape(person, api)),
    cache_ts: 0,
    response_metadata: { next_cursor: page.cursor },
  };
};

export const lookupByEmail: ApiHandler = (args, api) => {
  const email = args.text("email").toLowerCase();
  const person = [...api.workspace.people.values()].find((candidate) => candidate.email === email);
  if (!person) throw new SlackError("users_not_found");
  return { user: shape(person, api) };
};

export const usergroups: ApiHandler = (args, api) => ({
  usergroups: api.workspace.usergroups.map((group) =>
    usergroupShape(group, api.workspace.seed.team.id, args.flag("include_users"), args.flag("include_count")),
  ),
});

export const usergroupMembers: ApiHandler = (args, api) => {
  const group = api.workspace.usergroups.find((candidate) => candidate.id === args.text("usergroup"));
  if (!group) throw new SlackError("no_such_subteam");
  return { users: group.users };
};
