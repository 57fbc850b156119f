import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SystemServer } from "../../sandbox/http/server.ts";
import { type Apis, startApis } from "../../sandbox/apis/index.ts";

let apis: Apis;
beforeEach(async () => {
  apis = await startApis({ payments: { bankMs: 60_000 } });
});
afterEach(() => apis.close());

interface Given {
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

async function call(
  api: Pick<SystemServer, "url"> & { token: string },
  line: string,
  { body, headers }: Given = {},
) {
  const [method = "", path = ""] = line.split(" ");
  const reply = await fetch(`${api.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${api.token}`, "content-type": "application/json", ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const given = (await reply.json()) as Record<string, unknown>;
  return { status: reply.status, body: given, etag: reply.headers.get("etag") };
}

const source = { source: "steward" };

describe("payments", () => {
  const retry = (headers: Record<string, string> = {}, payout = "77120") =>
    call(apis.payments, `POST /payouts/${payout}/retry`, { body: source, headers });
  const attemptsOf = (id: string) =>
    apis.payments
      .state()
      .payouts.find((one) => one.id === id)
      ?.attempts.map(({ outcome }) => outcome);

  it("retries once however often the same key comes, and the bank ends it", async () => {
    expect((await retry({ "idempotency-key": "k1" })).status).toBe(202);
    const again = await retry({ "idempotency-key": "k1" });
    expect([again.status, again.body["status"]]).toEqual([200, "processing"]);
    expect(attemptsOf("77120")).toEqual(["stuck", "running"]);
    expect((await retry({ "idempotency-key": "k1" }, "77131")).status).toBe(422);
    expect((await retry({ "idempotency-key": "k2" })).body).toMatchObject({ code: "not_retryable" });
    apis.payments.clock.advance(60_000);
    expect((await call(apis.payments, "GET /payouts/77120")).body["status"]).toBe("paid");
    const found = await call(apis.payments, "GET /payouts/77120/attempts?key=k1");
    expect(found.body).toMatchObject({ total: 1, attempts: [{ number: 2, outcome: "paid" }] });
  });

  it("refuses what was prepared from an older revision", async () => {
    const { etag } = await call(apis.payments, "GET /payouts/77120");
    apis.payments.touch("77120", "The account's owner was checked");
    const late = await retry({ "if-match": etag ?? "" });
    expect(late.body).toMatchObject({ code: "changed", message: expect.stringContaining("revision 6") });
    expect(attemptsOf("77120")).toEqual(["stuck"]);
    const fresh = await call(apis.payments, "GET /payouts/77120");
    expect((await retry({ "if-match": fresh.etag ?? "" })).status).toBe(202);
  });

  it("gives lists by pages, and events oldest first", async () => {
    const first = await call(apis.payments, "GET /payouts?limit=3");
    expect(first.body).toMatchObject({ total: 5, next_cursor: "3" });
    const rest = await call(apis.payments, "GET /payouts?limit=3&cursor=3");
    expect(rest.body["next_cursor"]).toBeNull();
    const events = await call(apis.payments, "GET /payouts/77120/events");
    expect(events.body["events"]).toMatchObject([{ kind: "created" }, {}, {}, { kind: "stuck" }, {}]);
  });

  it("lets nobody in without its token, and writes none down", async () => {
    const wrong = { headers: { authorization: "Bearer pay-guessed" } };
    expect((await call(apis.payments, "GET /payouts/77120", wrong)).status).toBe(401);
    expect(JSON.stringify(apis.payments.journal.list())).not.toContain("pay-guessed");
  });

  it("ends the product on receipt, after the effect, where a test wants so", async () => {
    let killed = 0;
    apis.payments.faults.onKill = () => void (killed += 1);
    apis.payments.faults.add({ kind: "kill", path: "/payouts/:payout/retry" });
    await Promise.race([
      retry({ "idempotency-key": "k1" }).catch(() => {}),
      expect.poll(() => killed).toBe(1),
    ]);
    await expect.poll(() => attemptsOf("77120")).toEqual(["stuck", "running"]);
  });
});

it("mail: one mail for one key, kept in the outbox; none to those who want none", async () => {
  const body = { from: "support@northwind-pay.example", to: "Acme@corp.example", subject: "s", text: "t" };
  const headers = { "idempotency-key": "k1" };
  expect((await call(apis.mail, "POST /messages", { body, headers })).status).toBe(202);
  expect((await call(apis.mail, "POST /messages", { body, headers })).status).toBe(200);
  expect(apis.mail.state().outbox).toMatchObject([{ to: "acme@corp.example", key: "k1" }]);
  const refused = await call(apis.mail, "POST /messages", { body: { ...body, to: "peter@initech.example" } });
  expect(refused.body).toMatchObject({ code: "suppressed" });
  const nowhere = await call(apis.mail, "POST /messages", { body: { ...body, to: "somebody" } });
  expect([nowhere.status, nowhere.body["message"]]).toEqual([422, expect.stringMatching(/^to: /)]);
});

it("metrics and logs tell the same story: card-auth fails since its newest version", async () => {
  const { body } = await call(apis.metrics, "GET /services");
  const services = body["services"] as { name: string; status: string }[];
  expect(services.filter(({ status }) => status === "degraded").map(({ name }) => name)).toEqual([
    "card-auth",
  ]);
  const hour = await call(apis.metrics, "GET /services/card-auth?window=15m");
  expect(hour.body["error_rate_percent"]).toBeGreaterThan(5);
  expect(hour.body["error_rate_percent_day_before"]).toBeLessThan(1);
  const series = await call(apis.metrics, "GET /services/card-auth/series?metric=error_rate&window=1h");
  const points = series.body["points"] as { value: number }[];
  expect(points).toHaveLength(60);
  expect(points[0]?.value).toBeLessThan(1);
  expect(points.at(-1)?.value).toBeGreaterThan(5);
  const logs = await call(
    apis.logs,
    "GET /logs?service=card-auth&query=ISSUER%20timeout&level=error&limit=3",
  );
  expect(logs.body).toMatchObject({ total: 70, next_cursor: "3" });
});

it("on call: who is on duty, one page for one key, acknowledged by one", async () => {
  const duty = await call(apis.onCall, "GET /on-call?service=card-auth");
  expect(duty.body).toMatchObject({ on_call: [{ team: "platform", primary: { name: "Elif Kaya" } }] });
  const headers = { "idempotency-key": "k1" };
  const body = { to: "elif@example.com", summary: "card-auth fails" };
  expect((await call(apis.onCall, "POST /pages", { body, headers })).status).toBe(201);
  expect((await call(apis.onCall, "POST /pages", { body, headers })).status).toBe(200);
  const stranger = await call(apis.onCall, "POST /pages", { body: { ...body, to: "x@corp.example" } });
  expect(stranger.status).toBe(404);
  expect(apis.onCall.state().pages).toMatchObject([{ id: "p-301", status: "triggered" }]);
});

it("freezes: one that is entered holds at once, for what lies in its scope, until it is over", async () => {
  const now = (scope: string) => call(apis.freeze, `GET /freezes/now?scope=${scope}`);
  expect((await now("payments/ledger-api")).body).toMatchObject({ frozen: false, next: { id: "fz-2" } });
  apis.freeze.begin({ hours: 2, scope: "payments" });
  expect((await now("payments/ledger-api")).body["frozen"]).toBe(true);
  expect((await now("paymentsx")).body["frozen"]).toBe(false);
  apis.freeze.clock.advance(2 * 3_600_000);
  expect((await now("payments/ledger-api")).body["frozen"]).toBe(false);
});

it("flags: set at the revision that was seen, once for one key", async () => {
  const setting = "/flags/new-balances-view/environments/production";
  const { etag } = await call(apis.flags, `GET ${setting}`);
  apis.flags.set("new-balances-view", "production", true, "mei@example.com");
  const body = { enabled: false, by: "steward" };
  const late = await call(apis.flags, `PUT ${setting}`, { body, headers: { "if-match": etag ?? "" } });
  expect(late.status).toBe(412);
  const headers = { "idempotency-key": "k1" };
  expect((await call(apis.flags, `PUT ${setting}`, { body, headers })).body).toMatchObject({ rollout: 0 });
  apis.flags.set("new-balances-view", "production", true, "mei@example.com");
  expect((await call(apis.flags, `PUT ${setting}`, { body, headers })).body).toMatchObject({ enabled: true });
  const changes = await call(apis.flags, "GET /flags/new-balances-view/changes?key=k1");
  expect(changes.body["total"]).toBe(1);
});

it("rates: the same amount there and back, and no day ahead", async () => {
  const there = await call(apis.rates, "GET /convert?from=EUR&to=USD&amount=1000&on=2026-01-05");
  expect(there.body["result"]).toBeGreaterThan(1_000);
  expect((await call(apis.rates, "GET /convert?from=EUR&to=USD&amount=1&on=2999-01-01")).status).toBe(422);
});

it("goes back to the seed", async () => {
  await call(apis.payments, "POST /payouts/77120/retry", { body: source });
  apis.flags.set("new-balances-view", "production", true, "mei@example.com");
  apis.reset();
  expect((await call(apis.payments, "GET /payouts/77120")).body["status"]).toBe("stuck");
  expect((await call(apis.flags, "GET /flags/new-balances-view/changes")).body["total"]).toBe(0);
});
