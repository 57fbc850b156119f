import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createHttp } from "../../../src/http/client.ts";
import { jwtBearer } from "../../../src/http/jwt-bearer.ts";
import type { Http, Secret } from "../../../src/http/types.ts";
import { hubSpot } from "../../../tools/crm/hubspot.ts";
import type { CrmPort } from "../../../tools/crm/port.ts";
import { salesforce } from "../../../tools/crm/salesforce.ts";
import { twenty } from "../../../tools/crm/twenty.ts";
import { crmOver } from "./harness.ts";

/**
 * The adapters against the real systems, reading alone: LIVE_HUBSPOT_TOKEN; LIVE_TWENTY_URL and LIVE_TWENTY_TOKEN;
 * LIVE_SALESFORCE_URL, _CLIENT_ID, _USERNAME, _PRIVATE_KEY, and _PERSON, the user name of somebody whose records are
 * read. Without them nothing is called. Give a token that may only read.
 */
const env = (name: string): string | undefined => process.env[`LIVE_${name}`];

interface Live {
  name: string;
  url: string | undefined;
  secret(): Secret | (() => Promise<Secret>);
  make(http: Http): CrmPort;
}

const bearer = (token: string | undefined): Secret => ({
  header: "authorization",
  value: `Bearer ${token ?? ""}`,
});
const hubSpotUrl = "https://api.hubapi.com";

const systems: Live[] = [
  {
    name: "HubSpot",
    url: env("HUBSPOT_TOKEN") === undefined ? undefined : hubSpotUrl,
    secret: () => bearer(env("HUBSPOT_TOKEN")),
    make: (http) => hubSpot({ url: hubSpotUrl, sees: "all" }, http, Date.now),
  },
  {
    name: "Twenty",
    url: env("TWENTY_TOKEN") === undefined ? undefined : env("TWENTY_URL"),
    secret: () => bearer(env("TWENTY_TOKEN")),
    make: (http) => twenty({ url: env("TWENTY_URL") ?? "" }, http, Date.now),
  },
  {
    name: "Salesforce",
    url: env("SALESFORCE_PRIVATE_KEY") === undefined ? undefined : env("SALESFORCE_URL"),
    secret: () => {
      const url = env("SALESFORCE_URL") ?? "";
      const http = createHttp({ allow: [url], writes: "steward's own" });
      const settings = {
        system: "Salesforce",
        tokenUrl: `${url}/services/oauth2/token`,
        audience: env("SALESFORCE_LOGIN_URL") ?? "https://login.salesforce.com",
        clientId: env("SALESFORCE_CLIENT_ID") ?? "",
        subject: env("SALESFORCE_USERNAME") ?? "",
        privateKey: env("SALESFORCE_PRIVATE_KEY") ?? "",
      };
      return jwtBearer(settings, () => http, Date.now).secret;
    },
    make: (http) => salesforce({ url: env("SALESFORCE_URL") ?? "" }, http, Date.now),
  },
];

describe.each(systems)("live: $name", ({ url = "", secret, make }) => {
  const given = it.skipIf(url === "");
  let bench: ReturnType<typeof crmOver>;
  beforeEach(() => {
    const person = env("SALESFORCE_PERSON");
    bench = crmOver(url, secret(), make, () => (person === undefined ? {} : { salesforce: person }));
  });
  afterEach(() => bench.close());

  given("reads owners, stages and a few records of each kind", async () => {
    const { crm } = bench;
    await bench.read("dan", async (context) => {
      const { kinds } = await crm.supports(context);
      expect((await crm.owners(context)).length).toBeGreaterThan(0);
      for (const kind of kinds) {
        const { records, total } = await crm.find(kind, { rowsMax: 5 }, context);
        expect(total).toBeGreaterThanOrEqual(records.length);
        for (const { id } of records) {
          expect(crm.isId(id)).toBe(true);
          expect(await crm.get(kind, id, context)).toMatchObject({ id });
          await crm.timeline({ kind, id }, 3, context);
        }
        if (kind === "deal" || kind === "ticket") await crm.pipelines(kind, context);
      }
    });
  });
});
