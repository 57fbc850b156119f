import { AmbiguousError, TerminalError } from "../../src/core/errors.ts";
import type { CallContext } from "../../src/core/tool.ts";
import { nearest, nearestWords } from "../nearest.ts";
import { line } from "../text.ts";
import { requireOwner } from "./access.ts";
import type { CrmPort, Deal, Owner, Pipeline, Stage } from "./port.ts";
import { moneyWords } from "./values.ts";

/** Choices that are named; more are counted. */
const choicesShown = 6;

const folded = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, " ")
    .trim();

/** The one deal meant by an id, a name, or its company's name. Throws with the choices where it fits several. */
export async function findDeal(crm: CrmPort, name: string, context: CallContext): Promise<Deal> {
  const wanted = name
    .trim()
    .replace(/^the\s+/i, "")
    .replace(/\s+deal$/i, "");
  if (/^\d+$/.test(wanted)) {
    const byId = await crm.deal(wanted, context.signal);
    if (byId !== undefined) return byId;
  }
  const { deals, total } = await crm.findDeals({ text: wanted, rowsMax: 20 }, context.signal);
  const exact = deals.filter((deal) => folded(deal.name) === folded(wanted));
  const fitting = exact.length > 0 ? exact : deals;
  const [only, ...more] = fitting;
  if (only === undefined) throw await noDeal(crm, wanted, context);
  if (more.length === 0) return only;
  throw await severalDeals(crm, wanted, fitting, total, context);
}

async function noDeal(crm: CrmPort, wanted: string, context: CallContext): Promise<TerminalError> {
  const { deals } = await crm.findDeals({ rowsMax: 100 }, context.signal);
  const words = nearestWords(
    wanted,
    deals.map(({ name }) => line(name, 80)),
  );
  return new TerminalError(
    "crm_no_deal",
    `${crm.name} has no deal, and no company with a deal, called '${line(wanted, 80)}'.${words} Expected a deal's name, its company's name, or its id.`,
  );
}

async function severalDeals(
  crm: CrmPort,
  wanted: string,
  fitting: readonly Deal[],
  total: number,
  context: CallContext,
): Promise<AmbiguousError> {
  const pipelines = await crm.pipelines(context.signal);
  const choices = fitting.slice(0, choicesShown).map((deal) => {
    const { label } = stageOf(pipelines, deal);
    return `"${line(deal.name, 80)}" (${label}, ${moneyWords(deal.amount, deal)}, id ${deal.id})`;
  });
  const count = Math.max(total, fitting.length);
  const more = count > choices.length ? ` and ${count - choices.length} more` : "";
  return new AmbiguousError(
    `'${line(wanted, 80)}' fits several deals: ${choices.join("; ")}${more}. Say which one, by its name or its id.`,
    {
      argument: "deal",
      choices: fitting.map((deal) => ({
        label: line(`${deal.name}, ${stageOf(pipelines, deal).label}`, 75),
        value: deal.id,
      })),
    },
  );
}

/** The stage a deal is in, by its label; its id where the pipeline no longer has it. */
export function stageOf(pipelines: readonly Pipeline[], deal: Deal): Stage {
  const own = pipelines.find(({ id }) => id === deal.pipelineId);
  const found = own?.stages.find(({ id }) => id === deal.stageId);
  return found ?? { id: deal.stageId, label: deal.stageId === "" ? "none" : deal.stageId, closed: false };
}

/** Stages that fit a name, among those given: the same label, the same id, else the only ones that contain it. */
export function stagesNamed(stages: readonly Stage[], name: string): Stage[] {
  const wanted = folded(name);
  const same = stages.filter(({ id, label }) => folded(label) === wanted || id.toLowerCase() === wanted);
  return same.length > 0 ? same : stages.filter(({ label }) => folded(label).split(" ").includes(wanted));
}

/** A stage of the deal's own pipeline. Throws with its stages. */
export function stageFor(pipelines: readonly Pipeline[], deal: Deal, name: string): Stage {
  const own = pipelines.find(({ id }) => id === deal.pipelineId);
  const stages = own?.stages ?? [];
  const found = stagesNamed(stages, name);
  const [only, ...more] = found;
  if (only !== undefined && more.length === 0) return only;
  const labels = (only === undefined ? stages : found).map(({ label }) => label);
  const [guess] = nearest(name, labels, 1);
  const text =
    `'${line(name, 60)}' is ${only === undefined ? "no stage" : "not one stage"} of the pipeline ${own?.label ?? deal.pipelineId}.` +
    `${guess === undefined ? "" : ` Nearest: ${guess}.`} Its stages: ${labels.join(", ")}.`;
  if (only === undefined) throw new TerminalError("crm_no_stage", text);
  throw new AmbiguousError(text, {
    argument: "stage",
    choices: labels.map((label) => ({ label: line(label, 75), value: label })),
  });
}

/** The owner meant by `me`, an e-mail address or a name. Throws with the choices. */
export async function findOwner(crm: CrmPort, name: string, context: CallContext): Promise<Owner> {
  const owners = await crm.owners(context.signal);
  const wanted = folded(name.replace(/^@/, ""));
  if (/^(?:me|my|mine|myself|i)$/.test(wanted)) {
    const id = requireOwner(context, crm.name);
    return owners.find((one) => one.id === id) ?? { id, name: context.principal.name, email: undefined };
  }
  const same = owners.filter(
    (one) => folded(one.name) === wanted || one.email?.toLowerCase() === wanted || one.id === wanted,
  );
  const fitting =
    same.length > 0 ? same : owners.filter((one) => folded(one.name).split(" ").includes(wanted));
  const [only, ...more] = fitting;
  if (only !== undefined && more.length === 0) return only;
  const names = owners.map((one) => one.name);
  throw only === undefined
    ? new TerminalError(
        "crm_no_owner",
        `${crm.name} has no owner called '${line(name, 60)}'.${nearestWords(name, names)} Expected \`me\`, a name or an e-mail address.`,
      )
    : new AmbiguousError(
        `'${line(name, 60)}' fits several owners: ${fitting.map((one) => one.name).join(", ")}. Say which one, by full name.`,
        {
          argument: "owner",
          choices: fitting.map((one) => ({ label: line(one.name, 75), value: one.name })),
        },
      );
}

export const ownerName = (owners: readonly Owner[], deal: Deal): string =>
  owners.find(({ id }) => id === deal.ownerId)?.name ??
  (deal.ownerId === undefined ? "nobody" : `owner ${deal.ownerId}`);
