import type { SchemaJson } from "@cedar-policy/cedar-wasm/nodejs";
import { StewardError } from "../../core/errors.ts";
import type { EntityTypes, Tool } from "../../core/tool.ts";

/** What policy needs to know of a tool. */
export type PolicyTool = Pick<Tool, "name" | "effect" | "system" | "targetTypes" | "policyArgs">;

/**
 * Everything policies may speak of: every tool that Steward has, whether it is configured here or not, so that
 * a rule about a system that is not connected is no mistake. A `Toolbox` of all tools is one.
 */
export interface Vocabulary {
  tools: readonly PolicyTool[];
  entityTypes: EntityTypes;
}

/** The action that asks whether a vote counts. */
export const approveAction = "approve";
const effects = ["read", "write", "egress"] as const;
const ownTypes = ["Person", "Automation", "Group", "Action"] as const;

type CedarAttribute = { type: string; name?: string; required?: boolean; attributes?: CedarRecord };
type CedarRecord = Record<string, CedarAttribute>;

const baseContext = (args: CedarRecord): CedarRecord => ({
  risk: { type: "Long" },
  untrusted: { type: "Boolean" },
  kind: { type: "String" },
  channel: { type: "String", required: false },
  mode: { type: "String" },
  frozen: { type: "Boolean" },
  granted: { type: "Boolean" },
  args: { type: "Record", attributes: args },
});

const argType = (type: PolicyTool["policyArgs"][string]): CedarAttribute =>
  type === "Decimal" ? { type: "Extension", name: "decimal", required: false } : { type, required: false };

const context = (attributes: CedarRecord) => ({ type: "Record" as const, attributes });

const toolAction = (tool: PolicyTool) => ({
  memberOf: [{ id: tool.effect }, { id: tool.system }],
  appliesTo: {
    principalTypes: ["Person", "Automation"],
    resourceTypes: tool.targetTypes,
    context: context(
      baseContext(
        Object.fromEntries(Object.entries(tool.policyArgs).map(([name, type]) => [name, argType(type)])),
      ),
    ),
  },
});

/** The context of a call's own, plus whose vote on what is being weighed. */
const approval = (resourceTypes: string[]) => ({
  appliesTo: {
    principalTypes: ["Person"],
    resourceTypes,
    context: context({
      ...baseContext({}),
      requester: { type: "Entity", name: "Person", required: false },
      tool: { type: "String" },
      ask: { type: "String" },
    }),
  },
});

/** Every action a policy may name: tools, effects, toolkits and `approve`. */
export const actionNames = ({ tools }: Vocabulary): string[] => [
  ...new Set([
    ...tools.map(({ name }) => name),
    ...effects,
    ...tools.map(({ system }) => system),
    approveAction,
  ]),
];

const inconsistencies = ({ tools, entityTypes }: Vocabulary): string[] => {
  const types = Object.keys(entityTypes);
  const parents = new Set<string>([...effects, ...tools.map(({ system }) => system), approveAction]);
  return [
    ...ownTypes
      .filter((type) => types.includes(type))
      .map((type) => `entity type '${type}' is Steward's own`),
    ...Object.entries(entityTypes).flatMap(([type, above]) =>
      above
        .filter((p) => !types.includes(p))
        .map((p) => `parent '${p}' of entity type '${type}' is not declared`),
    ),
    ...tools.flatMap(({ name, targetTypes }) => [
      ...targetTypes
        .filter((t) => !types.includes(t))
        .map((t) => `target type '${t}' of ${name} is not declared`),
      ...(targetTypes.length === 0 ? [`${name} declares no target type`] : []),
      ...(parents.has(name) ? [`tool name '${name}' is also an effect, a toolkit or 'approve'`] : []),
    ]),
    ...tools
      .filter(({ name }, i) => tools.findIndex((other) => other.name === name) !== i)
      .map(({ name }) => `tool '${name}' is listed twice`),
  ];
};

/**
 * The Cedar schema of a vocabulary: one action per tool, member of its effect and its toolkit; one entity type per
 * kind of thing tools speak of. Throws on tools that contradict each other.
 */
export const cedarSchema = (vocabulary: Vocabulary): SchemaJson<string> => {
  const wrong = inconsistencies(vocabulary);
  if (wrong.length > 0) {
    throw new StewardError("policy_schema", `Tools do not make a policy schema: ${wrong.join("; ")}.`);
  }
  const person = {
    email: { type: "String" as const, required: false },
    guest: { type: "Boolean" as const },
    external: { type: "Boolean" as const },
    bot: { type: "Boolean" as const },
  };
  const targetTypes = [...new Set(vocabulary.tools.flatMap((tool) => tool.targetTypes))];
  return {
    "": {
      entityTypes: {
        Person: { memberOfTypes: ["Group"], shape: { type: "Record", attributes: person } },
        Automation: { memberOfTypes: ["Group"] },
        Group: {},
        ...Object.fromEntries(
          Object.entries(vocabulary.entityTypes).map(([type, above]) => [type, { memberOfTypes: above }]),
        ),
      },
      actions: {
        ...Object.fromEntries(
          [...effects, ...vocabulary.tools.map(({ system }) => system)].map((name) => [name, {}]),
        ),
        ...Object.fromEntries(vocabulary.tools.map((tool) => [tool.name, toolAction(tool)])),
        ...(targetTypes.length > 0 && { [approveAction]: approval(targetTypes) }),
      },
    },
  } as SchemaJson<string>;
};
