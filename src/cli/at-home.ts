import { z } from "zod";
import { NotInstalledError, type Workspaces } from "../slack/workspaces.ts";
import type { LanesOptions } from "../store/queue/lanes.ts";
import type { Store } from "../store/pool.ts";
import { workspaceOfAction } from "../store/workspaces.ts";
import type { Log } from "../telemetry/log.ts";

type Handlers = LanesOptions["handlers"];

const conversationSchema = z.object({ conversation: z.object({ workspace: z.string() }) });
const actionSchema = z.object({ action: z.string() });

/**
 * The handlers of jobs as seen from the workspace that each job belongs to. Where the app is not installed any more the
 * job ends without work: what it would have done stands in the tables, and the sweep finds it after a new installation.
 * `send` looks at each of its rows itself.
 */
export const atHome = (
  handlers: Handlers,
  { several, within }: Workspaces,
  pool: Store["pool"],
  log: Log,
): Handlers => {
  if (!several) return handlers;
  const resting = async (workspace: string | undefined, work: () => Promise<void>): Promise<void> => {
    if (workspace === undefined) return work();
    try {
      await within(workspace, work);
    } catch (error) {
      if (!(error instanceof NotInstalledError)) throw error;
      log.info({ workspace }, "work of a workspace without an installation rests");
    }
  };
  const ofAction =
    (task: "act" | "follow"): Handlers["act"] =>
    async (payload, signal) =>
      resting(await workspaceOfAction(pool, actionSchema.parse(payload).action), async () =>
        handlers[task](payload, signal),
      );
  return {
    ...handlers,
    converse: (payload, signal) =>
      resting(conversationSchema.parse(payload).conversation.workspace, async () =>
        handlers.converse(payload, signal),
      ),
    act: ofAction("act"),
    follow: ofAction("follow"),
  };
};
