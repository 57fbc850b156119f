/** Postgres text holds neither NUL nor lone surrogates; models, and names that people give themselves, may hold both. */
export const storable = (text: string): string => text.toWellFormed().replaceAll("\0", "\uFFFD");
