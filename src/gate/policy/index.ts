import type { Elsewhere, Groups, Policy } from "../policy-port.ts";
import type { Directory } from "../types.ts";
import { createMayApprove } from "./approve.ts";
import { type Channels, createChannels, type FactsOf, type PlacedSettings } from "./channels.ts";
import { createDecide } from "./decide.ts";
import { createForbids } from "./forbids.ts";
import { preparse } from "./engine.ts";
import type { Claims } from "./group-sources.ts";
import { createGroups } from "./groups.ts";
import type { PolicyFiles } from "./files.ts";
import type { LoadedPolicies } from "./load.ts";
import { createElsewhere } from "./people.ts";
import type { RequestParts } from "./request.ts";
import type { Vocabulary } from "./schema.ts";

/** Where a policy judge learns about people and channels. */
export interface PolicyParts {
  groups: Groups;
  channels: RequestParts["channels"];
}

/** The judge over loaded rules. Parses them once; a decision then costs well under a millisecond. */
export const createPolicy = (loaded: LoadedPolicies, vocabulary: Vocabulary, world: PolicyParts): Policy => {
  const all = [...loaded.rules.values()];
  const texts = (rules: typeof all) => Object.fromEntries(rules.map(({ name, text }) => [name, text]));
  const sets = preparse(loaded.digest, loaded.schema, {
    full: texts(all),
    hard: texts(all.filter(({ ask }) => ask === undefined)),
  });
  const parts: RequestParts = {
    ...world,
    groupsNamed: [...new Set(all.flatMap(({ groups }) => groups))],
    entityTypes: vocabulary.entityTypes,
    tools: new Map(vocabulary.tools.map((tool) => [tool.name, tool])),
  };
  return {
    digest: loaded.digest,
    decide: createDecide(loaded, sets, parts),
    forbids: createForbids(loaded, parts),
    mayApprove: createMayApprove(sets, parts),
  };
};

/** The entries of channels.yml with the line they stand on. */
const placed = ({ channels, channelLines }: PolicyFiles): Map<string, PlacedSettings> =>
  new Map(
    [...channels].map(([channel, settings]) => [
      channel,
      { settings, source: channelLines.get(channel) ?? "policies/channels.yml" },
    ]),
  );

/** Everything the policy folder gives, wired to a directory. */
export const openPolicy = (
  loaded: LoadedPolicies,
  vocabulary: Vocabulary,
  { directory, channelFacts, claims }: { directory: Directory; channelFacts: FactsOf; claims?: Claims },
): { policy: Policy; groups: Groups; channels: Channels; elsewhere: Elsewhere } => {
  const groups = createGroups(loaded.files.groups, {
    // By name: a directory may look its methods up at each call.
    usergroup: (workspace, id) => directory.usergroup(workspace, id),
    person: (workspace, user) => directory.person(workspace, user),
    personByEmail: (workspace, email) => directory.personByEmail(workspace, email),
    ...(claims !== undefined && { claims }),
  });
  const channels = createChannels(placed(loaded.files), channelFacts);
  return {
    policy: createPolicy(loaded, vocabulary, { groups, channels }),
    groups,
    channels,
    elsewhere: createElsewhere(loaded.files.people),
  };
};
