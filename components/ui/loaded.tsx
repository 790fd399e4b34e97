import type { ReactNode } from "react";
import { ErrorState, type ShownError } from "./error-state";
import { LoadingRows } from "./loading-rows";
import { NoPermission } from "./no-permission";
import { Note } from "./note";

/** The part of a TanStack query that decides which of the four states is shown. */
interface QueryLike<Data> {
  data: Data | undefined;
  error: (ShownError & { code?: string }) | Error | null;
  refetch: () => unknown;
}

interface LoadedProps<Data> {
  query: QueryLike<Data>;
  /** Completes "Your role does not show …". */
  what: string;
  /** Shown while nothing is there yet; by default rows. */
  loading?: ReactNode;
  children: (data: Data) => ReactNode;
}

/** Loading, refused, failed, or there. What was loaded before stays on screen when a later refresh fails, marked as old. */
export function Loaded<Data>({ query, what, loading, children }: LoadedProps<Data>) {
  const { data, error } = query;
  const retry = () => void query.refetch();
  if (data !== undefined)
    return (
      <>
        {error ? (
          <Note tone="warn" mark="waiting" role="status">
            This could not be refreshed and may be old: {error.message}
          </Note>
        ) : null}
        {children(data)}
      </>
    );
  if (error && "code" in error && error.code === "forbidden") return <NoPermission framed what={what} />;
  if (error) return <ErrorState error={error} onRetry={retry} />;
  return loading ?? <LoadingRows />;
}
