import type { World } from "../world.ts";
import { seedMergeRequests } from "./merge-requests.ts";
import { people } from "./people.ts";
import { seedProjects } from "./projects.ts";

/** Fills an empty world with the sandbox's story; all dates count back from now. */
export function seed(world: World): void {
  world.users.push(...people());
  seedProjects(world);
  seedMergeRequests(world);
}
