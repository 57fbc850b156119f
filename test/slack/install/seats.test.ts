import { afterEach, beforeEach, expect, it } from "vitest";
import { type SlackSim, startSlack } from "../../../sandbox/slack/index.ts";
import type { Installations } from "../../../src/slack/install/installations.ts";
import type { Installation } from "../../../src/slack/install/ports.ts";
import { findSeats } from "../../../src/slack/install/seats.ts";
import { NotInstalledError, severalWorkspaces } from "../../../src/slack/workspaces.ts";
import { silent } from "../../support/silent.ts";

let slack: SlackSim;
let kept: Installation[];
let revision: number;
let removed: string[];
const installations: Installations = {
  revision: () => revision,
  of: (workspace) => Promise.resolve(kept.find(({ id }) => workspace.split(".").includes(id))),
  known: () => Promise.resolve(undefined),
  add: () => Promise.resolve(),
  remove: (id) => {
    removed.push(id);
    kept = kept.filter((one) => one.id !== id);
    revision += 1;
    return Promise.resolve();
  },
};
const installation = (more: Partial<Installation> = {}): Installation => ({
  ...{ id: "T1", team: "T1", enterprise: null, name: "One", bot: "U0BOT", botId: "B0BOT" },
  ...{ token: slack.botToken, installedBy: "U0GRACE" },
  ...more,
});
const seats = () => findSeats({ installations, apiUrl: slack.apiUrl, log: silent });

beforeEach(async () => {
  slack = await startSlack();
  [kept, removed, revision] = [[], [], 0];
});
afterEach(() => slack.stop());

it("tells Slack the workspace where a token is a whole organisation's, and there alone", async () => {
  kept = [installation({ id: "E1", team: null, enterprise: "E1" })];
  const seat = await seats()("E1.T7");
  expect(seat?.self).toEqual({ bot: "U0BOT", botId: "B0BOT", team: "T7", enterprise: "E1" });
  await seat?.calls.call("usergroups.users.list", { usergroup: "S0PAYLEADS" });
  await seat?.calls.call("users.info", { user: "U0ANNA" });
  expect(slack.calls().map(({ method, args }) => [method, args["team_id"]])).toEqual([
    ["usergroups.users.list", "T7"],
    ["users.info", undefined],
  ]);
});

it("keeps a seat while its token is the same, and takes a new one at once where this process learned of it", async () => {
  kept = [installation()];
  const find = seats();
  const first = await find("T1");
  revision += 1;
  expect(await find("T1")).toBe(first);
  kept = [installation({ token: "xoxb-new" })];
  expect(await find("T1")).toBe(first);
  revision += 1;
  expect((await find("T1"))?.token).toBe("xoxb-new");
});

it("leaves a workspace whose token is refused, unless it was installed anew meanwhile", async () => {
  kept = [installation({ token: "xoxb-revoked" })];
  const seat = await seats()("T1");
  const info = () => seat?.calls.call("users.info", { user: "U0ANNA" });
  kept = [installation()];
  expect(await info()).toMatchObject({ user: { id: "U0ANNA" } });
  expect(removed).toEqual([]);
  kept = [installation({ token: "xoxb-revoked" })];
  await expect(info()).rejects.toThrow(NotInstalledError);
  expect(removed).toEqual(["T1"]);
});

it("calls nothing for work that names no workspace, and never crosses from one to another", async () => {
  kept = [installation(), installation({ id: "T2", team: "T2", bot: "U0OTHER" })];
  const { within, self, calls } = severalWorkspaces(seats());
  expect(() => self.bot).toThrow(/names no workspace/);
  expect(() => calls.call("users.info", { user: "U0ANNA" })).toThrow(/names no workspace/);
  const bots = await Promise.all(
    ["T1", "T2", "T1"].map((workspace) =>
      within(workspace, async () => {
        await calls.call("users.info", { user: "U0ANNA" });
        return self.bot;
      }),
    ),
  );
  expect(bots).toEqual(["U0BOT", "U0OTHER", "U0BOT"]);
  await expect(within("T9", () => Promise.resolve())).rejects.toThrow(/not installed in the workspace T9/);
});
