/** `system` follows the machine's own setting. */
export type Theme = "system" | "light" | "dark";

const KEY = "steward-sandbox-theme";
const NEXT: Readonly<Record<Theme, Theme>> = { system: "light", light: "dark", dark: "system" };

export const nextTheme = (theme: Theme): Theme => NEXT[theme];

export function storedTheme(): Theme {
  const stored = localStorage.getItem(KEY);
  return stored === "light" || stored === "dark" ? stored : "system";
}

/** Shows the page in a theme, and keeps the choice. */
export function showTheme(theme: Theme): void {
  localStorage.setItem(KEY, theme);
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}
