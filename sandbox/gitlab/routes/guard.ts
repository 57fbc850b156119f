import { json } from "../../http/reply.ts";
import type { Call, Reply, Route } from "../../http/types.ts";
import { authenticate, visibleProject, type Caller, type Tokens } from "../access.ts";
import { GitLabError } from "../errors.ts";
import type { MergeRequest, Project } from "../types.ts";
import type { World } from "../world.ts";

/** A handler of the API once the caller is known. `base` is this server's address, for links. */
export interface Request {
  readonly call: Call;
  readonly caller: Caller;
  readonly base: string;
  readonly world: World;
}

export type Api = (method: string, path: string, handle: (request: Request) => Reply) => Route;

/** Makes routes below /api/v4 that know their caller and answer GitLab's errors; a reset makes a new world. */
export function api(current: () => World, tokens: Tokens): Api {
  return (method, path, handle) => ({
    method,
    path: `/api/v4${path}`,
    handle: (call) => {
      try {
        const world = current();
        const caller = authenticate(call, tokens, world);
        return handle({ call, caller, world, base: `http://${call.headers.host ?? "localhost"}` });
      } catch (error) {
        if (error instanceof GitLabError) return error.reply;
        throw error;
      }
    },
  });
}

/** The project that the path names, if the caller may see it. */
export const projectOf = ({ call, caller, world }: Request): Project =>
  visibleProject(world, call.param("id"), caller);

/** The merge request that the path names, if the caller may see it. */
export const mergeRequestOf = (request: Request): MergeRequest =>
  request.world.mergeRequest(projectOf(request), request.call.param("iid"));

/** What GitLab answers where it has no such address. */
export const noRoute = (): Reply => json(404, { error: "404 Not Found" });
