import { readFileSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { readApis } from "../../../tools/openapi/connect.ts";
import { apiTools } from "../../../tools/openapi/index.ts";
import { nowhere } from "../../../tools/index.ts";
import type { FileProblem } from "../../../tools/problems.ts";
import { describeWithSpecs, specPath } from "../../support/specs.ts";
import { apiFolder, context, openApi, readOf, toolsOf, writeOf } from "./support.ts";

const project = "GET /api/v4/projects/{id}";
/** Twenty operations as a team would list them: reads, and writes with what they need. */
const reads = [
  ["project_read", project],
  ["issue_find", `${project}/issues`],
  ["issue_read", `${project}/issues/{issue_iid}`],
  ["note_find", `${project}/issues/{noteable_id}/notes`],
  ["change_find", `${project}/merge_requests`],
  ["change_read", `${project}/merge_requests/{merge_request_iid}`],
  ["change_diff", `${project}/merge_requests/{merge_request_iid}/diffs`],
  ["pipeline_find", `${project}/pipelines`],
  ["pipeline_read", `${project}/pipelines/{pipeline_id}`],
  ["job_find", `${project}/pipelines/{pipeline_id}/jobs`],
  ["branch_find", `${project}/repository/branches`],
  ["commit_find", `${project}/repository/commits`],
  ["release_find", `${project}/releases`],
  ["environment_find", `${project}/environments`],
  ["deployment_find", `${project}/deployments`],
  ["member_find", `${project}/members/all`],
] as const;
const writes = [
  ["issue_create", "POST /api/v4/projects/{id}/issues", "Open an issue {title}"],
  [
    "issue_comment",
    "POST /api/v4/projects/{id}/issues/{noteable_id}/notes",
    "Comment on issue {noteable_id}",
  ],
  ["job_retry", "POST /api/v4/projects/{id}/jobs/{job_id}/retry", "Retry job {job_id}"],
  ["branch_create", "POST /api/v4/projects/{id}/repository/branches", "Create the branch {branch}"],
] as const;

const file = (document: string) => ({
  "forge.yml": {
    ...{ title: "Forge", owner: "platform-leads", document, base_url: { env: "API_URL" } },
    auth: { secret: "API_TOKEN", header: "PRIVATE-TOKEN", prefix: "" },
    operations: [
      ...reads.map(([name, op]) => ({
        ...{
          name: `forge_${name}`,
          op,
          effect: "read",
          risk: "R0",
          untrusted: true,
          target: "ForgeProject/{id}",
        },
        examples: ["show {id}"],
      })),
      ...writes.map(([name, op, summary]) => ({
        ...{ name: `forge_${name}`, op, effect: "write", risk: "R1", summary, target: "ForgeProject/{id}" },
        examples: ["do it in {id}"],
      })),
    ],
  },
});

describeWithSpecs("twenty operations of GitLab's document", () => {
  it("become tools whose arguments name what is wrong with them", async () => {
    const api = await openApi(({ method }) => ({ body: method === "GET" ? [] : { id: 1 } }));
    const tools = toolsOf(await apiFolder(file(specPath("gitlab-openapi.yaml"))), api.url, "forge");
    expect(tools).toHaveLength(20);
    const find = readOf(tools, "forge_issue_find");
    expect(find.input.safeParse({ id: 42, state: "open" }).error?.issues[0]).toMatchObject({
      path: ["state"],
      values: ["opened", "closed", "all"],
    });
    const { args } = await find.resolve(
      find.input.parse({ id: "payments/ledger-api", state: "opened", labels: ["bug"] }) as never,
      context(),
    );
    await find.run(args, context());
    expect(api.seen[0]).toMatchObject({
      path: "/api/v4/projects/payments%2Fledger-api/issues",
      query: { state: ["opened"] },
    });
    const create = writeOf(tools, "forge_issue_create");
    expect(create.input.safeParse({ id: 42 }).error?.issues[0]?.path).toEqual(["title"]);
    const wish = await create.resolve(create.input.parse({ id: 42, title: "It hangs" }) as never, context());
    expect(wish.preview.sentence).toBe("Open an issue It hangs");
    await create.run(wish.args, context());
    expect(api.seen.at(-1)).toMatchObject({ method: "POST", body: { title: "It hangs" } });
  });

  it("are kept by the document's hash, so that a later start does not parse it", async () => {
    const path = specPath("gitlab-openapi.yaml");
    const folder = await apiFolder({
      ...file("./forge.openapi.yml"),
      "forge.openapi.yml": readFileSync(path, "utf8"),
    });
    const cache = `${folder}/kept`;
    const problems: FileProblem[] = [];
    const read = () =>
      readApis(folder, { env: {}, cache }, problems).flatMap((api) => apiTools(api, nowhere));
    const first = read();
    const began = process.cpuUsage();
    const again = read();
    const { user } = process.cpuUsage(began);
    expect(problems).toEqual([]);
    expect(again.map(({ name, origin }) => [name, origin?.pin])).toEqual(
      first.map(({ name, origin }) => [name, origin?.pin]),
    );
    console.info(`a start with the document kept: ${Math.round(user / 1000)} ms of processor time`);
    writeFileSync(`${folder}/forge.openapi.yml`, "openapi: 3.0.0\npaths: {}\n");
    read();
    expect(problems).toHaveLength(20);
    expect(problems[0]?.message).toContain("the document has no operation");
  });
});
