import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { manifestFor } from "../../src/cli/manifest.ts";
import { describeWithSpecs, readSpec } from "../support/specs.ts";

const shipped = readFileSync(join(import.meta.dirname, "../../manifest.yml"), "utf8");
const publicUrl = "https://steward.example.org";

interface Manifest {
  features: { slash_commands: Record<string, string>[] };
  oauth_config: { redirect_urls?: string[]; scopes: unknown };
  settings: {
    event_subscriptions: { request_url?: string; bot_events: string[] };
    interactivity: { request_url?: string; is_enabled: boolean };
    socket_mode_enabled: boolean;
  };
}
const made = (settings: Parameters<typeof manifestFor>[1]): Manifest =>
  parse(manifestFor(shipped, settings)) as Manifest;
const original = parse(shipped) as Manifest;

it("puts one's own address wherever Slack calls", () => {
  const { features, settings, oauth_config } = made({ publicUrl, several: false });
  const endpoint = `${publicUrl}/slack/events`;
  expect(features.slash_commands.map(({ url }) => url)).toEqual(
    original.features.slash_commands.map(() => endpoint),
  );
  expect(settings.event_subscriptions.request_url).toBe(endpoint);
  expect(settings.interactivity.request_url).toBe(endpoint);
  expect(settings.socket_mode_enabled).toBe(false);
  expect(oauth_config.redirect_urls).toBeUndefined();
  expect(JSON.stringify(made({ publicUrl, several: false }))).not.toContain("steward.example.com");
});

it("names the way back for an installation in several workspaces", () => {
  expect(made({ publicUrl, several: true }).oauth_config.redirect_urls).toEqual([
    `${publicUrl}/slack/oauth_redirect`,
  ]);
});

it("has no address for Socket Mode, and the same rights", () => {
  const manifest = made({ publicUrl: undefined, several: false });
  expect(JSON.stringify(manifest)).not.toContain("https://");
  expect(manifest.settings.socket_mode_enabled).toBe(true);
  expect(manifest.settings.interactivity.is_enabled).toBe(true);
  expect(manifest.settings.event_subscriptions.bot_events).toEqual(
    original.settings.event_subscriptions.bot_events,
  );
  expect(manifest.oauth_config.scopes).toEqual(original.oauth_config.scopes);
});

it("keeps the comments", () => {
  expect(manifestFor(shipped, { publicUrl, several: false })).toContain("# The Slack app.");
});

describeWithSpecs("Slack's schema", () => {
  it.each([
    { publicUrl, several: true },
    { publicUrl: undefined, several: false },
  ])("takes the manifest of %o", (settings) => {
    const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
    const validate = ajv.compile(readSpec("slack/manifest.schema.2.0.0.json") as object);
    expect([validate(made(settings)), validate.errors]).toEqual([true, null]);
  });
});
