import { Clock } from "../http/clock.ts";
import { Feed } from "../http/feed.ts";
import { startSystem, type SystemServer } from "../http/server.ts";
import type { Route } from "../http/types.ts";
import { authState, type Tokens } from "./access.ts";
import { gitlabCommands } from "./commands.ts";
import { hands, type Hands } from "./hands.ts";
import { ciRoutes } from "./routes/ci.ts";
import { type Application, Grants } from "./oauth/grants.ts";
import { deploymentRoutes, releaseRoutes, scheduleRoutes } from "./routes/delivery.ts";
import { codeRoutes } from "./routes/code.ts";
import { api, noRoute } from "./routes/guard.ts";
import { issueRoutes } from "./routes/issues.ts";
import { memberRoutes } from "./routes/members.ts";
import { mergeRequestRoutes } from "./routes/merge-requests.ts";
import { noteRoutes } from "./routes/notes.ts";
import { oauthRoutes } from "./routes/oauth.ts";
import { peopleRoutes } from "./routes/people.ts";
import { projectRoutes } from "./routes/projects.ts";
import { seed } from "./seed/index.ts";
import { drawerState, type GitLabState } from "./state.ts";
import { World, type Settings } from "./world.ts";

/** The service account's token; `glpat-sandbox-<username>` are people's own, `glpat-sandbox-reader` may only read. */
const GITLAB_TOKEN = "glpat-sandbox-steward";

/** Steward, as registered there: people let it act as themselves. */
const application: Application = {
  id: "steward-sandbox-application",
  secret: "gloas-sandbox-steward",
  name: "Steward",
};

export interface GitLabOptions extends Partial<Settings> {
  readonly port?: number;
  readonly tokens?: Tokens;
}

/** A running sandbox GitLab. Its API is below `url` + /api/v4. */
export interface GitLab extends SystemServer {
  readonly token: string;
  /** Steward's registration for people's own accounts, and who has let it in. */
  readonly oauth: { readonly clientId: string; readonly clientSecret: string; readonly grants: Grants };
  /** What other people and runners do. */
  readonly others: Hands;
  readonly clock: Clock;
  readonly feed: Feed;
  state(): GitLabState;
}

/** Starts a stateful GitLab with seed data on a free port of 127.0.0.1. */
export async function startGitlab(options: GitLabOptions = {}): Promise<GitLab> {
  const clock = new Clock();
  const feed = new Feed(() => clock.iso());
  const settings: Settings = {
    jobMs: options.jobMs ?? 4000,
    autoMergeWhenRed: options.autoMergeWhenRed ?? "refused",
  };
  const build = () => {
    const world = new World(clock, feed, settings);
    seed(world);
    return world;
  };
  let world = build();
  const tokens = options.tokens ?? defaultTokens(world);
  const grants = new Grants(clock, tokens);
  const routes = [...routeList(() => world, tokens), ...oauthRoutes(() => world, grants, application)];
  const others = hands(() => world);
  const server = await startSystem({
    clock,
    feed,
    port: options.port,
    routes,
    unknown: noRoute,
    auth: (call) => authState(call, tokens),
    state: () => drawerState(world),
    reset: () => {
      world = build();
      grants.reset();
    },
    commands: gitlabCommands(others),
  });
  const oauth = { clientId: application.id, clientSecret: application.secret, grants };
  return { ...server, others, token: GITLAB_TOKEN, oauth, clock, feed, state: () => drawerState(world) };
}

function routeList(world: () => World, tokens: Tokens): Route[] {
  const route = api(world, tokens);
  return [
    ...peopleRoutes(route),
    ...projectRoutes(route),
    ...mergeRequestRoutes(route),
    ...noteRoutes(route),
    ...issueRoutes(route),
    ...codeRoutes(route),
    ...memberRoutes(route),
    ...ciRoutes(route),
    ...deploymentRoutes(route),
    ...releaseRoutes(route),
    ...scheduleRoutes(route),
  ];
}

function defaultTokens(world: World): Tokens {
  const own = world.users.map((user) => [
    `glpat-sandbox-${user.username}`,
    { username: user.username, scopes: ["api"] },
  ]);
  return {
    ...(Object.fromEntries(own) as Tokens),
    "glpat-sandbox-reader": { username: "steward", scopes: ["read_api"] },
  };
}
