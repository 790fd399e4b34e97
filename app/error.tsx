"use client";

import { ErrorState } from "@/components/ui/error-state";
import { LonePage } from "@/components/ui/lone-page";

/** A fault in rendering. `digest` finds it in the server's log. */
export default function ErrorPage({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <LonePage isMessage>
      <title>Something went wrong · Sallyport</title>
      <h1 className="visually-hidden">Something went wrong</h1>
      <ErrorState
        error={{ message: "This page failed.", hint: "Try again. If it stays, quote the id below to your administrator.", requestId: error.digest }}
        onRetry={reset}
      />
    </LonePage>
  );
}
