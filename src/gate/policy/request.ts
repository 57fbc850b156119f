import type { Context } from "@cedar-policy/cedar-wasm/nodejs";
import type { EntityTypes } from "../../core/tool.ts";
import type { Principal } from "../../core/principal.ts";
import type { Groups, PolicyRequest } from "../policy-port.ts";
import type { ChannelSettings } from "./files.ts";
import type { CedarRequest } from "./engine.ts";
import { argValues, principalEntities, principalUid, targetEntities } from "./entities.ts";
import { approveAction, type PolicyTool } from "./schema.ts";

/** What turns Steward's request into Cedar's. */
export interface RequestParts {
  groups: Groups;
  /** Groups that any rule names; membership in others cannot matter. */
  groupsNamed: readonly string[];
  channels(workspace: string, channel: string): Promise<Pick<ChannelSettings, "mode">>;
  entityTypes: EntityTypes;
  tools: ReadonlyMap<string, PolicyTool>;
}

/** The context that every action shares. */
const baseContext = async (request: PolicyRequest, parts: RequestParts): Promise<Context> => {
  const { risk, untrusted, kind, channel, frozen, granted } = request.context;
  const mode =
    channel === undefined ? "on" : (await parts.channels(request.principal.workspace, channel)).mode;
  return {
    risk,
    untrusted,
    kind,
    mode,
    frozen,
    granted,
    ...(channel !== undefined && { channel }),
    args: {},
  };
};

/** Principal, target and every ancestor of both. */
const entitiesOf = async (who: Principal, request: PolicyRequest, parts: RequestParts) => {
  const member = await Promise.all(parts.groupsNamed.map((group) => parts.groups.isMember(group, who)));
  const groups = parts.groupsNamed.filter((_, i) => member[i] === true);
  return [...principalEntities(who, groups), ...targetEntities(request.target, parts.entityTypes)];
};

const uidOf = ({ type, id }: { type: string; id: string }) => ({ type, id });

/** May the principal call the tool? Throws what cannot be resolved. */
export const callRequest = async (request: PolicyRequest, parts: RequestParts): Promise<CedarRequest> => {
  const [context, entities] = await Promise.all([
    baseContext(request, parts),
    entitiesOf(request.principal, request, parts),
  ]);
  return {
    principal: principalUid(request.principal),
    action: request.tool.name,
    resource: uidOf(request.target),
    context: {
      ...context,
      args: argValues(request.context.args, parts.tools.get(request.tool.name)?.policyArgs ?? {}),
    },
    entities,
  };
};

/** Does this voter's word count for that ask of the request? Throws what cannot be resolved. */
export const approvalRequest = async (
  voter: Principal,
  ask: string,
  request: PolicyRequest,
  parts: RequestParts,
): Promise<CedarRequest> => {
  const [context, entities] = await Promise.all([
    baseContext(request, parts),
    entitiesOf(voter, request, parts),
  ]);
  return {
    principal: principalUid(voter),
    action: approveAction,
    resource: uidOf(request.target),
    context: {
      ...context,
      tool: request.tool.name,
      ask,
      // An automation asks on nobody's behalf: no voter can be it.
      ...(request.principal.kind === "person" && {
        requester: { __entity: principalUid(request.principal) },
      }),
    },
    entities,
  };
};
