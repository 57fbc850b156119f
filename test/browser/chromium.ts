import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { describe } from "vitest";

const executablePath = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";
const there = existsSync(executablePath);
const required = (process.env["STEWARD_REQUIRE"] ?? "").split(",").includes("browser");

/** A suite in a real browser: skipped aloud where there is none, a failure where it is required. */
export const describeInBrowser = (name: string, suite: () => void): void => {
  if (there) {
    describe(name, suite);
    return;
  }
  const message = `${name}: needs a Chromium at CHROMIUM_PATH or ${executablePath}, which is not there`;
  if (required) throw new Error(message);
  console.warn(`skipped: ${message}`);
  describe.skip(name, suite);
};

/** A browser that asks nothing of the outside world. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: [
      ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
      ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
    ],
  });
