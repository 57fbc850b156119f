import type { Kind, Owner, Pipeline, Records, Stage } from "./port.ts";
import { line } from "../text.ts";
import { moneyWords } from "./values.ts";

/** `deals`, `companies`. */
export const many = (kind: Kind): string => (kind === "company" ? "companies" : `${kind}s`);

export const isStaged = (kind: Kind): kind is "deal" | "ticket" => kind === "deal" || kind === "ticket";

/** The stage a deal or a ticket is in, by its label; its id where the pipeline no longer has it. */
export function stageOf(
  pipelines: readonly Pipeline[],
  { pipelineId, stageId }: { pipelineId: string; stageId: string },
): Stage {
  const found = pipelines.find(({ id }) => id === pipelineId)?.stages.find(({ id }) => id === stageId);
  const label = stageId === "" ? "none" : stageId;
  return found ?? { id: stageId, label, closed: false, probability: undefined };
}

export const ownerName = (owners: readonly Owner[], { ownerId }: { ownerId: string | undefined }): string =>
  owners.find(({ id }) => id === ownerId)?.name ?? (ownerId === undefined ? "nobody" : `owner ${ownerId}`);

/** What tells a record from others of the same name: `Proposal, 8,000`, a mail address. */
export function tellApart(kind: Kind, record: Records[Kind], pipelines: readonly Pipeline[]): string {
  switch (kind) {
    case "deal": {
      const deal = record as Records["deal"];
      return `${stageOf(pipelines, deal).label}, ${moneyWords(deal.amount, deal)}`;
    }
    case "ticket":
      return stageOf(pipelines, record as Records["ticket"]).label;
    case "contact":
      return line((record as Records["contact"]).email ?? "no mail address", 80);
    default:
      return line((record as Records["company"]).domain ?? "no domain", 80);
  }
}
