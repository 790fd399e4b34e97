import type { Outcome } from "./replay";
import { isFalse, storiesOf } from "./score";

/** What was said, beside what was so, as Markdown: causes, outages, tampering. */
export function confusion(outcomes: readonly Outcome[]): string {
  return [causes(outcomes), outages(outcomes), tampering(outcomes)].join("\n\n");
}

/** One line per cause; a story that allows several words counts under the first, and as right for each of them. */
function causes(outcomes: readonly Outcome[]): string {
  const asked = outcomes.flatMap((outcome) => outcome.causes);
  const lines = [...new Set(asked.map(({ expected }) => expected[0] ?? ""))].sort().map((cause) => {
    const own = asked.filter(({ expected }) => expected[0] === cause);
    const wrong = own.filter(({ expected, told }) => !expected.includes(told)).map(({ told }) => told);
    return [cause, own.length, own.length - wrong.length, counted(wrong)];
  });
  return table(["cause", "asked", "told so", "told instead"], lines);
}

function outages(outcomes: readonly Outcome[]): string {
  const stories = outcomes.flatMap((outcome) => outcome.trueOutages.map((units) => storiesOf(outcome, units).length));
  const told = outcomes.flatMap((outcome) => outcome.toldOutages.map((units) => isFalse(outcome, units)));
  return table(
    ["outages", "told once", "told as several", "not told"],
    [
      ["there were", stories.filter((count) => count === 1).length, stories.filter((count) => count > 1).length, stories.filter((count) => count === 0).length],
      ["there were none", told.filter(Boolean).length, "", ""],
    ],
  );
}

function tampering(outcomes: readonly Outcome[]): string {
  const sum = (count: (outcome: Outcome) => number) => outcomes.reduce((total, outcome) => total + count(outcome), 0);
  const caught = sum(({ tampered, suspected }) => tampered.filter((unit) => suspected.includes(unit)).length);
  const [tampered, suspected, devices] = [sum((one) => one.tampered.length), sum((one) => one.suspected.length), sum((one) => one.devices)];
  return table(
    ["devices", "suspected", "not suspected"],
    [
      ["tampered with", caught, tampered - caught],
      ["not tampered with", suspected - caught, devices - tampered - (suspected - caught)],
    ],
  );
}

function counted(words: readonly string[]): string {
  return [...new Set(words)].map((word) => `${word} ${words.filter((other) => other === word).length}`).join(", ");
}

function table(head: readonly string[], lines: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.map((cell) => (typeof cell === "number" ? cell.toLocaleString("en") : cell)).join(" | ")} |`;
  return [line(head), line(head.map((_, column) => (column === 0 ? "---" : "---:"))), ...lines.map(line)].join("\n");
}
