import { z } from "zod";

/*
 * The files of tools/apis: one per API, reviewed like code. What decides about people's rights has no default: effect,
 * risk, whether a reply is the text of others. An operation that is not listed does not exist for Steward.
 */

const word = z.string().trim().min(1, "is empty");
const expression = word.max(2_000).describe("JMESPath");
const template = word
  .max(500)
  .refine((text) => text !== "?", "is still a question: ? is no answer")
  .describe("Text with {names} of arguments, of fields that `read` brings, or {call}");
const operationPattern = /^(GET|POST|PUT|PATCH|DELETE) \/\S*$/;
const operationName = z
  .string()
  .regex(
    operationPattern,
    "expected a method and a path as they stand in the document, such as GET /payouts/{id}",
  );
const riskName = z.enum(["R0", "R1", "R2", "R3"]);
const snake = z
  .string()
  .regex(/^[a-z][a-z0-9_]*$/, "expected small letters, digits and underscores")
  .max(64, "a name has at most 64 characters");
const argName = z.string().regex(/^[a-z][A-Za-z0-9_]*$/, "expected a name such as payout_id");

/** Arguments of a further request: parameter -> template; left out, those of the same name are handed on. */
const handedOn = z.record(z.string(), z.union([template, z.number(), z.boolean()]));

const argsSchema = z.strictObject({
  only: z.array(z.string()).describe("Take these alone of all that the operation has").optional(),
  hide: z.array(z.string()).describe("Take all but these").optional(),
  pin: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .describe("Always sent so; no model and no person gives it")
    .optional(),
  rename: z
    .record(z.string(), argName)
    .describe("Name in the document -> name for people and models")
    .optional(),
  describe: z
    .record(z.string(), word.max(300))
    .describe("What an argument is, instead of the document's words")
    .optional(),
});

const readSchema = z.strictObject({
  op: operationName.describe("Reads the thing as it is, before anybody is asked and again before it is sent"),
  args: handedOn.optional(),
  fields: z
    .record(argName, expression)
    .describe("Facts for summary, risk, card and policy: never from a model")
    .default({}),
  before: z
    .record(argName, expression)
    .describe("An argument's value as it is now: the card shows before → after")
    .default({}),
  version: expression
    .describe("What an approval is bound to; left out: everything in fields and before")
    .optional(),
  if_match: z.literal(true).describe("The version is the reply's ETag, sent along as If-Match").optional(),
});

const findSchema = z.strictObject({
  op: operationName,
  args: handedOn.optional(),
  when: expression.describe("True of the reply where the write surely happened; {call} is the action's id"),
});

const followSchema = z.strictObject({
  op: operationName,
  args: handedOn.optional(),
  fields: z.record(argName, expression).default({}),
  text: template,
  done: expression,
  failed: expression.optional(),
});

const offerSchema = z.strictObject({
  tool: snake.describe("Another operation of this file"),
  args: handedOn,
  label: template.describe("What stands on the button"),
  when: expression.describe("Offered where this is true of the reply; left out: always").optional(),
});

const pagingSchema = z.discriminatedUnion("style", [
  z.strictObject({
    style: z.literal("page"),
    page: word,
    size: word.optional(),
    size_max: z.int().min(1).max(1000).default(50),
  }),
  z.strictObject({
    style: z.literal("cursor"),
    cursor: word,
    next: expression,
    size: word.optional(),
    size_max: z.int().min(1).max(1000).default(50),
  }),
  z.strictObject({
    style: z.literal("link"),
    size: word.optional(),
    size_max: z.int().min(1).max(1000).default(50),
  }),
]);

const operationSchema = z.strictObject({
  op: operationName,
  name: snake.regex(/_/, "expected system_noun_verb, such as payments_payout_get"),
  title: word.max(60).describe("People's words: Retry a payout").optional(),
  description: word.max(600).describe("For the model; left out: the document's own words").optional(),
  effect: z.enum(["read", "write", "egress"]),
  risk: z.union([riskName, z.partialRecord(z.enum(["R0", "R1", "R2", "R3", "else"]), word)], {
    error: "expected R0 for a read, R1, R2 or R3 for a write, or such as { R3: amount > 1000, else: R2 }",
  }),
  target: template.describe("What it is about: Type/{id}").optional(),
  in: z
    .array(template)
    .describe("What that lies in, nearest first; the API itself is always above")
    .default([]),
  untrusted: z
    .union([z.boolean(), template], { error: "expected true, false, or whose text it is" })
    .describe("Whether the reply holds text of others; a text says whose")
    .optional(),
  args: argsSchema.prefault({}),
  slots: z.record(argName, z.string()).describe("How the offline router finds an argument").default({}),
  examples: z
    .array(word.max(200))
    .min(1, "there is none: write sentences that ask for it")
    .describe("Sentences that ask for it, with {arguments}"),
  policy: z
    .record(argName, z.enum(["String", "Long", "Boolean", "Decimal"]))
    .describe("Arguments and fields of `read` that rules may test as context.args")
    .default({}),
  read: readSchema.optional(),
  summary: template.describe("The card's sentence: Retry payout {id} of {amount} {currency}").optional(),
  step: template.describe("The line while it runs").optional(),
  link: template.describe("Path of the page for people, at the API's address: /payouts/{id}").optional(),
  idempotency_header: word
    .describe("Header that takes a key; the system then sends one write once")
    .optional(),
  marker: argName
    .describe("Hidden argument that takes the action's id, so that it can be found again")
    .optional(),
  find: findSchema.optional(),
  lag_seconds: z.number().min(0.1).max(600).default(5),
  follow: followSchema.optional(),
  offers: z
    .array(offerSchema)
    .max(3)
    .describe("Of a read: what may be done next, as buttons; a click only asks for it")
    .default([]),
  undo: z.strictObject({ tool: snake, args: handedOn }).optional(),
  as_person: z.boolean().describe("Only with the person's own account").optional(),
  items: expression.describe("The list in the reply").optional(),
  total: expression.describe("How many there are in all").optional(),
  rows_max: z.int().min(1).max(200).default(20),
  paging: pagingSchema.optional(),
  project: expression.describe("What of the reply is shown; of a list: all items together").optional(),
  full: expression.describe("The same where detail is full").optional(),
  timeout_seconds: z.number().min(0.5).max(30).optional(),
});

const envName = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]*$/, "expected the name of a setting, such as PAYMENTS_TOKEN");

/** A file of tools/apis, as people write it. */
export const apiFileSchema = z.strictObject({
  title: word.max(40).describe("The system's name for people"),
  owner: word
    .max(80)
    .refine((name) => name !== "?", "is still a question: name the team that answers for it")
    .describe("Who answers for it, and whom people ask for rights"),
  mode: z
    .enum(["read", "modify", "full"])
    .describe("read: reads alone; modify: writes up to R2 too; full: all")
    .default("full"),
  document: word.describe("OpenAPI 3.x: a path from this file, or an https address"),
  base_url: z.union([z.url(), z.strictObject({ env: envName })]),
  auth: z.union([
    z.literal("none"),
    z.strictObject({
      secret: envName,
      header: word.default("authorization"),
      prefix: z.string().default("Bearer "),
    }),
    z.strictObject({ person: word.describe("A system that people connect: gitlab") }),
  ]),
  timeout_seconds: z.number().min(0.5).max(30).default(10),
  reply_kb_max: z.int().min(1).max(10_000).default(512),
  operations: z.array(operationSchema).min(1),
});

export type ApiFile = z.infer<typeof apiFileSchema>;
export type OperationSpec = ApiFile["operations"][number];
