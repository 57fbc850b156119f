import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { access, mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";

const PAGE = join(import.meta.dirname, "../page");
const REPOSITORY = join(import.meta.dirname, "../..");

const CACHE = join(REPOSITORY, "node_modules/.cache/steward-page");

/**
 * The folder with the built page. Built by Vite only when the page's sources (or the packages it is made with) have
 * changed since; kept beside the packages, a folder for each version, or in `elsewhere` where those belong to somebody
 * else.
 */
export async function buildPage(elsewhere: string): Promise<string> {
  const version = await sourceHash();
  if (await exists(join(CACHE, version, "index.html"))) return join(CACHE, version);
  const cache = (await writable(CACHE)) ? CACHE : elsewhere;
  const built = join(cache, version);
  if (await exists(join(built, "index.html"))) return built;
  // Made aside and moved into place whole: another sandbox may build the same at the same time.
  const draft = `${built}.${process.pid}`;
  await runVite(draft);
  await rename(draft, built).catch(async (error: unknown) => {
    if (!(await exists(join(built, "index.html")))) throw error;
    await rm(draft, { recursive: true });
  });
  return built;
}

async function runVite(outDir: string): Promise<void> {
  // Loaded only when something is to be built: a start with a built page does not pay for it.
  const [{ build }, { default: react }] = await Promise.all([import("vite"), import("@vitejs/plugin-react")]);
  await build({
    root: PAGE,
    configFile: false,
    logLevel: "error",
    plugins: [react()],
    // The renderer of blocks brings its own table of emoji; node-emoji would add as much again as the page itself.
    resolve: { alias: { "node-emoji": join(PAGE, "emojify.ts") } },
    build: { outDir, emptyOutDir: true, target: "es2023", chunkSizeWarningLimit: 1_200 },
  });
}

async function sourceHash(): Promise<string> {
  const hash = createHash("sha256");
  const entries = await readdir(PAGE, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const file of [...files.toSorted(), join(REPOSITORY, "package.json"), import.meta.filename]) {
    hash.update(`${file.slice(REPOSITORY.length)}\0`).update(await readFile(file));
  }
  return hash.digest("hex").slice(0, 16);
}

const holds = (check: Promise<unknown>): Promise<boolean> =>
  check.then(
    () => true,
    () => false,
  );

const exists = (path: string): Promise<boolean> => holds(access(path));

const writable = (folder: string): Promise<boolean> =>
  holds(mkdir(folder, { recursive: true }).then(() => access(folder, constants.W_OK)));
