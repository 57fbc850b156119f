import type { GitLab } from "../../sandbox/gitlab/index.ts";

/**
 * What a person's browser does on GitLab's consent page: opens it, signs in as somebody and answers. The address that
 * GitLab sends the browser back to.
 */
export const consent = async (
  gitlab: Pick<GitLab, "url">,
  authorizeUrl: string,
  username: string,
  answer: "yes" | "no" = "yes",
): Promise<URL> => {
  const page = await fetch(authorizeUrl, { redirect: "manual" });
  const text = await page.text();
  if (page.status !== 200) throw new Error(`GitLab showed no consent page: ${page.status} ${text}`);
  const fields = [...text.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(
    ([, name = "", value = ""]) => [name, value.replaceAll("&amp;", "&")] as [string, string],
  );
  const answered = await fetch(`${gitlab.url}/oauth/authorize`, {
    method: "POST",
    body: new URLSearchParams([...fields, ["username", username], ["answer", answer]]),
    redirect: "manual",
  });
  return new URL(answered.headers.get("location") ?? "about:blank");
};
