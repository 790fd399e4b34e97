import { Button } from "@mantine/core";
import { CopyButton } from "./copy-button";
import classes from "./empty-state.module.css";

/** What an error says in public: the shape of lib/client's ApiError, and of anything else that has a message. */
export interface ShownError {
  message: string;
  hint?: string | undefined;
  requestId?: string | undefined;
}

export function ErrorState({ error, onRetry }: { error: ShownError; onRetry?: () => void }) {
  return (
    <div className={classes.state} role="alert">
      <p className={classes.title}>{error.message}</p>
      {error.hint ? <p className={classes.text}>{error.hint}</p> : null}
      {error.requestId ? (
        <p className={classes.request}>
          Request <code>{error.requestId}</code> <CopyButton value={error.requestId} label="Copy id" />
        </p>
      ) : null}
      {onRetry ? (
        <div className={classes.actions}>
          <Button onClick={onRetry}>Try again</Button>
        </div>
      ) : null}
    </div>
  );
}
