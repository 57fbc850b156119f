import type { World } from "../world.ts";
import { seedDelivery } from "./delivery.ts";
import { seedIssues } from "./issues.ts";
import { seedKnowledge } from "./knowledge.ts";
import { seedMergeRequests } from "./merge-requests.ts";
import { people } from "./people.ts";
import { seedProjects } from "./projects.ts";

/** Fills an empty world with the sandbox's story; all dates count back from now. */
export function seed(world: World): void {
  world.users.push(...people());
  seedProjects(world);
  seedMergeRequests(world);
  seedIssues(world);
  seedKnowledge(world);
  seedDelivery(world);
}
