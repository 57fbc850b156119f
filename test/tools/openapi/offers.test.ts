import { describe, expect, it } from "vitest";
import { apiFolder, context, file, get, openApi, readOf, retry, toolsOf } from "./support.ts";

const offer = {
  ...{ tool: "payments_payout_retry", args: { payout: "{id}" }, label: "Retry payout {id}" },
  when: "status == 'stuck'",
};
const folderWith = (...offers: object[]) => apiFolder(file([{ ...get, offers }, retry]));
const problemsOf = async (given: object): Promise<string> => {
  const folder = await folderWith({ ...offer, ...given });
  try {
    toolsOf(folder, "http://127.0.0.1:9");
  } catch (error) {
    return (error as Error).message;
  }
  return "";
};

describe("what a file offers next", () => {
  it("is a button with an exact call, where the reply says that it fits", async () => {
    const status = { now: "stuck" };
    const api = await openApi(() => ({ body: { id: "7", status: status.now } }));
    const tool = readOf(toolsOf(await folderWith(offer), api.url), "payments_payout_get");
    const ask = async () => {
      const { args } = await tool.resolve({ id: "7" }, context());
      return (await tool.run(args, context())).offers;
    };
    expect(await ask()).toEqual([
      { tool: "payments_payout_retry", args: { payout: "7" }, label: "Retry payout 7" },
    ]);
    status.now = "paid";
    expect(await ask()).toEqual([]);
  });

  it.each([
    [{ tool: "payments_payout_retri" }, /no operation 'payments_payout_retri'.*payments_payout_retry/],
    [{ label: "Retry {idd}" }, /no argument 'idd'.*id/],
    [{ args: { payout: "{status}" } }, /no argument 'status'/],
    [{ when: "status ==" }, /is not JMESPath/],
  ])("is refused at the start where it cannot be meant: %o", async (given, why) => {
    expect(await problemsOf(given)).toMatch(why);
  });
});
