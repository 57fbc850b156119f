import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished } from "vitest";
import { type Model, type ModelOptions, startModel } from "../../sandbox/model/index.ts";
import { openBrowser } from "./chromium.ts";
import { type SandboxProcess, startSandbox } from "./sandbox-process.ts";

/** How a visitor's browser looks. */
interface Look {
  dark?: boolean;
  width?: number;
  height?: number;
}

/** The sandbox with a scripted model, and visitors of its page. */
export interface World {
  readonly sandbox: SandboxProcess;
  readonly model: Model;
  /** A fresh visitor. What the page throws or logs as an error fails the test; a refusal (400) is shown, not logged. */
  visit(look?: Look): Promise<Page>;
  /** The same, past the welcome. */
  begin(look?: Look): Promise<Page>;
  /** Keeps a picture, in STEWARD_SHOTS where that is set. */
  shoot(page: Page, name: string): Promise<unknown>;
}

/** Where messages are written. */
export const field = (page: Page): Locator => page.getByRole("textbox", { name: /^(Message|Edit your)/ });

/** What was said in the channel that is shown. */
export const log = (page: Page): Locator => page.getByRole("log", { name: /^Messages in/ });

export const drawer = (page: Page, tab: string): Promise<void> =>
  page.getByRole("tab", { name: tab }).click();

/** Types as somebody else. */
export const become = (page: Page, name: string): Promise<void> =>
  page.getByRole("button", { name: new RegExp(`^${name}`) }).click();

/** Opens a channel, or the direct messages with Steward, and waits until it is shown. */
export const open = async (page: Page, button: string, name: string): Promise<void> => {
  await page.getByRole("button", { name: button }).click();
  await page.getByRole("main", { name }).waitFor();
};

/** Writes a message, and sends it. */
export const write = async (page: Page, text: string): Promise<void> => {
  await field(page).fill(text);
  // Suggestions would take the first Enter.
  await field(page).press("Escape");
  await field(page).press("Enter");
};

/** Starts everything before the suite's tests and stops it after them. */
export const openWorld = (rules: NonNullable<ModelOptions["rules"]>): (() => World) => {
  let world: World | undefined;
  let browser: Browser | undefined;
  beforeAll(async () => {
    const model = await startModel({ rules });
    const sandbox = await startSandbox({
      OPENAI_BASE_URL: model.baseUrl,
      OPENAI_API_KEY: "sk-sandbox-model",
      STEWARD_MODEL_DEFAULT: "scripted-model",
    });
    const opened = await openBrowser();
    browser = opened;
    const shots = process.env["STEWARD_SHOTS"] ?? (await mkdtemp(join(tmpdir(), "steward-shots-")));
    await mkdir(shots, { recursive: true });
    const visit = (look?: Look) => visitPage(opened, sandbox.url, look);
    world = {
      ...{ sandbox, model, visit },
      begin: async (look) => {
        const page = await visit(look);
        await page.getByRole("button", { name: "Begin" }).click();
        return page;
      },
      shoot: (page, name) => page.screenshot({ path: join(shots, `${name}.png`) }),
    };
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await world?.sandbox.stop();
    await world?.model.close();
  });
  return () => {
    if (!world) throw new Error("The sandbox did not start.");
    return world;
  };
};

const visitPage = async (browser: Browser, url: string, look: Look = {}): Promise<Page> => {
  const { dark = false, width = 1440, height = 900 } = look;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? "dark" : "light",
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  const wrong: string[] = [];
  page.on("pageerror", (error) => wrong.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().includes("status of 400")) wrong.push(message.text());
  });
  onTestFinished(async () => {
    await context.close();
    expect(wrong).toEqual([]);
  });
  await page.goto(url);
  return page;
};
