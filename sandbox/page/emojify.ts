/**
 * Stands in for the package node-emoji, of which the renderer of blocks uses this function alone: names that its own
 * table does not know are turned into what `fallback` gives for them.
 */
export const emojify = (text: string, options: { fallback?: (name: string) => string } = {}): string =>
  text.replace(/:([^:\s]+):/g, (whole, name: string) => options.fallback?.(name) ?? whole);
