"use client";

import { ErrorState } from "@/components/ui/error-state";

/** A fault in rendering. `digest` finds it in the server's log. */
export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <main>
      <title>Something went wrong · Sallyport</title>
      <ErrorState
        error={{ message: "This page failed.", hint: "Try again. If it stays, quote the id below to your administrator.", requestId: error.digest }}
        onRetry={reset}
      />
    </main>
  );
}
