import type { Page } from "playwright-core";

/** What keeps a person from using the page: controls without a name, and text that is too faint. Empty when all is well. */
export const hindrances = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const found: string[] = [];
    for (const control of document.querySelectorAll(
      "button, a[href], textarea, input, [role=tab], [role=option]",
    )) {
      const label = control instanceof HTMLInputElement ? control.labels?.[0]?.textContent : undefined;
      const name = control.getAttribute("aria-label") ?? (label || control.textContent.trim());
      if (name === "") found.push(`no name: ${control.outerHTML.slice(0, 120)}`);
    }
    // The browser itself turns any colour notation into bytes.
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    if (!canvas) throw new Error("no canvas");
    const over = (colours: string[]): number[] => {
      canvas.clearRect(0, 0, 1, 1);
      for (const colour of colours) {
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
      }
      return [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)];
    };
    const light = (rgb: number[]): number => {
      const [r = 0, g = 0, b = 0] = rgb.map((byte) => {
        const part = byte / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      const element = node.parentElement;
      if (!element || node.textContent?.trim() === "" || !element.checkVisibility({ opacityProperty: true }))
        continue;
      // Disabled controls are exempt, as in WCAG.
      if (element.closest(":disabled")) continue;
      const grounds: string[] = [];
      for (let at: Element | null = element; at; at = at.parentElement)
        grounds.unshift(getComputedStyle(at).backgroundColor);
      const [a, b] = [light(over([...grounds, getComputedStyle(element).color])), light(over(grounds))];
      const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      if (contrast < 4.5) found.push(`faint (${contrast.toFixed(1)}): ${node.textContent?.slice(0, 60)}`);
    }
    return found;
  });
