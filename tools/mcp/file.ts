import { z } from "zod";

/*
 * The files of tools/mcp: one per MCP server, reviewed like code. A tool of a server that is not listed does not exist
 * for Steward. What decides about people's rights has no default: effect and risk.
 */

const word = z.string().trim().min(1, "is empty");
const template = word.max(500).describe("Text with {names} of arguments, or {call}");
const expression = word.max(2_000).describe("JMESPath");
const riskName = z.enum(["R0", "R1", "R2", "R3"]);
const snake = z
  .string()
  .regex(/^[a-z][a-z0-9]*(_[a-z0-9]+)+$/, "expected system_noun_verb, such as wiki_page_read")
  .max(64, "a name has at most 64 characters");
const argName = z.string().regex(/^[a-z][A-Za-z0-9_]*$/, "expected a name such as page_id");
const envName = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]*$/, "expected the name of a setting, such as GITLAB_MCP_TOKEN");
const scalar = z.union([z.string(), z.number(), z.boolean()]);

const argsSchema = z.strictObject({
  hide: z.array(z.string()).describe("Take all of the tool's arguments but these").optional(),
  pin: z.record(z.string(), scalar).describe("Always sent so; no model and no person gives it").optional(),
  rename: z
    .record(z.string(), argName)
    .describe("The server's name -> name for people and models")
    .optional(),
});

/** A further, reading tool of the same server that is asked about the thing. */
const lookSchema = z.strictObject({
  tool: word.describe("A tool of this server that only reads; it need not be listed"),
  args: z.record(z.string(), z.union([template, z.number(), z.boolean()])).default({}),
});

const toolSchema = z.strictObject({
  tool: word.max(128).describe("Its name at the server"),
  name: snake,
  title: word.max(60).describe("People's words: Read a page").optional(),
  description: word.max(600).describe("For the model; left out: the server's own words").optional(),
  effect: z.enum(["read", "write", "egress"]),
  risk: z.union([riskName, z.partialRecord(z.enum(["R0", "R1", "R2", "R3", "else"]), word)], {
    error: 'expected R0, R1, R2 or R3, or cases such as { R3: "amount > 1000", else: R2 }',
  }),
  target: template.describe("What it is about: Page/{id}; left out: the server").optional(),
  args: argsSchema.prefault({}),
  slots: z.record(argName, z.string()).describe("How the offline router finds an argument").default({}),
  examples: z.array(word.max(200)).describe("Sentences that ask for it, with {arguments}").default([]),
  policy: z
    .record(argName, z.enum(["String", "Long", "Boolean", "Decimal"]))
    .describe("Arguments that rules may test as context.args")
    .default({}),
  summary: template.describe("The card's sentence: Close issue {id} of {project}").optional(),
  step: template.describe("The line while it runs").optional(),
  version: lookSchema
    .extend({ value: expression.describe("Changes whenever the thing changed; an approval is bound to it") })
    .optional(),
  find: lookSchema
    .extend({ when: expression.describe("True where the write surely happened, false where surely not") })
    .describe("Looks what became of a write; left out: nobody can know")
    .optional(),
  marker: z.string().describe("Argument of the server that takes the action's id").optional(),
  errors: z
    .enum(["unknown", "not_done"])
    .describe("What the server's own error after a write means; only a checked tool is not_done")
    .default("unknown"),
  lag_seconds: z.number().min(0.1).max(600).default(5),
  timeout_seconds: z.number().min(0.5).max(30).optional(),
});

/** A file of tools/mcp, as people write it. */
export const mcpFileSchema = z.strictObject({
  title: word.max(40).describe("The server's name for people").optional(),
  owner: word.max(80).describe("Who answers for it, and whom people ask for rights").optional(),
  mode: z
    .enum(["read", "modify", "full"])
    .describe("read: reads alone; modify: writes up to R2 too; full: all")
    .default("full"),
  transport: z.enum(["http", "stdio"]),
  url: z.union([z.url(), z.strictObject({ env: envName })]).optional(),
  auth: z
    .union([
      z.literal("none"),
      z.strictObject({
        secret: envName,
        header: word.default("authorization"),
        prefix: z.string().default("Bearer "),
      }),
      z.strictObject({ person: word.describe("A system that people connect: gitlab") }),
    ])
    .default("none"),
  command: word.describe("A program; no shell reads it").optional(),
  args: z.array(z.string()).default([]),
  env: z
    .record(z.string(), z.union([z.string(), z.strictObject({ env: envName })]))
    .describe("All that the program sees of the environment, beside PATH, HOME, USER and the like")
    .default({}),
  timeout_seconds: z.number().min(0.5).max(30).default(10),
  reply_kb_max: z.int().min(1).max(10_000).default(512),
  tools: z.array(toolSchema).min(1),
});

export type McpFile = z.infer<typeof mcpFileSchema>;
export type McpToolSpec = McpFile["tools"][number];
