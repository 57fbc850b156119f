import { readFileSync } from "node:fs";

/** Linux counts a process's time in hundredths of a second. */
const msPerTick = 10;

/**
 * Milliseconds of processor time that a process has used; undefined where the system has no /proc. Unlike a rate, it
 * says what work costs also on a machine that has other things to do.
 */
export const cpuMs = (pid: number): number | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in brackets may hold spaces; user and system time are fields 14 and 15 of the line.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * msPerTick;
  } catch {
    return undefined;
  }
};
