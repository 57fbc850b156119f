import type { AccessLevel, Group, Members, Project, Visibility } from "../types.ts";
import type { World } from "../world.ts";

type Roles = Readonly<Record<string, AccessLevel>>;

/** Groups and projects. Anna belongs to single projects of payments, not to the group: fraud-rules is closed to her. */
export function seedProjects(world: World): void {
  const group = (id: number, path: string, name: string, roles: Roles): Group => {
    const one: Group = {
      id,
      path,
      name,
      visibility: "private",
      members: members(world, { steward: 40, ...roles }),
    };
    world.groups.push(one);
    return one;
  };
  const project = (
    id: number,
    of: Group,
    path: string,
    about: string,
    roles: Roles,
    more: Partial<Project> = {},
  ) => {
    world.projects.push({
      id,
      group: of,
      path,
      name: path,
      description: about,
      visibility: "private" satisfies Visibility,
      created_at: new Date(world.clock.now() - 700 * 86_400_000).toISOString(),
      members: members(world, roles),
      expiries: new Map(),
      only_allow_merge_if_pipeline_succeeds: false,
      mergeLevel: 40,
      ...more,
    });
  };

  const payments = group(1, "payments", "Payments", { boris: 50 });
  const engineers: Roles = { anna: 30, mei: 30, tomas: 30, elif: 30 };
  project(
    101,
    payments,
    "ledger-api",
    "Double-entry ledger and its HTTP API",
    { ...engineers, rbright: 10 },
    { mergeLevel: 30 },
  );
  project(102, payments, "payout-worker", "Sends payouts to banks and retries them", engineers);
  project(103, payments, "card-auth", "Card authorisation", engineers, {
    only_allow_merge_if_pipeline_succeeds: true,
  });
  project(104, payments, "fraud-rules", "Rules that hold payments back", { mei: 30 });

  const platform = group(2, "platform", "Platform", { elif: 40, grace: 50 });
  project(201, platform, "deploy-tools", "Deployment scripts", { anna: 20, boris: 20 });

  const growth = group(3, "growth", "Growth", { tomas: 40 });
  project(301, growth, "website", "Public website", { mei: 30 }, { visibility: "internal" });

  const security = group(4, "security", "Security", { grace: 50 });
  project(401, security, "vault", "Keys and their rotation", { elif: 40 });
}

function members(world: World, roles: Roles): Members {
  return new Map(Object.entries(roles).map(([username, level]) => [world.user(username).id, level]));
}
