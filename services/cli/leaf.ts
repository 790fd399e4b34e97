import { type Command, InvalidArgumentError } from "commander";
import type { Context } from "@/lib/server/context";
import type { Output } from "./output";
import { openSession } from "./session";

/** What every command works with. */
export interface Io {
  env: NodeJS.ProcessEnv;
  output(json: boolean): Output;
  /** Set by a command that ran well and has bad news (health). */
  exitCode?: number;
}

type Options = Record<string, string | string[] | number | boolean | undefined>;
type Action = (run: { ctx: Context; output: Output; options: Options; args: string[] }) => Promise<void>;

/** A command that works on the running installation: `--json` and `--fleet` are the same everywhere. */
export function leaf(noun: Command, io: Io, usage: string, description: string, action: Action): Command {
  const command = noun
    .command(usage)
    .description(description)
    .option("--json", "exactly one line of JSON on stdout")
    .option("--fleet <fleet>", "id or name of the fleet (default: the oldest)");
  return command.action(async () => {
    const options = command.opts<Options>();
    const session = await openSession(io.env, typeof options.fleet === "string" ? options.fleet : undefined);
    try {
      await action({ ctx: session.ctx, output: io.output(options.json === true), options, args: command.processedArgs.map(String) });
    } finally {
      await session.close();
    }
  });
}

/** The two options of every list. */
export function paged(command: Command): Command {
  return command.option("--limit <n>", "rows at most", whole).option("--cursor <cursor>", "where the list goes on: nextCursor of the answer before");
}

/** The options of these names that were given. Typed to fit any verb's input: the verb parses them. */
export function given<K extends string>(options: Options, ...names: K[]): { [P in K]?: never } {
  return Object.fromEntries(names.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]]))) as unknown as { [P in K]?: never };
}

export function whole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("Expected a whole number.");
  return Number(text);
}

export function decimal(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new InvalidArgumentError("Expected a number.");
  return value;
}

export const commaList = (text: string): string[] => text.split(",").filter(Boolean);

/** `--tag key=value`, as often as there are tags. */
export function tag(text: string, before: string[] = []): string[] {
  if (!/^[^=]+=/.test(text)) throw new InvalidArgumentError("Expected key=value.");
  return [...before, text];
}

export function tagsOf(options: Options): { tags?: Record<string, string> } {
  if (!Array.isArray(options.tag)) return {};
  return { tags: Object.fromEntries(options.tag.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)])) };
}
