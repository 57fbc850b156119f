import type { HomeView } from "@slack/types";
import type { Principal } from "../core/principal.ts";
import type { GateDecisions } from "../gate/types.ts";
import type { People } from "../turn/types.ts";
import type { boundValues } from "./bound-value.ts";
import type { ConnectParts } from "./connect/commands.ts";
import { type SlackCalls, SlackRefusedError } from "./delivery/schedule.ts";
import type { Log } from "./log.ts";
import type { LinkPolicy } from "./markdown/rich-text.ts";
import { drawHome, drawNoHome, type HomeData, type HomeRun } from "./views/home.ts";

/** What a home is made of. */
export interface HomeParts {
  people: People;
  /** Why the rules leave somebody nothing; nothing where they leave anything. */
  forbidden(principal: Principal): Promise<string | undefined>;
  calls: SlackCalls;
  bound: ReturnType<typeof boundValues>;
  decisions: Pick<GateDecisions, "approvalsOf">;
  /** The last requests of a person, newest first. */
  lately(person: { workspace: string; user: string }): Promise<HomeRun[]>;
  agents(): { title: string; description: string }[];
  systems(): Promise<HomeData["systems"]>;
  /** People's own accounts elsewhere. */
  accounts: ConnectParts["accounts"];
  mayLink: LinkPolicy;
  log: Log;
}

/** People's App Homes. */
export interface Homes {
  /**
   * Draws a person's home from what is stored now. `hash`: of the view they see; where that is no longer the newest,
   * the home is drawn again. `notice`: what became of their click there. Never throws: a home can be opened again.
   */
  show(workspace: string, user: string, given?: { hash?: string; notice?: string }): Promise<void>;
}

const isConflict = (error: unknown): boolean =>
  error instanceof SlackRefusedError && error.slackCode === "hash_conflict";

/** Opens the homes. */
export const openHomes = (parts: HomeParts): Homes => {
  const draw = async (person: Principal, notice: string | undefined): Promise<HomeView> => {
    const outsider = person.guest || person.external || !person.active;
    const refused = outsider ? await parts.forbidden(person) : undefined;
    if (refused !== undefined) return drawNoHome(refused, notice);
    const [approvals, runs, systems, connected] = await Promise.all([
      parts.decisions.approvalsOf(person),
      parts.lately(person),
      parts.systems(),
      parts.accounts.of(person),
    ]);
    const accounts = { offered: parts.accounts.offered(), connected };
    return drawHome(
      { ...approvals, runs, systems, accounts, agents: parts.agents(), notice },
      parts.mayLink,
      (action) => parts.bound.bind(action, person.user),
    );
  };
  const publish = async (person: Principal, notice: string | undefined, hash?: string): Promise<void> => {
    const view = await draw(person, notice);
    await parts.calls.call("views.publish", {
      user_id: person.user,
      view,
      ...(hash !== undefined && { hash }),
    });
  };
  return {
    async show(workspace, user, { hash, notice } = {}) {
      try {
        const person = await parts.people.principal(workspace, user);
        await publish(person, notice, hash).catch((error: unknown) => {
          if (!isConflict(error)) throw error;
          // Another look was published meanwhile: what is read now is at least as new.
          return publish(person, notice);
        });
      } catch (error) {
        parts.log.warn({ err: error }, "an App Home could not be shown");
      }
    },
  };
};
