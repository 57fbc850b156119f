import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Apis, startApis } from "../../sandbox/apis/index.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { type CallContext, isWrite, type Tool, type WriteTool } from "../../src/core/tool.ts";
import { createHttp } from "../../src/http/client.ts";
import { serviceCredentials } from "../../src/http/credentials.ts";
import { readApis } from "../../tools/openapi/connect.ts";
import { apiTools } from "../../tools/openapi/index.ts";
import type { FileProblem } from "../../tools/problems.ts";

/** The files of tools/apis as they ship, on the sandbox's APIs. */

const folder = join(import.meta.dirname, "../../tools/apis");
let apis: Apis;
let tools: Tool[];
let close: () => Promise<void>;

beforeAll(async () => {
  apis = await startApis({ payments: { bankMs: Infinity } });
  const problems: FileProblem[] = [];
  const listed = readApis(folder, { env: apis.env }, problems);
  expect(problems).toEqual([]);
  const systems = listed.flatMap(({ system, connection }) =>
    "off" in connection
      ? []
      : [
          [
            system,
            { url: connection.baseUrl, ...(connection.secret && { secret: connection.secret }) },
          ] as const,
        ],
  );
  const http = createHttp({
    allow: systems.map(([, { url }]) => url),
    credentials: serviceCredentials(Object.fromEntries(systems)),
    writes: () => undefined,
  });
  tools = listed.flatMap((api) => apiTools(api, http));
  close = () => http.close();
});
beforeEach(() => apis.reset());
afterAll(async () => {
  await close();
  await apis.close();
});

const context = (callId = "11111111-1111-4111-8111-111111111111"): CallContext => ({
  principal: {
    ...{ kind: "person", workspace: "T1", user: "U0CARLA", name: "Carla", email: "carla@example.com" },
    ...{ timezone: "UTC", guest: false, external: false, bot: false, active: true },
  },
  elsewhere: {},
  signal: AbortSignal.timeout(20_000),
  callId,
  actsAs: () => "service",
  now: () => new Date(),
});

const named = (name: string): Tool => {
  const found = tools.find((one) => one.name === name);
  if (found === undefined) throw new Error(`There is no tool ${name}.`);
  return found;
};
const write = (name: string): WriteTool => {
  const found = named(name);
  if (!isWrite(found)) throw new Error(`${name} is a read.`);
  return found;
};
const read = async (name: string, given: JsonObject) => {
  const tool = named(name);
  const { args, target } = await tool.resolve(tool.input.parse(given) as JsonObject, context());
  return { target, ...(await tool.run(args, context())) };
};

/** A call of every read, with words that its answer must hold, and whether they count as the text of others. */
const reads: readonly [name: string, args: JsonObject, wanted: RegExp, untrusted?: RegExp][] = [
  ["payments_payout_find", { status: "stuck" }, /77120.*Acme Corp.*77131|77131.*77120/s],
  ["payments_payout_get", { payout: "77120" }, /stuck.*Acme Corp.*Ines Costa.*812\.4/s],
  ["payments_event_list", { payout: "77120" }, /created.*did not answer within 30 s/s, /payout 77120/],
  ["mail_message_find", { to: "acme@corp.example" }, /0|none|nothing|no /i],
  ["metrics_service_find", {}, /card-auth.*degraded/s],
  ["metrics_service_read", { service: "card-auth", window: "15m" }, /degraded.*5\.8\.1/s],
  ["metrics_series_read", { service: "card-auth", metric: "error_rate" }, /20\d\d-.*\| \d\.\d/s],
  [
    "logs_line_search",
    { service: "card-auth", level: "error", query: "timeout" },
    /issuer gateway timeout/,
    /log lines/,
  ],
  ["oncall_duty_find", { service: "card-auth" }, /platform.*Elif Kaya.*Grace Okafor/s],
  ["oncall_page_find", {}, /0|none|nothing|no /i, /pages/],
  ["freeze_now_read", { scope: "payments/ledger-api" }, /frozen.*(?:no|false).*Peak shopping week/is],
  ["freeze_window_find", {}, /Peak shopping week/],
  ["flags_flag_find", { search: "payout" }, /idempotent-payout-retries/],
  ["flags_flag_get", { flag: "new-balances-view" }, /production.*25/s],
  ["rates_rate_find", { base: "EUR" }, /USD.*GBP/s],
  ["rates_amount_convert", { from: "EUR", to: "USD", amount: 48_000 }, /Result.*5\d,?\d{3}/s],
];

describe("what the shipped files read", () => {
  it("is tried for every read that there is", () => {
    expect(new Set(reads.map(([name]) => name))).toEqual(
      new Set(tools.filter((tool) => !isWrite(tool)).map(({ name }) => name)),
    );
  });

  it.each(reads)("%s answers in short, and says whose words it holds", async (name, args, wanted, others) => {
    const { text, sources, untrusted } = await read(name, args);
    expect(text).toMatch(wanted);
    expect(text.length).toBeLessThan(12_000);
    expect(sources).toHaveLength(1);
    if (others === undefined) expect(untrusted).toEqual([]);
    else expect(untrusted.join()).toMatch(others);
  });

  it("offers the retry of a payout only where one is possible", async () => {
    expect((await read("payments_payout_get", { payout: "77120" })).offers).toEqual([
      { tool: "payments_payout_retry", args: { payout: "77120" }, label: "Retry payout 77120" },
    ]);
    expect((await read("payments_payout_get", { payout: "77104" })).offers).toEqual([]);
  });

  it("is refused in words that say what there is instead", async () => {
    await expect(read("metrics_service_read", { service: "cardauth" })).rejects.toThrow(
      /no service cardauth: there are card-auth/,
    );
    await expect(read("rates_rate_find", { base: "XXX" })).rejects.toThrow(/no rate for XXX; there are EUR/);
  });
});

/** A call of every write: its risk, what its card says, and how often it happened. */
const writes: readonly [
  name: string,
  args: JsonObject,
  risk: number,
  sentence: RegExp,
  happened: () => number,
][] = [
  [
    "payments_payout_retry",
    { payout: "77120" },
    2,
    /^Retry payout 77120 of 812\.4 EUR to Acme Corp$/,
    () => (apis.payments.state().payouts.find(({ id }) => id === "77120")?.attempts.length ?? 0) - 1,
  ],
  [
    "payments_payout_retry",
    { payout: "77131" },
    3,
    /^Retry payout 77131 of 4850 EUR to Globex$/,
    () => (apis.payments.state().payouts.find(({ id }) => id === "77131")?.attempts.length ?? 0) - 1,
  ],
  [
    "mail_message_send",
    { to: "acme@corp.example", subject: "Your payout", text: "Good day,\n\nit is on its way." },
    2,
    /^Mail acme@corp\.example "Your payout"$/,
    () => apis.mail.state().outbox.length,
  ],
  [
    "oncall_page_send",
    { to: "elif@example.com", summary: "card-auth fails since 09:20" },
    2,
    /^Page Elif Kaya of platform$/,
    () => apis.onCall.state().pages.length,
  ],
  [
    "flags_flag_set",
    { flag: "card-auth-issuer-fallback", environment: "production", enabled: true },
    3,
    /^Set the feature flag card-auth-issuer-fallback in production$/,
    () => apis.flags.world().changes.length,
  ],
  [
    "flags_flag_set",
    { flag: "new-balances-view", environment: "staging", enabled: false },
    2,
    /^Set the feature flag new-balances-view in staging$/,
    () => apis.flags.world().changes.length,
  ],
];

describe("what the shipped files change", () => {
  it.each(writes)(
    "%s %o asks at its risk, happens once, and can be looked up",
    async (name, given, risk, sentence, happened) => {
      const tool = write(name);
      const resolved = await tool.resolve(tool.input.parse(given) as JsonObject, context());
      expect(resolved.risk).toBe(risk);
      expect(resolved.preview.sentence).toMatch(sentence);
      // Everything that is sent stands on the card, in full.
      const shown = resolved.preview.fields.map(({ value }) => value);
      for (const value of Object.values(given))
        expect(shown).toContain(typeof value === "string" ? value : JSON.stringify(value));
      expect(await tool.find(resolved.args, context())).toEqual({ kind: "not_done" });
      expect(happened()).toBe(0);

      const { text, untrusted } = await tool.run(resolved.args, context());
      expect(text).toMatch(/^Done in /);
      expect(untrusted).toEqual([]);
      expect(happened()).toBe(1);
      expect(await tool.find(resolved.args, context())).toMatchObject({ kind: "done" });
    },
  );

  it("acknowledges a page, once, for one person", async () => {
    const page = write("oncall_page_send");
    const about = { to: "elif@example.com", summary: "card-auth fails" };
    await page.run((await page.resolve(about, context())).args, context());
    const tool = write("oncall_page_acknowledge");
    const resolved = await tool.resolve({ page: "p-301", by: "elif@example.com" }, context());
    expect([resolved.risk, resolved.preview.sentence]).toEqual([
      1,
      'Acknowledge page p-301 "card-auth fails"',
    ]);
    expect(await tool.find(resolved.args, context())).toEqual({ kind: "not_done" });
    await tool.run(resolved.args, context());
    expect(await tool.find(resolved.args, context())).toMatchObject({ kind: "done" });
  });

  it("shows a flag before and after, and knows how it is taken back", async () => {
    const tool = write("flags_flag_set");
    const given = { flag: "new-balances-view", environment: "production", enabled: true, rollout: 100 };
    const { args, preview } = await tool.resolve(given, context());
    expect(preview.fields).toContainEqual({ label: "Rollout", before: "25", value: "100" });
    const output = await tool.run(args, context());
    expect(await tool.undo?.(args, output, context())).toEqual({
      tool: "flags_flag_set",
      args: { flag: "new-balances-view", environment: "production", enabled: true, rollout: 25 },
    });
  });

  it("sends nothing where the flag was set meanwhile", async () => {
    const tool = write("flags_flag_set");
    const given = { flag: "new-balances-view", environment: "production", enabled: false };
    const { args } = await tool.resolve(given, context());
    apis.flags.set("new-balances-view", "production", true, "mei@example.com");
    await expect(tool.run(args, context())).rejects.toThrow(/changed.*nothing was sent/);
    expect(apis.flags.world().changes).toHaveLength(1);
  });
});
