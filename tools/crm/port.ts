import type { CallContext } from "../../src/core/tool.ts";

/** What a CRM keeps about customers. */
export type Kind = "contact" | "company" | "deal" | "ticket";
/** Kinds that move through the stages of a pipeline. */
export type StagedKind = "deal" | "ticket";
/** One record, by its kind and the CRM's own id. */
export interface Ref {
  kind: Kind;
  id: string;
}

/**
 * A CRM as Steward sees it: the same words for HubSpot, Salesforce, Twenty and the CRM in memory. Ids are the
 * system's own and opaque. Every call is made for one caller: records that this person may not see do not come back,
 * as if there were none. Every call throws in words. No operation deletes, none takes more than one record.
 */
export interface CrmPort {
  /** For people: `HubSpot`. */
  name: string;
  /** The key of policies/people.yml that names a person's account here; none where a mail address tells it. */
  accountKey: string | undefined;
  /** Milliseconds that a write may take to show up where it is looked for. */
  lagMs: number;
  /** Whether a text can be an id of this CRM. */
  isId(text: string): boolean;
  /** Kinds that this CRM keeps, and kinds of which it can make one of two. */
  supports(context: CallContext): Promise<Supports>;
  /** The caller's own account; `undefined` where nobody has said which one it is. */
  me(context: CallContext): Promise<Owner | undefined>;
  /** Deals by close date, earliest first; tickets newest first; others by name. */
  find<K extends Kind>(kind: K, query: Query, context: CallContext): Promise<Page<Records[K]>>;
  get<K extends Kind>(kind: K, id: string, context: CallContext): Promise<Records[K] | undefined>;
  /** Records of one kind that are linked with this one, newest first. */
  linked<K extends Kind>(of: Ref, kind: K, rowsMax: number, context: CallContext): Promise<Records[K][]>;
  /** Notes, calls and tasks of a record, newest first; their text is plain and written by anybody. */
  timeline(of: Ref, rowsMax: number, context: CallContext): Promise<Entry[]>;
  pipelines(kind: StagedKind, context: CallContext): Promise<Pipeline[]>;
  owners(context: CallContext): Promise<Owner[]>;
  /** Creates one record, linked with others. */
  create<K extends Kind>(
    kind: K,
    values: Values[K],
    links: readonly Ref[],
    context: CallContext,
  ): Promise<Written>;
  /**
   * Changes exactly these values, once. `seen` is the `updatedAt` that the change was made from: a precondition where
   * the CRM takes one.
   */
  update<K extends Kind>(
    kind: K,
    id: string,
    values: Values[K],
    seen: string,
    context: CallContext,
  ): Promise<Written>;
  /** Leaves one note, call or task on a record. */
  log(entry: NewEntry, on: Ref, context: CallContext): Promise<Written>;
  /**
   * Whether an entry of this action was written and stands nowhere: in a CRM that takes an entry and its place in two
   * requests. Absent where that cannot be.
   */
  unplaced?(callId: string, context: CallContext): Promise<boolean>;
  /** Makes one record of two: `keep` stays, `remove` goes into it, for ever. */
  merge(kind: Kind, keep: string, remove: string, context: CallContext): Promise<Written>;
}

/** What a write answers: the record's id, and its version where the CRM gives one at once. */
export interface Written {
  id: string;
  updatedAt: string | undefined;
}

interface Supports {
  kinds: readonly Kind[];
  merges: readonly Kind[];
}

interface Kept {
  id: string;
  /** For people; never empty. */
  name: string;
  ownerId: string | undefined;
  /** ISO 8601. */
  createdAt: string;
  /** Changes with every change of the record: what an approval is bound to. */
  updatedAt: string;
}

export interface Contact extends Kept {
  firstName: string | undefined;
  lastName: string | undefined;
  email: string | undefined;
  phone: string | undefined;
  jobTitle: string | undefined;
}

export interface Company extends Kept {
  domain: string | undefined;
  industry: string | undefined;
  city: string | undefined;
}

export interface Deal extends Kept {
  pipelineId: string;
  stageId: string;
  /** In the deal's currency. */
  amount: number | undefined;
  /** ISO 4217; absent where the CRM has one currency. */
  currency: string | undefined;
  /** `YYYY-MM-DD`. */
  closeDate: string | undefined;
  description: string | undefined;
}

export const priorities = ["low", "medium", "high"] as const;
type Priority = (typeof priorities)[number];

export interface Ticket extends Kept {
  description: string | undefined;
  pipelineId: string;
  stageId: string;
  priority: Priority | undefined;
  /** Why the customer wrote, in the CRM's own words. */
  cause: string | undefined;
}

export interface Records {
  contact: Contact;
  company: Company;
  deal: Deal;
  ticket: Ticket;
}

interface Owned {
  ownerId?: string;
}

/** What can be written; what is left out stays as it is. */
export interface Values {
  contact: Owned & {
    firstName?: string;
    lastName?: string;
    email?: string;
    phone?: string;
    jobTitle?: string;
  };
  company: Owned & { name?: string; domain?: string; industry?: string; city?: string };
  deal: Owned & {
    name?: string;
    pipelineId?: string;
    stageId?: string;
    amount?: number;
    /** `YYYY-MM-DD`. */
    closeDate?: string;
    description?: string;
  };
  ticket: Owned & {
    name?: string;
    pipelineId?: string;
    stageId?: string;
    priority?: Priority;
    cause?: string;
    description?: string;
  };
}

export interface Query {
  /** Words of the name, the subject or the mail address; of the company's name where no deal or ticket is called so. */
  text?: string;
  ownerId?: string;
  /** Any of these. */
  stageIds?: string[];
  /** Of deals, `YYYY-MM-DD`, both days included. */
  closesFrom?: string;
  closesTo?: string;
  /** ISO 8601. */
  createdSince?: string;
  rowsMax: number;
}

export interface Page<T> {
  records: T[];
  /** How many there are; at least so many where `more` is set, since not all were looked at. */
  total: number;
  more: boolean;
}

export type EntryKind = "note" | "call" | "task";

export interface Entry {
  id: string;
  kind: EntryKind;
  /** A task's subject and what stands below it; of a note or a call its whole text. */
  text: string;
  /** When it was; of a task when it is due. ISO 8601. */
  at: string;
  /** Of a task. */
  done: boolean;
  ownerId: string | undefined;
}

export interface NewEntry {
  kind: EntryKind;
  /** Of a task its subject. */
  text: string;
  /** What stands below: who had it written, and the action. */
  detail: string;
  at: Date;
  ownerId?: string;
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
  /** Of winning, 0 to 1, where the CRM gives one. */
  probability: number | undefined;
}

export interface Owner {
  id: string;
  name: string;
  email: string | undefined;
}
