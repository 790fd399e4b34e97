import ora from "ora";

export interface Progress {
  /** Runs `work` as one visible step. `report` says what it is at. */
  step<T>(label: string, work: (report: (detail: string) => void) => Promise<T>): Promise<T>;
  /** A line that stays, between or after steps. */
  line(text: string): void;
}

/** A terminal that does not tell its width (a bare pty has 0 columns) would make ora count lines for ever. */
const fancy = () => process.stdout.isTTY === true && process.stdout.columns > 0 && process.env.TERM !== "dumb" && !process.env.CI;

/** A spinner on a terminal (plain colours under NO_COLOR), one line per step elsewhere. */
export function createProgress(): Progress {
  return fancy() ? onTerminal() : plain();
}

const seconds = (startedAt: number) => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;

function onTerminal(): Progress {
  let spinner: ReturnType<typeof ora> | undefined;
  return {
    async step(label, work) {
      const startedAt = performance.now();
      // Without `discardStdin: false` ora takes Ctrl-C away from us.
      const own = ora({ text: label, discardStdin: false, stream: process.stdout }).start();
      spinner = own;
      try {
        const result = await work((detail) => {
          own.text = `${label}: ${detail}`;
        });
        own.succeed(`${label} (${seconds(startedAt)})`);
        return result;
      } catch (error) {
        own.fail(label);
        throw error;
      } finally {
        spinner = undefined;
      }
    },
    line(text) {
      spinner?.clear();
      process.stdout.write(`${text}\n`);
    },
  };
}

function plain(): Progress {
  return {
    async step(label, work) {
      const startedAt = performance.now();
      process.stdout.write(`${label} ...\n`);
      const result = await work(() => {});
      process.stdout.write(`${label}: done (${seconds(startedAt)})\n`);
      return result;
    },
    line: (text) => void process.stdout.write(`${text}\n`),
  };
}
