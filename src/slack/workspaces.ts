import { AsyncLocalStorage } from "node:async_hooks";
import { TerminalError } from "../core/errors.ts";
import type { Self } from "./app.ts";
import type { SlackCalls } from "./delivery/schedule.ts";
import type { slackDirectory } from "./directory.ts";

/** Slack as one installation sees it. */
export interface Seat {
  self: Self;
  token: string;
  calls: SlackCalls;
  directory: ReturnType<typeof slackDirectory>;
}

/** The app is not installed in that workspace, or not any more: its work rests. */
export class NotInstalledError extends TerminalError {
  constructor(workspace: string) {
    super(
      "not_installed",
      `Steward is not installed in the workspace ${workspace}. Install it again at /slack/install; what is open there goes on then.`,
    );
  }
}

/**
 * All workspaces that are served. `calls`, `self` and `directory` are those of the workspace that the running work came
 * from: every request, event and job begins with `within`, and without it nothing is called. So no work can reach
 * another workspace by a forgotten argument.
 */
export interface Workspaces extends Omit<Seat, "token"> {
  /** More than one may be served. */
  several: boolean;
  /** Runs work as seen from a workspace key. Rejects with `NotInstalledError` before it begins. */
  within<T>(workspace: string, work: () => Promise<T>): Promise<T>;
  /** The seat of a workspace key. */
  seat(workspace: string): Promise<Seat>;
}

/** One workspace, by one token: everything is seen from there. */
export const oneWorkspace = (seat: Seat): Workspaces => ({
  several: false,
  self: seat.self,
  calls: seat.calls,
  directory: seat.directory,
  within: (_, work) => work(),
  seat: () => Promise.resolve(seat),
});

/** Several workspaces; `find` gives a seat, or undefined where the app is not installed. */
export const severalWorkspaces = (find: (workspace: string) => Promise<Seat | undefined>): Workspaces => {
  const running = new AsyncLocalStorage<Seat>();
  const here = (): Seat => {
    const seat = running.getStore();
    if (seat === undefined) throw new TerminalError("no_workspace", "This work names no workspace.");
    return seat;
  };
  const seatOf = async (workspace: string): Promise<Seat> => {
    const seat = await find(workspace);
    if (seat === undefined) throw new NotInstalledError(workspace);
    return seat;
  };
  return {
    several: true,
    self: {
      get bot() {
        return here().self.bot;
      },
      get botId() {
        return here().self.botId;
      },
      get team() {
        return here().self.team;
      },
    },
    calls: { call: (...args) => here().calls.call(...args) },
    directory: delegate(() => here().directory),
    seat: seatOf,
    within: async (workspace, work) => {
      const seat = await seatOf(workspace);
      return running.run(seat, work);
    },
  };
};

/** An object whose methods are looked up at each call. */
const delegate = <T extends object>(target: () => T): T =>
  new Proxy({} as T, {
    get:
      (_, name) =>
      (...args: unknown[]): unknown =>
        (Reflect.get(target(), name) as (...given: unknown[]) => unknown)(...args),
  });
