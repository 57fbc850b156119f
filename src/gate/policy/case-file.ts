import { z } from "zod";
import type { Principal } from "../../core/principal.ts";
import type { Risk, Target } from "../../core/tool.ts";
import type { PolicyRequest } from "../policy-port.ts";
import { type Problem, suggestion } from "./problems.ts";
import type { Vocabulary } from "./schema.ts";
import { readYaml } from "./yaml.ts";

/** A principal as a case names it; `groups` are Slack user group memberships that the case claims. */
interface PersonText {
  email?: string;
  automation?: string;
  guest?: boolean;
  external?: boolean;
  bot?: boolean;
  active?: boolean;
  groups?: string[];
}

/** `anna@example.com`, or a person with what makes them special. */
const personShape = z.union(
  [
    z.email().transform((email): PersonText => ({ email })),
    z.strictObject({
      email: z.email().exactOptional(),
      automation: z.string().exactOptional(),
      guest: z.boolean().exactOptional(),
      external: z.boolean().exactOptional(),
      bot: z.boolean().exactOptional(),
      active: z.boolean().exactOptional(),
      groups: z.array(z.string()).exactOptional(),
    }),
  ],
  {
    error:
      "expected an e-mail address, or { email, guest, external, bot, active, automation, groups } with the last naming Slack user group memberships",
  },
);

const contextShape = z.strictObject({
  untrusted: z.boolean().default(false),
  kind: z.enum(["chat", "slash", "automation", "mcp"]).default("chat"),
  mode: z.enum(["on", "read-only", "off"]).default("on"),
  frozen: z.boolean().default(false),
  granted: z.boolean().default(false),
  args: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
});

const expectShape = z.union(
  [
    z.enum(["allow", "counts", "refused"]),
    z.strictObject({
      ask: z.array(
        z.strictObject({
          rule: z.string(),
          group: z.string(),
          count: z.number().int().positive().default(1),
        }),
      ),
    }),
    z.strictObject({ deny: z.array(z.string()) }),
  ],
  {
    error:
      "expected allow, { ask: [{ rule, group, count }] } or { deny: [rules] }; of a vote: counts or refused",
  },
);

const caseShape = z.strictObject({
  name: z.string().min(1),
  principal: personShape,
  tool: z.string(),
  target: z
    .array(z.string().regex(/^[A-Za-z]\w*\/./, "expected <kind>/<id>, such as GitLabGroup/payments"))
    .min(1),
  risk: z.enum(["R0", "R1", "R2", "R3"]).default("R0"),
  context: contextShape.default(contextShape.parse({})),
  vote: z.strictObject({ by: personShape, ask: z.string() }).exactOptional(),
  expect: expectShape,
});

type CaseText = z.output<typeof caseShape>;

/** One case, ready to be put to a policy. */
export interface PolicyCase {
  file: string;
  line: number;
  name: string;
  request: PolicyRequest;
  mode: "on" | "read-only" | "off";
  /** Slack user group memberships that the case claims, by `Principal.user`. */
  claimed: ReadonlyMap<string, readonly string[]>;
  vote?: { by: Principal; ask: string };
  expect: CaseText["expect"];
}

const workspace = "T0";

const principalOf = ({ email, automation, ...person }: PersonText): Principal => {
  const name = automation ?? email ?? "somebody";
  return {
    kind: automation === undefined ? "person" : "automation",
    workspace,
    user: name,
    name,
    ...(email !== undefined && { email }),
    timezone: "UTC",
    guest: person.guest ?? false,
    external: person.external ?? false,
    bot: person.bot ?? false,
    active: person.active ?? true,
  };
};

const refOf = (text: string) => ({
  type: text.slice(0, text.indexOf("/")),
  id: text.slice(text.indexOf("/") + 1),
});

const targetOf = (chain: readonly string[]): Target => {
  const nodes = chain.map((text, i) => ({ ...refOf(text), parents: chain.slice(i + 1, i + 2).map(refOf) }));
  const [first, ...ancestors] = nodes;
  if (first === undefined) throw new TypeError("a target needs at least the thing itself");
  return { ...first, label: `${first.type} ${first.id}`, ancestors };
};

const claims = (people: readonly (PersonText | undefined)[]): Map<string, readonly string[]> =>
  new Map(
    people.flatMap((person) =>
      person?.groups === undefined ? [] : [[principalOf(person).user, person.groups] as const],
    ),
  );

/** Reads one `*.test.yml`; problems are collected, never thrown. */
export const readCases = (file: string, vocabulary: Vocabulary, problems: Problem[]): PolicyCase[] => {
  const read = readYaml(file, z.array(caseShape), Object.keys(caseShape.shape), problems);
  return (read?.value ?? []).flatMap((text, index) => {
    const line = read?.line([index]) ?? 1;
    const tool = vocabulary.tools.find(({ name }) => name === text.tool);
    if (tool === undefined) {
      const names = vocabulary.tools.map(({ name }) => name);
      problems.push({ file, line, message: `unknown tool '${text.tool}'. ${suggestion(text.tool, names)}` });
      return [];
    }
    const { mode, ...context } = text.context;
    const request: PolicyRequest = {
      principal: principalOf(text.principal),
      tool: { name: tool.name, effect: tool.effect, system: tool.system },
      target: targetOf(text.target),
      context: { ...context, risk: Number(text.risk.slice(1)) as Risk, channel: "C0" },
    };
    return [
      {
        file,
        line,
        name: text.name,
        request,
        mode,
        claimed: claims([text.principal, text.vote?.by]),
        ...(text.vote !== undefined && { vote: { by: principalOf(text.vote.by), ask: text.vote.ask } }),
        expect: text.expect,
      },
    ];
  });
};
