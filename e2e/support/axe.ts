import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

const STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** The rules that look at colours: nothing else of a page differs between the schemes. */
const OF_COLOURS: string[] = ["color-contrast", "link-in-text-block"];

/** What axe finds, in words. Its "legacy mode" differs for frames of other origins alone, which we have none of, and opens no second page each time. */
async function problems(page: Page, rules?: string[]): Promise<string[]> {
  const axe = new AxeBuilder({ page }).setLegacyMode(true);
  const { violations } = await (rules ? axe.withRules(rules) : axe.withTags(STANDARD)).analyze();
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ target }) => `${id}: ${help} (${target.join(" ")})`));
}

/** axe finds nothing, in both schemes, one after the other in the same page: a page is opened once. */
export async function findsNothing(page: Page): Promise<void> {
  for (const [colorScheme, rules] of [["light"], ["dark", OF_COLOURS]] as const) {
    await page.emulateMedia({ colorScheme });
    await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", colorScheme);
    expect(await problems(page, rules), colorScheme).toEqual([]);
  }
}
