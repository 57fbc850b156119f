import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Slack's published reference: data for tests, kept outside the repository. */
const folder = process.env["STEWARD_SPECS"] ?? join(import.meta.dirname, "../../../shared/specs");

export const specsPresent = existsSync(join(folder, "slack/methods"));
if (!specsPresent && process.env["STEWARD_REQUIRE"]?.includes("specs")) {
  throw new Error(`STEWARD_REQUIRE asks for specs: there are none at ${folder}`);
}
if (!specsPresent) {
  console.log(
    `skipped: comparing with Slack's reference needs its data, and there is none at ${folder} (set STEWARD_SPECS)`,
  );
}

/** A file of the reference, as JSON. */
export const readSpec = <T>(path: string): T =>
  JSON.parse(readFileSync(join(folder, "slack", path), "utf8")) as T;

/** Parts that hold whatever an app or editor puts there. */
const FREE = /\/(blocks|attachments|event_payload|root|values|state|icons)$/;

/** All field paths of a value; the items of a list count as one. */
export function fieldsOf(value: unknown, path = ""): Set<string> {
  if (Array.isArray(value)) return new Set(value.flatMap((item) => [...fieldsOf(item, path)]));
  if (typeof value !== "object" || value === null || FREE.test(path)) return new Set();
  return new Set(
    Object.entries(value).flatMap(([name, part]) => [
      `${path}/${name}`,
      ...fieldsOf(part, `${path}/${name}`),
    ]),
  );
}

/** Whether the reference has such a file. */
export const hasSpec = (path: string): boolean => existsSync(join(folder, "slack", path));

/** All field paths that an outline (a JSON Schema) of a reply allows. */
export function outlineOf(schema: object, path = ""): string[] {
  const { properties = {}, items } = schema as { properties?: Record<string, object>; items?: object };
  const own = Object.entries(properties).flatMap(([name, part]) => [
    `${path}/${name}`,
    ...outlineOf(part, `${path}/${name}`),
  ]);
  return items === undefined ? own : [...own, ...outlineOf(items, path)];
}
