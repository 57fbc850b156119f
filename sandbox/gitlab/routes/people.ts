import { json } from "../../http/reply.ts";
import type { Route } from "../../http/types.ts";
import { notFound } from "../errors.ts";
import { page } from "../paging.ts";
import { showCurrentUser, showUser } from "../show.ts";
import type { Api } from "./guard.ts";

/** The server's version, the caller, and people. */
export function peopleRoutes(api: Api): Route[] {
  const version = { version: "18.4.1-ee", revision: "1a2b3c4d5e6" };
  return [
    api("GET", "/version", () => json(200, version)),
    api("GET", "/metadata", () =>
      json(200, { ...version, enterprise: true, kas: { enabled: false, externalUrl: null, version: null } }),
    ),
    api("GET", "/user", ({ caller, base }) => json(200, showCurrentUser(caller.user, base))),
    api("GET", "/personal_access_tokens/self", ({ caller, world }) =>
      json(200, {
        id: 1000 + caller.user.id,
        name: "steward",
        revoked: false,
        created_at: "2026-01-05T09:00:00.000Z",
        description: null,
        scopes: caller.scopes,
        user_id: caller.user.id,
        last_used_at: world.clock.iso(),
        active: true,
        expires_at: null,
      }),
    ),
    api("GET", "/users", ({ call, world, base }) => {
      const username = call.query.get("username")?.toLowerCase();
      const search = call.query.get("search")?.toLowerCase();
      const found = world.users.filter(
        (user) =>
          (username === undefined || user.username.toLowerCase() === username) &&
          (search === undefined || `${user.name} ${user.username}`.toLowerCase().includes(search)),
      );
      return page(call, found, (user) => showUser(user, base));
    }),
    api("GET", "/users/:id", ({ call, world, base }) => {
      const user = world.users.find((one) => String(one.id) === call.param("id"));
      if (!user) throw notFound("User");
      return json(200, showUser(user, base));
    }),
  ];
}
