/** A file of bench/ exports one of these as its default. Figures are plain numbers, units stand in the keys. */
export type Benchmark = (run: {
  /** What stood behind the name on the command line. */
  args: string[];
  /** Tells what is being done; goes to stderr. */
  say(text: string): void;
}) => Promise<Record<string, number>>;
