/**
 * A CRM as Steward sees it: the same words for HubSpot, Salesforce and Twenty. Ids are the system's own and opaque;
 * every call throws in words.
 */
export interface CrmPort {
  /** For people: `HubSpot`. */
  name: string;
  findDeals(query: DealQuery, signal: AbortSignal): Promise<{ deals: Deal[]; total: number }>;
  /** `undefined` where there is none of this id, or none that Steward may see. */
  deal(id: string, signal: AbortSignal): Promise<Deal | undefined>;
  /** Who and what stands around a deal: companies, contacts, the newest notes. */
  dealContext(id: string, signal: AbortSignal): Promise<DealContext>;
  pipelines(signal: AbortSignal): Promise<Pipeline[]>;
  owners(signal: AbortSignal): Promise<Owner[]>;
  /** Changes exactly these fields, once, and answers with the deal as it then is. */
  updateDeal(id: string, change: DealChange, signal: AbortSignal): Promise<Deal>;
  /** Leaves a note of plain text on a deal. */
  logNote(dealId: string, text: string, at: Date, signal: AbortSignal): Promise<void>;
}

export interface Deal {
  id: string;
  name: string;
  pipelineId: string;
  stageId: string;
  /** In the deal's currency. */
  amount: number | undefined;
  /** ISO 4217; absent where the CRM has one currency. */
  currency: string | undefined;
  /** `YYYY-MM-DD`. */
  closeDate: string | undefined;
  ownerId: string | undefined;
  createdAt: string;
  /** Changes with every change of the deal: what an approval is bound to. */
  updatedAt: string;
}

export interface DealQuery {
  /** Words of the deal's name, or of its company's where no deal is called so. */
  text?: string;
  ownerId?: string;
  /** Any of these. */
  stageIds?: string[];
  rowsMax: number;
}

export interface DealChange {
  stageId?: string;
  amount?: number;
  /** `YYYY-MM-DD`. */
  closeDate?: string;
}

export interface DealContext {
  companies: string[];
  contacts: string[];
  /** Newest first; plain text, written by colleagues or by mail from outside. */
  notes: { text: string; at: string }[];
}

export interface Pipeline {
  id: string;
  label: string;
  stages: Stage[];
}

export interface Stage {
  id: string;
  label: string;
  closed: boolean;
}

export interface Owner {
  id: string;
  name: string;
  email: string | undefined;
}
