import type { GitLab } from "../gitlab/index.ts";
import { connectLinks } from "../../src/identity/links.ts";

/** What the product seals with here, and signs its links with: the sandbox keeps nothing that is secret. */
export const sandboxKey = "steward-sandbox-keeps-no-secrets";

/** Who has connected their account already, as people do on their first day: by Slack id, with the name in GitLab. */
const connected: Readonly<Record<string, string>> = {
  U0ANNA: "anna",
  U0BORIS: "boris",
  U0ELIF: "elif",
  U0GRACE: "grace",
};

const linkSeconds = 60;

/** Follows one person's link as their browser would: the product's page, GitLab's consent, and back. */
const connect = async (
  product: string,
  gitlab: GitLab,
  workspace: string,
  user: string,
  username: string,
) => {
  const until = new Date(Date.now() + linkSeconds * 1000);
  const link = connectLinks(sandboxKey).mint({ word: "gitlab", person: { workspace, user } }, until);
  const away = await fetch(new URL(link.replace("/gitlab?", "/gitlab/go?"), product), { redirect: "manual" });
  const cookie = away.headers.getSetCookie().map((given) => given.split(";")[0] ?? "");
  const asked = new URL(away.headers.get("location") ?? "about:blank").searchParams;
  const form = new URLSearchParams([...asked, ["username", username], ["answer", "yes"]]);
  const agreed = await fetch(`${gitlab.url}/oauth/authorize`, {
    method: "POST",
    body: form,
    redirect: "manual",
  });
  const back = new URL(agreed.headers.get("location") ?? "about:blank");
  const end = await fetch(new URL(`${back.pathname}${back.search}`, product), {
    headers: { cookie: cookie.join("; ") },
  });
  if (!end.ok) throw new Error(`${username} could not connect: ${end.status} ${await end.text()}`);
};

/** Lets the people of the sandbox who work in GitLab connect their accounts, by the product's own pages. */
export const connectPeople = async (product: string, gitlab: GitLab, workspace: string): Promise<void> => {
  await Promise.all(
    Object.entries(connected).map(([user, username]) => connect(product, gitlab, workspace, user, username)),
  );
};
