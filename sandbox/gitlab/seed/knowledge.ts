import type { Repository, TreeCommit } from "../types-work.ts";
import type { Project } from "../types.ts";
import { fullPath, shaOf, type World } from "../world.ts";

const owners = [
  "# Who decides what",
  "* @payments-leads",
  "",
  "[Ledger]",
  "/src/ @boris @mei",
  "/src/payouts/ @anna",
  "*.md @anna",
  "",
  "^[Docs] @elif",
  "docs/",
].join("\n");

const retry = [
  'import { bank } from "./bank.ts";',
  "",
  "/** Sends a payout again. The key stays the same, so that the bank sees one order. */",
  "export async function retryPayout(id: string, key: string) {",
  "  const order = await bank.find(key);",
  "  if (order) return order;",
  "  return bank.send({ id, key });",
  "}",
  "",
].join("\n");

const runbook = [
  "# When a payout is stuck",
  "",
  "1. Look at the bank's answer: `payouts show <id>`.",
  "2. A payout that is *processing* for more than an hour is retried **once**.",
  "3. Above 1,000 EUR two people decide.",
  "",
  "## Who is called",
  "",
  "The on-call engineer of payments; after 30 minutes Boris.",
  "",
].join("\n");

/** Files of ledger-api, commit by commit. */
const history: readonly [author: string, title: string, daysAgo: number, files: Record<string, string>][] = [
  [
    "boris",
    "Begin the ledger",
    700,
    {
      "README.md":
        "# Ledger API\n\nDouble-entry ledger and its HTTP API.\n\nSee docs/payouts.md for stuck payouts.\n",
      "src/bank.ts": "export const bank = { find: async () => null, send: async () => ({}) };\n",
      ".gitlab-ci.yml": "stages: [test]\nunit:\n  script: npm test\n",
    },
  ],
  ["mei", "Say who decides", 300, { CODEOWNERS: owners }],
  [
    "anna",
    "Retry payouts",
    100,
    { "src/payouts/retry.ts": retry.replaceAll(/^ {2}(?:const order|if).*\n/gm, "") },
  ],
  ["anna", "Look for the order first", 40, { "src/payouts/retry.ts": retry }],
  ["boris", "Write down what to do with stuck payouts", 20, { "docs/payouts.md": runbook }],
];

const pages: readonly [project: string, slug: string, title: string, content: string][] = [
  [
    "payments/ledger-api",
    "freeze",
    "Freeze",
    "# Freeze\n\nNo deploys of the ledger from 20 December to 2 January.\nExceptions are decided by payments-leads.\n",
  ],
  [
    "payments/ledger-api",
    "onboarding/accounts",
    "Accounts",
    "# Accounts\n\nNew engineers get Developer in ledger-api for 90 days.\nAsk Boris.\n",
  ],
  ["payments/fraud-rules", "limits", "Limits", "# Limits\n\nPrepaid cards: stuck payout above 50 is held.\n"],
  ["platform/deploy-tools", "on-call", "On-call", "# On-call\n\nThe rota stands in the on-call tool.\n"],
];

/** Repositories with a history, and wiki pages. */
export function seedKnowledge(world: World): void {
  for (const project of world.projects) {
    const commits = fullPath(project) === "payments/ledger-api" ? ledger(world) : [first(world, project)];
    const repository: Repository = { branches: new Map([["main", commits]]) };
    for (const mr of world.mergeRequests)
      if (mr.project === project && mr.state === "opened")
        repository.branches.set(mr.source_branch, [...commits]);
    world.repositories.set(project, repository);
  }
  for (const [path, slug, title, content] of pages) {
    const project = world.findProject(path);
    if (!project) throw new Error(`the seed names no project ${path}`);
    world.wiki.push({ project, slug, title, content });
  }
}

function ledger(world: World): TreeCommit[] {
  const commits: TreeCommit[] = [];
  for (const [author, title, daysAgo, files] of history) {
    commits.push({
      id: shaOf(`ledger ${title}`),
      title,
      message: `${title}\n`,
      author: world.user(author),
      created_at: new Date(world.clock.now() - daysAgo * 86_400_000).toISOString(),
      files: new Map([...(commits.at(-1)?.files ?? []), ...Object.entries(files)]),
    });
  }
  return commits;
}

const first = (world: World, project: Project): TreeCommit => ({
  id: shaOf(`first ${fullPath(project)}`),
  title: "Begin",
  message: "Begin\n",
  author: world.user("boris"),
  created_at: project.created_at,
  files: new Map([["README.md", `# ${project.name}\n\n${project.description}.\n`]]),
});
