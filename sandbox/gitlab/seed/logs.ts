/** Colours as GitLab's runner writes them. */
const green = (line: string) => `\u001b[32;1m${line}\u001b[0;m`;
const cyan = (line: string) => `\u001b[36;1m${line}\u001b[0;m`;
const red = (line: string) => `\u001b[31;1m${line}\u001b[0;m`;

/** A foldable part of a job log, with the runner's markers. */
function section(name: string, title: string, lines: readonly string[]): string[] {
  return [
    `section_start:1763625600:${name}\r\u001b[0K${cyan(title)}`,
    ...lines,
    `section_end:1763625640:${name}\r\u001b[0K`,
  ];
}

/** The log of a job that passed. */
export function passingLog(job: string): string {
  return [
    cyan("Running with gitlab-runner 18.4.0 (ab12cd34)"),
    ...section("step_script", `Executing "${job}"`, [green(`$ npm run ${job}`), "ok"]),
    green("Job succeeded"),
    "",
  ].join("\n");
}

/** A short log of a job that failed at its script. */
export function failingLog(job: string, cause: string): string {
  return [
    cyan("Running with gitlab-runner 18.4.0 (ab12cd34)"),
    ...section("step_script", `Executing "${job}"`, [green(`$ npm run ${job}`), red(cause)]),
    red("ERROR: Job failed: exit code 1"),
    "",
  ].join("\n");
}

/**
 * The log of the flaky job: about 2,000 lines, one failing test among passing ones, whose cause (a database that was
 * not ready) stands a little above the failure; lines that look like secrets; noise that says "error" and means none.
 */
export function flakyLog(): string {
  return [
    cyan("Running with gitlab-runner 18.4.0 (ab12cd34)"),
    "  on runner-payments-3 t3_xQp1a, system ID: s_91c7be01f2aa",
    ...section("prepare_executor", "Preparing the docker executor", [
      "Using Docker executor with image registry.example.com/payments/node:24 ...",
      "Starting service postgres:18-alpine ...",
      "Waiting for services to be up and running (timeout 30 seconds)...",
      "*** WARNING: Service runner-t3xqp1a-project-101-postgres-0 probably didn't start properly.",
    ]),
    ...section("get_sources", "Getting source from Git repository", [
      "Fetching changes with git depth set to 20...",
      "Checking out 9f31c2ab as detached HEAD (ref is idempotent-retries)...",
    ]),
    ...section("step_script", 'Executing "step_script" stage of the job script', [
      green("$ env | sort | head -40"),
      "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
      "CI_JOB_NAME=integration-tests",
      "DATABASE_URL=postgres://ledger:correct-horse-battery@10.0.3.17:5432/ledger_test",
      "GITLAB_DEPLOY_TOKEN=glpat-ThisIsNotAReal1Token",
      green("$ npm ci"),
      ...npmNoise(),
      green("$ npm run test:integration"),
      ...passingTests(1, 310),
      ...failingWindow(),
      ...passingTests(311, 420),
      ...summary(),
    ]),
    ...section("cleanup_file_variables", "Cleaning up project directory and file based variables", []),
    red("ERROR: Job failed: exit code 1"),
    "",
  ].join("\n");
}

/** What the window around the failure must quote: the cause, the test and the assertion. */
const FLAKY_CAUSE =
  "Error: connect ETIMEDOUT 10.0.3.17:5432 after 5000 ms (postgres service not ready, attempt 3 of 3)";

function failingWindow(): string[] {
  return [
    " RUN  test/integration/payout-retry.test.ts",
    "   ledger: opening pool postgres://ledger:***@10.0.3.17:5432/ledger_test",
    red(`   ${FLAKY_CAUSE}`),
    "       at Pool.connect (src/store/pool.ts:41:11)",
    "       at async setupLedger (test/integration/ledger.ts:18:3)",
    red(
      " FAIL  test/integration/payout-retry.test.ts > payout retry > uses the same idempotency key for both attempts",
    ),
    "   AssertionError: expected 503 to be 201",
    "     - Expected: 201",
    "     + Received: 503",
    "       at test/integration/payout-retry.test.ts:57:27",
    "         55|     const second = await retryPayout(payout.id);",
    "         56|     expect(first.key).toBe(second.key);",
    "       > 57|     expect(second.status).toBe(201);",
  ];
}

function npmNoise(): string[] {
  const rows = Array.from(
    { length: 380 },
    (_, n) => `npm http fetch GET 200 https://packages.example.com/package-${n} ${n % 90}ms`,
  );
  return [...rows, "added 381 packages in 14s", "found 0 vulnerabilities, 0 errors"];
}

/** Passing tests, four lines each; some talk about errors that they expect. */
function passingTests(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => {
    const n = from + index;
    const note =
      n % 17 === 0 ? "   expected error was thrown: InsufficientFunds" : `   ledger: ${n % 7} entries posted`;
    return [
      ` RUN  test/integration/case-${n}.test.ts`,
      `   ledger: opening pool postgres://ledger:***@10.0.3.17:5432/ledger_test`,
      note,
      green(` PASS  test/integration/case-${n}.test.ts (${20 + (n % 60)} ms)`),
    ];
  }).flat();
}

function summary(): string[] {
  return [
    "",
    " Test Files  1 failed | 420 passed (421)",
    "      Tests  1 failed | 1263 passed (1264)",
    "   Duration  212.40 s",
    "npm error Lifecycle script `test:integration` failed with error:",
    "npm error code 1",
  ];
}
