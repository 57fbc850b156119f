import { randomUUID } from "node:crypto";
import { performance } from "node:perf_hooks";
import { TerminalError } from "../../core/errors.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Principal } from "../../core/principal.ts";
import { type CallContext, isWrite, riskName, type WriteTool } from "../../core/tool.ts";
import { createCatalogue } from "../../gate/catalogue.ts";
import { parseArgs } from "../../gate/parse.ts";
import { readPolicyFiles } from "../../gate/policy/files.ts";
import { createElsewhere } from "../../gate/policy/people.ts";
import { runTool } from "../../gate/run-tool.ts";
import { writtenHere } from "../../../tools/index.ts";
import { openTools } from "./open.ts";

const secondsMax = 40;

/**
 * Calls one tool from the command line, as the person whose mail address is given and with the service's own accounts: a
 * read runs, a write only shows what would be proposed. No rule is asked, since whoever runs this has the accounts anyway.
 */
export const tryTool = async (
  repository: string,
  name: string,
  args: JsonObject,
  mail: string | undefined,
): Promise<string> => {
  const { config, toolbox, close } = await openTools(repository);
  try {
    const { tool } = createCatalogue(toolbox.tools).get(name);
    const input = parseArgs(tool, args);
    const context = contextOf(config.folders.policies, mail);
    if (isWrite(tool)) return await proposed(tool, input, context);
    const { args: canonical } = await tool.resolve(input, context);
    const began = performance.now();
    const output = await runTool(tool, canonical, context);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const marks = output.untrusted.length === 0 ? "" : `\nText of others: ${output.untrusted.join("; ")}.`;
    return `${output.text}\n\n(${output.text.length} characters, ${seconds} s)${marks}`;
  } finally {
    await close();
  }
};

const proposed = async (tool: WriteTool, input: JsonObject, context: CallContext): Promise<string> => {
  const { target, risk, preview, policyArgs, version } = await tool.resolve(input, context);
  const tested = Object.entries(policyArgs).map(([name, value]) => `${name} = ${String(value)}`);
  return [
    "Nothing was sent. This is what would be proposed:",
    "",
    `  ${preview.sentence}`,
    ...preview.fields.map(
      ({ label, value, before }) => `  ${label}: ${before === undefined ? "" : `${before} → `}${value}`,
    ),
    "",
    `Target:   ${target.type}::"${target.id}"${target.parents.map(({ type, id }) => ` in ${type}::"${id}"`).join("")}`,
    `Risk:     ${riskName(risk)}`,
    `Version:  ${version}`,
    ...(tested.length === 0 ? [] : [`Rules see: ${tested.join(", ")}`]),
  ].join("\n");
};

const contextOf = (policies: string, mail: string | undefined): CallContext => {
  const principal: Principal = {
    ...{ kind: "person", workspace: "command-line", user: mail ?? "nobody", name: mail ?? "nobody" },
    ...(mail !== undefined && { email: mail }),
    ...{ timezone: "UTC", guest: false, external: false, bot: false, active: true },
  };
  const { people } = readPolicyFiles(policies, writtenHere, []);
  const bySlack = people.find(({ email }) => mail !== undefined && email === mail.toLowerCase());
  return {
    principal,
    elsewhere: bySlack ?? createElsewhere(people)(principal),
    signal: AbortSignal.timeout(secondsMax * 1000),
    callId: randomUUID(),
    actsAs: () => "service",
    now: () => new Date(),
  };
};

/** Named where a tool's name was left out. */
export const nameMissing = (): never => {
  throw new TerminalError(
    "bad_argument",
    "Which tool? steward tool run <name> --argument value …; steward tool list names them.",
  );
};
