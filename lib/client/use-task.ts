import { useState } from "react";

interface Task<Input> {
  start: (input: Input) => void;
  /** Also after success: what follows is usually another page. */
  isBusy: boolean;
  error: Error | undefined;
}

/** One thing that a form does. For pages that must load in a moment and need no query library: sign-in and set-up. */
export function useTask<Input, Output>(run: (input: Input) => Promise<Output>, onDone: (output: Output) => void): Task<Input> {
  const [state, setState] = useState<{ isBusy: boolean; error: Error | undefined }>({ isBusy: false, error: undefined });
  return {
    ...state,
    start: (input) => {
      setState({ isBusy: true, error: undefined });
      run(input).then(onDone, (error: unknown) => setState({ isBusy: false, error: error instanceof Error ? error : new Error(String(error)) }));
    },
  };
}
