import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe } from "vitest";

/** Folder of the contract data: beside the repository unless `STEWARD_SPECS` says otherwise. Never part of it. */
const specsFolder = process.env["STEWARD_SPECS"] ?? resolve(import.meta.dirname, "../../../shared/specs");

const there = existsSync(join(specsFolder, "slack"));
const required = (process.env["STEWARD_REQUIRE"] ?? "").split(",").includes("specs");

/** A suite that needs the contract data: skipped aloud where it is absent, a failure where it is required. */
export const describeWithSpecs = (name: string, suite: () => void): void => {
  if (there) {
    describe(name, suite);
    return;
  }
  const message = `${name}: needs the contract data in STEWARD_SPECS (or ../shared/specs), which is not there`;
  if (required) throw new Error(message);
  console.warn(`skipped: ${message}`);
  describe.skip(name, suite);
};

/** A JSON file of the contract data. */
export const readSpec = (path: string): unknown => JSON.parse(readFileSync(join(specsFolder, path), "utf8"));

/** Where a file of the contract data is. */
export const specPath = (path: string): string => join(specsFolder, path);
