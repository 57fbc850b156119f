import { AmbiguousError, TerminalError } from "../../src/core/errors.ts";
import type { CallContext } from "../../src/core/tool.ts";
import { nearestWords } from "../nearest.ts";
import { line } from "../text.ts";
import type { GitLabApi } from "./api.ts";
import type { Project } from "./shapes.ts";
import type { Schedule } from "./shapes-delivery.ts";

/** A schedule by its description or its number. Throws with those there are. */
export async function findSchedule(
  api: GitLabApi,
  project: Project,
  text: string,
  context: CallContext,
): Promise<Schedule> {
  const all = await api.schedules(project.id, context.signal);
  const wanted = text.trim().toLowerCase();
  const exact = all.filter(
    ({ id, description }) => String(id) === wanted.replace(/^#/, "") || description.toLowerCase() === wanted,
  );
  const fitting =
    exact.length > 0 ? exact : all.filter(({ description }) => description.toLowerCase().includes(wanted));
  const [only, ...more] = fitting;
  if (only !== undefined && more.length === 0) return api.schedule(project.id, only.id, context.signal);
  const name = ({ id, description }: Schedule) => `${line(description, 60)} (${id})`;
  if (only !== undefined) {
    throw new AmbiguousError(
      `'${line(text, 60)}' fits several schedules: ${fitting.map(name).join(", ")}. Say which one, by its number.`,
      {
        argument: "schedule",
        choices: fitting.map((one) => ({ label: line(name(one), 75), value: String(one.id) })),
      },
    );
  }
  const names = all.map(({ description }) => description);
  throw new TerminalError(
    "gitlab_no_schedule",
    names.length === 0
      ? `${project.path_with_namespace} has no pipeline schedules.`
      : `${project.path_with_namespace} has no schedule '${line(text, 60)}'.${nearestWords(text, names)} It has: ${all.slice(0, 10).map(name).join(", ")}.`,
  );
}

/** `0 2 * * * (Europe/Berlin)`. */
export const cronWords = ({ cron, cron_timezone: zone }: Pick<Schedule, "cron" | "cron_timezone">): string =>
  `${line(cron, 60)} (${line(zone, 60)})`;

/** A schedule's cron: five fields, as GitLab takes them. Throws with an example. */
export function checkCron(text: string): string {
  const cron = line(text, 100);
  const field = /^(?:\*|[\d,\-/*]+|[A-Za-z]{3}(?:[-,][A-Za-z]{3})*)(?:\/\d+)?$/;
  const fields = cron.split(" ");
  if (fields.length === 5 && fields.every((one) => field.test(one))) return cron;
  throw new TerminalError(
    "bad_argument",
    `'${cron}' is no cron time. Expected five fields, such as \`0 9 * * 1-5\` (weekdays at nine).`,
  );
}
