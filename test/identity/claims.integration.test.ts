import { expect, it, onTestFinished } from "vitest";
import { openAudit } from "../../src/audit/append.ts";
import type { Principal } from "../../src/core/principal.ts";
import { createHttp } from "../../src/http/client.ts";
import { openAccounts } from "../../src/identity/accounts.ts";
import { openLeavers } from "../../src/identity/leavers.ts";
import { companySignIn, companySystem } from "../../src/identity/systems.ts";
import { claimsOf } from "../../src/store/claims.ts";
import { identityStore } from "../../src/store/identities.ts";
import { environmentKeys } from "../../src/store/keys.ts";
import { json, serve } from "../http/server.ts";
import { freshDatabase } from "../support/database.ts";
import { silent } from "../support/silent.ts";

const elif: Principal = {
  ...{ kind: "person", workspace: "T1", user: "U0ELIF", name: "Elif", email: "elif@example.com" },
  ...{ timezone: "UTC", guest: false, external: false, bot: false, active: true },
};

it("believes what the identity provider says of a person's groups, for as long as it says so", async () => {
  const provider = { groups: ["eng-sre", "all"] as unknown, verified: true, away: false };
  const server = await serve((response, request) => {
    if (provider.away) return json(response, 503, {});
    if (request.path === "/token") {
      return json(response, 200, { access_token: "at-1", refresh_token: "rt-1", expires_in: 3600 });
    }
    const { groups, verified } = provider;
    return json(response, 200, { sub: "e1", email: "elif@example.com", email_verified: verified, groups });
  });
  onTestFinished(() => server.close());
  const { pool, transact } = await freshDatabase();
  const http = createHttp({ allow: [server.url], writes: "steward's own" });
  onTestFinished(() => http.close());
  const system = companySignIn({
    ...{ authorizeUrl: `${server.url}/authorize`, tokenUrl: `${server.url}/token`, clientId: "steward" },
    ...{ userinfoUrl: `${server.url}/userinfo`, revokeUrl: undefined, clientSecret: "secret" },
    groupsClaim: "groups",
  });
  const store = identityStore(pool, environmentKeys(["the only key of this test"]));
  const accounts = openAccounts({
    ...{ systems: [system], store, transact, http, log: silent, audit: openAudit(transact) },
    ...{ mapped: () => undefined, connected: () => Promise.resolve() },
  });
  const leavers = openLeavers({ accounts, store, log: silent, personOf: () => Promise.resolve(elif) });
  const claims = claimsOf(pool, companySystem);
  const signIn = async () => {
    const { state, browser } = await accounts.begin(
      system,
      elif,
      "http://localhost/connect/company/callback",
    );
    const answer = { state, browser, code: "c", redirectUri: "http://localhost/connect/company/callback" };
    return accounts.finish(system, answer, () => Promise.resolve(elif));
  };
  const due = () => pool.query(`update steward.identity set looked_at = now() - interval '3 minutes'`);

  expect(await claims.of(elif)).toEqual([]);
  // An address that the provider has not confirmed is anybody's.
  provider.verified = false;
  await expect(signIn()).rejects.toThrow(/Nothing was connected/);
  provider.verified = true;
  await signIn();
  expect(await claims.of(elif)).toEqual(["eng-sre", "all"]);
  expect(await claims.people("T1", "eng-sre")).toEqual(["U0ELIF"]);
  expect(await claims.people("T2", "eng-sre")).toEqual([]);

  provider.groups = ["all"];
  await due();
  await leavers.look();
  expect(await claims.of(elif)).toEqual(["all"]);
  // A claim of another form says nothing.
  provider.groups = "eng-sre";
  await due();
  await leavers.look();
  expect(await claims.of(elif)).toEqual([]);

  provider.groups = ["all"];
  await due();
  await leavers.look();
  provider.away = true;
  await due();
  await leavers.look();
  expect(await claims.of(elif)).toEqual(["all"]);
  await pool.query(`update steward.identity set groups_at = now() - interval '61 minutes'`);
  expect(await claims.of(elif)).toEqual([]);
  expect(await claims.people("T1", "all")).toEqual([]);
});
