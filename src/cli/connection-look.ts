import type { ViewData } from "../slack/views/draw.ts";
import { connectionView } from "../store/connection-waits.ts";
import type { DataSide } from "./data-side.ts";
import type { IdentitySide } from "./identity-side.ts";

/** How a turn's wait for an account stands, with the person's own way to the sign-in. */
export const connectionLook =
  (
    pool: DataSide["store"]["pool"],
    { accounts, links, address }: Pick<IdentitySide, "accounts" | "links" | "address">,
  ): ViewData["connection"] =>
  async (turn, name) => {
    const wait = await connectionView(pool, turn, name);
    const system = accounts.named(name);
    if (wait === undefined || system === undefined) return undefined;
    const { word, title } = system;
    const base = address();
    const link =
      base === undefined ? undefined : base + links.mint({ word, person: wait.person }, wait.until);
    return { ...wait, word, title, url: link };
  };
