import type { Ask } from "../core/action.ts";
import type { Decision } from "../core/decision.ts";
import type { PersonElsewhere, Principal } from "../core/principal.ts";
import type { Resolved, Risk, Target, Tool } from "../core/tool.ts";
import type { TurnOrigin } from "../core/turn.ts";

/** What policies may test of a call besides who, what and on what. */
interface PolicyContext {
  /** From the tool and its arguments; reads are 0. */
  risk: Risk;
  /** The conversation has read untrusted text. */
  untrusted: boolean;
  kind: TurnOrigin;
  /** Slack channel id; absent where a call comes from none. Its mode is looked up in policies/channels.yml. */
  channel?: string;
  /** A freeze covers the target now. */
  frozen: boolean;
  /** A standing grant covers this call. */
  granted: boolean;
  /** The scalars that the tool declares in `policyArgs`. */
  args: Resolved["policyArgs"];
}

/** One question to policy: may this principal do this to that. JSON only, so that it can be stored with the action. */
export interface PolicyRequest {
  principal: Principal;
  tool: Pick<Tool, "name" | "effect" | "system">;
  target: Target;
  context: PolicyContext;
}

/** The reviewed files as a judge. Never throws for what it is asked: what cannot be evaluated is denied. */
export interface Policy {
  /** Names exactly the rules, groups and owners that decisions are made by. */
  digest: string;
  decide(request: PolicyRequest): Promise<Decision>;
  /**
   * Why rules forbid this person the tool on whatever target, with whatever arguments, anywhere; nothing when that
   * depends on them. A help for what is offered and asked first: `decide` decides. Throws when groups cannot be read.
   */
  forbids(
    principal: Principal,
    tool: Pick<Tool, "name">,
  ): Promise<{ policies: string[]; reason: string } | undefined>;
  /** Whether this person's vote counts for this ask of this request; asked at the click and again before acting. */
  mayApprove(voter: Principal, ask: Ask, request: PolicyRequest): Promise<boolean>;
}

/** Groups of policies/groups.yml, and the reserved `employees`. Each throws when the directory cannot be read. */
export interface Groups {
  /** Every name that policies may use. */
  names: readonly string[];
  isMember(group: string, person: Principal): Promise<boolean>;
  /** The members by name, for cards and messages. Nobody is listed for `employees`: Slack knows them, no file does. */
  people(group: string, workspace: string): Promise<Principal[]>;
}

/** Who a person is in other systems: empty when policies/people.yml does not say. */
export type Elsewhere = (person: Principal) => PersonElsewhere;
