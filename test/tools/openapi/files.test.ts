import { expect, it } from "vitest";
import { readApis } from "../../../tools/openapi/connect.ts";
import { checkTypes } from "../../../tools/openapi/index.ts";
import { type FileProblem, problemLine } from "../../../tools/problems.ts";
import { apiFolder, document, file, get, retry } from "./support.ts";

const connected = { API_URL: "https://api.test", API_TOKEN: "canary" };

async function problemsOf(
  files: Record<string, unknown>,
  env: Record<string, string> = connected,
): Promise<string[]> {
  const folder = await apiFolder(files);
  const problems: FileProblem[] = [];
  const apis = readApis(folder, { env }, problems);
  checkTypes(apis, ["Project"], problems);
  return problems.map((one) => problemLine(one).replace(`${folder}/`, ""));
}

it("takes a good file without a word", async () => {
  expect(await problemsOf(file([get, retry]))).toEqual([]);
});

it("says everything that is wrong with a folder at once, each with its line and what is nearest", async () => {
  const text = `title: Payments
owner: payments-leads
document: ./payments.openapi.yml
base_url: { env: API_URL }
auth: { secret: API_TOKE }
operations:
  - op: GET /payout/{id}
    name: payments_payout_get
    effect: read
    risk: R0
    untrusted: false
    examples: [show it]
  - op: GET /payouts
    name: payments_payout_find
    effect: read
    risk: R0
    examples: [show them]
  - op: POST /payouts/{id}/retry
    name: payments_payout_retry
    effect: write
    risk: { R3: amout > 1000, else: R2 }
    target: Payout/{id}
    summary: Retry {id}
    read: { op: "GET /payouts/{id}", fields: { amount: amount } }
    examples: [again]
`;
  expect(await problemsOf({ ...file([]), "payments.yml": text })).toEqual([
    "payments.yml:5: auth.secret: API_TOKE is not set. Nearest: API_TOKEN, API_URL. Set it, or write 'auth: none'.",
    "payments.yml:7: payments_payout_get: the document has no operation 'GET /payout/{id}'. Nearest: GET /payouts/{id}, PATCH /payouts/{id}, GET /payouts.",
    "payments.yml:15: payments_payout_find: 'untrusted' is missing: does the reply hold text of others? true, false, or whose it is.",
    "payments.yml:21: payments_payout_retry: 'amout' is neither an argument nor a field of 'read'. Nearest: amount.",
  ]);
});

it.each([
  ["an unknown key", { ...get, projet: "x" }, "operations.0.projet: there is no such key. Nearest: project."],
  ["a missing effect", { ...get, effect: undefined }, "operations.0.effect: is missing."],
  ["a missing risk", { ...get, risk: undefined }, "operations.0.risk: is missing."],
  [
    "an unconfirmed label",
    { ...get, effect: "?" },
    'operations.0.effect: is "?"; allowed: read, write, egress.',
  ],
  ["an unconfirmed untrusted", { ...get, untrusted: "?" }, "is still a question: ? is no answer"],
  [
    "an unconfirmed risk",
    { ...retry, risk: "?" },
    "expected R0 for a read, R1, R2 or R3 for a write, or such as { R3: amount > 1000, else: R2 }",
  ],
  ["a read that is no R0", { ...get, risk: "R1" }, "a read is R0."],
  ["a DELETE that is called a read", { ...get, op: "PATCH /payouts/{id}" }, "PATCH is no read."],
  ["a write without a target", { ...retry, target: undefined }, "'target' is missing"],
  ["a write without a summary", { ...retry, summary: undefined }, "'summary' is missing"],
  ["a write of R0", { ...retry, risk: "R0" }, "R0 is no risk of a write"],
  ["a name of another system", { ...get, name: "billing_payout_get" }, "expected payments_noun_verb"],
  [
    "a target that is none",
    { ...get, target: "{id}" },
    "is no target; expected a type and an id, such as Payout/{id}",
  ],
  [
    "a type of other tools",
    { ...get, target: "Project/{id}" },
    "'Project' is a type of other tools. Call yours something else, such as PaymentsProject.",
  ],
  ["JMESPath that cannot be read", { ...get, project: "{id: " }, "is not JMESPath"],
  [
    "a template of nothing",
    { ...retry, summary: "Retry {paymnt}" },
    "'paymnt' is neither an argument nor a field of 'read'. Nearest: payout.",
  ],
  [
    "an argument that is not there",
    { ...get, args: { hide: ["debugg"] } },
    "the operation has no argument 'debugg'. It has: id.",
  ],
  [
    "a required argument that nobody gives",
    { ...get, target: "Payout/x", args: { hide: ["id"] } },
    "'id' is required by the operation: show it or pin it.",
  ],
  [
    "a pin of another type",
    { ...retry, args: { ...retry.args, pin: { source: 5, debug: "maybe" } } },
    '"maybe" is not what debug takes',
  ],
  ["a slot of no kind", { ...get, slots: { id: "payot" } }, "'payot' is no kind."],
  [
    "a live field that a model could give",
    { ...retry, read: { ...retry.read, fields: { payout: "id" } }, risk: "R2", summary: "x", policy: {} },
    "'payout' is an argument too. Call one of them something else.",
  ],
  [
    "a look-up that could be another's write",
    { ...retry, read: undefined, risk: "R2", summary: "x", policy: {} },
    "nothing tells this write from another one: look it up by {call}",
  ],
  [
    "an undo that is not there",
    { ...retry, undo: { tool: "payments_payout_stop", args: {} } },
    "'payments_payout_stop' is no tool of this file",
  ],
])("refuses %s", async (_, operation, words) => {
  const [first, ...rest] = await problemsOf(file([operation]));
  expect(first).toContain(words);
  expect(first).toMatch(/^payments\.yml:\d+: /);
  expect(rest).toEqual([]);
});

it("refuses two arguments of one name, and a body that it cannot write", async () => {
  const change = {
    ...retry,
    ...{ op: "PATCH /payouts/{id}", read: undefined, find: undefined, risk: "R1", summary: "x", policy: {} },
  };
  const [clash] = await problemsOf(
    file([{ ...change, target: "Payout/{id}", args: { rename: { memo: "id" } } }]),
  );
  expect(clash).toContain("two arguments would be called 'id'");
  const upload = structuredClone(document) as { paths: Record<string, Record<string, unknown>> };
  upload.paths["/payouts/{id}/retry"] = {
    post: {
      parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" } }],
      requestBody: { required: true, content: { "multipart/form-data": { schema: { type: "object" } } } },
    },
  };
  const operation = {
    ...retry,
    ...{
      read: undefined,
      find: undefined,
      risk: "R1",
      summary: "x",
      policy: {},
      args: {},
      target: "Payout/{id}",
    },
  };
  const [body] = await problemsOf({ ...file([operation]), "payments.openapi.yml": upload });
  expect(body).toContain("a body that is no JSON object");
});

it.each([
  ["no YAML", "a: [", "is not valid YAML"],
  ["no OpenAPI", "hello: world", "it is no OpenAPI document: there are no paths in it"],
  ["an old version", 'swagger: "2.0"\npaths: {}', "it is of version 2.0; expected OpenAPI 3.0 or 3.1"],
])("says what is wrong with a document that is %s", async (_, text, words) => {
  const found = await problemsOf({ ...file([get]), "payments.openapi.yml": text });
  expect(found.join("\n")).toMatch(
    new RegExp(words === "is not valid YAML" ? "neither JSON nor YAML" : words),
  );
});

it("is off without its address, and asks about one that is nearly it", async () => {
  expect(await problemsOf(file([get]), {})).toEqual([]);
  expect(await problemsOf(file([get]), { API_TOKEN: "canary" })).toEqual([]);
  const [slip] = await problemsOf(file([get]), { API_ULR: "https://api.test" });
  expect(slip).toContain("API_URL is not set, but API_ULR is. Which is meant?");
  const [none] = await problemsOf(file([get]), { ...connected, API_URL: "api.test" });
  expect(none).toContain("API_URL is no address such as https://payments.example.com");
});

it("tells no secret in what it says", async () => {
  const found = await problemsOf(
    file([{ ...get, op: "GET /x" }], { auth: { secret: "API_TOKENS" } }),
    connected,
  );
  expect(found.join("\n")).not.toContain("canary");
});

it("refuses a file that speaks for tools written here", async () => {
  const { "payments.yml": content, ...rest } = file([get]);
  const [wrong] = await problemsOf({ ...rest, "gitlab.yml": content });
  expect(wrong).toContain("'gitlab' is no name for a system of yours");
});
