import { expect, it } from "vitest";
import type { CallContext } from "../../../src/core/tool.ts";
import type { Http, HttpRequest } from "../../../src/http/types.ts";
import { readApis } from "../../../tools/openapi/connect.ts";
import { apiTools } from "../../../tools/openapi/index.ts";
import type { FileProblem } from "../../../tools/problems.ts";
import { apiFolder, context, file, get, readOf, retry, writeOf } from "./support.ts";

/** What a tool asks the outgoing client for: it names accounts and never holds a secret. */
async function asked(auth: unknown, operation: object, call: CallContext) {
  const folder = await apiFolder(file([operation], { auth }));
  const problems: FileProblem[] = [];
  const env = { API_URL: "https://api.test/v2/", API_TOKEN: "canary" };
  const apis = readApis(folder, { env }, problems);
  expect(problems).toEqual([]);
  const requests: HttpRequest[] = [];
  const http: Http = {
    request: (request) => {
      requests.push(request);
      return Promise.resolve({
        status: 200,
        headers: {},
        body: { amount: 1, currency: "EUR", status: "stuck" },
        cut: false,
      });
    },
    close: () => Promise.resolve(),
  };
  const tools = apis.flatMap((api) => apiTools(api, http));
  const [tool] = tools;
  if (tool === undefined) throw new Error("there is one tool");
  const input = tool.effect === "read" ? { id: "P1" } : { payout: "P1" };
  const { args } = await tool.resolve(input, call);
  await (tool.effect === "read" ? readOf(tools, tool.name) : writeOf(tools, tool.name)).run(args, call);
  expect(JSON.stringify(requests)).not.toContain("canary");
  return { tool, requests };
}

it("signs with the service's account of its own name, below the configured address", async () => {
  const { tool, requests } = await asked({ secret: "API_TOKEN" }, get, context());
  expect(tool.system).toBe("payments");
  expect(requests[0]).toMatchObject({
    url: "https://api.test/v2/payouts/P1",
    credential: { system: "payments", as: "service" },
    effect: "read",
  });
});

it("signs with the person's account of another system, where the file says so", async () => {
  const call: CallContext = {
    ...context(),
    actsAs: (system) => (system === "gitlab" ? "person" : "service"),
  };
  const { tool, requests } = await asked({ person: "gitlab" }, { ...get, as_person: true }, call);
  expect([tool.system, tool.asPerson]).toEqual(["gitlab", true]);
  expect(requests[0]?.credential).toEqual({ system: "gitlab", as: { person: call.principal } });
});

it("hands the executor's right on with the write alone", async () => {
  const capability = {
    tool: "payments_payout_retry",
    digest: "d",
    target: "t",
    credential: "service:payments",
    expires: 1,
  };
  const { requests } = await asked("none", retry, { ...context(), capability });
  expect(
    requests.map(({ method, effect, capability: right }) => [method, effect, right === capability]),
  ).toEqual([
    ["GET", "read", false],
    ["GET", "read", false],
    ["POST", "write", true],
  ]);
});
