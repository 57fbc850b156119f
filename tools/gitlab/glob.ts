/**
 * Does a pattern of CODEOWNERS fit a path? A pattern without a slash in front fits at any depth, one with a slash at
 * its end everything below, `**` any folders, `*` and `?` within one name. No pattern makes it slow: it is somebody
 * else's text.
 */
export function fitsGlob(pattern: string, path: string): boolean {
  const anchored = pattern.startsWith("/") ? pattern.slice(1) : `**/${pattern}`;
  const whole = anchored.endsWith("/") ? `${anchored}**/*` : anchored;
  const wanted = whole.split("/").filter((part, at, all) => part !== "**" || all[at - 1] !== "**");
  const names = path.split("/");
  return fitsFrom(wanted, names);
}

/** `reach[n]`: the parts so far can stand for exactly the first n names. */
function fitsFrom(wanted: readonly string[], names: readonly string[]): boolean {
  let reach = [true, ...names.map(() => false)];
  for (const part of wanted) {
    const next = reach.map(() => false);
    for (const [at, here] of reach.entries()) {
      if (part === "**") next[at] = here || (at > 0 && next[at - 1] === true);
      else if (here && at < names.length && fitsName(part, names[at] ?? "")) next[at + 1] = true;
    }
    reach = next;
  }
  return reach.at(-1) === true;
}

/** `*` and `?` inside one name: one way back is enough, to the last star. */
function fitsName(pattern: string, name: string): boolean {
  let [at, on, star, mark] = [0, 0, -1, 0];
  while (on < name.length) {
    if (pattern[at] === "*") {
      star = at;
      mark = on;
      at += 1;
    } else if (pattern[at] === "?" || pattern[at] === name[on]) {
      at += 1;
      on += 1;
    } else if (star >= 0) {
      at = star + 1;
      mark += 1;
      on = mark;
    } else return false;
  }
  while (pattern[at] === "*") at += 1;
  return at === pattern.length;
}
