"use client";

import { useEffect, useMemo, useState } from "react";
import { Dialog } from "@/components/ui/dialog";
import { KeyValue } from "@/components/ui/key-value";
import { QueryBox } from "@/components/ui/query-box";
import { completionsAt } from "@/lib/domain/query/complete-query";
import { parseQuery } from "@/lib/domain/query/parse-query";
import { QueryError } from "@/lib/domain/query/query-error";
import { TOKEN_CATALOGUE } from "@/lib/domain/tokens/token-fields";

/** Searches tokens in the query language. What is typed is on screen at once, and in the address after a pause when it can be read. */
export function TokenQueryBox({ value, onCommit }: { value: string; onCommit: (text: string) => void }) {
  const [text, setText] = useState(value);
  const [committed, setCommitted] = useState(value);
  const [caret, setCaret] = useState(value.length);
  const [helping, setHelping] = useState(false);
  const problem = useMemo(() => problemOf(text), [text]);
  if (value !== committed) {
    setCommitted(value);
    if (value !== text.trim()) setText(value);
  }
  useEffect(() => {
    if (text.trim() === committed || problem) return;
    const timer = setTimeout(() => onCommit(text.trim()), 200);
    return () => clearTimeout(timer);
  });
  return (
    <>
      <QueryBox
        label="Search tokens"
        placeholder="Holder, label, id, or used:never expires<30d"
        value={text}
        onChange={setText}
        problem={problem}
        completions={completionsAt(text, Math.min(caret, text.length), TOKEN_CATALOGUE, [])}
        onCaret={setCaret}
        onHelp={() => setHelping(true)}
      />
      {helping ? (
        <Dialog title="What can be asked of tokens" size={620} onClose={() => setHelping(false)}>
          <KeyValue rows={TOKEN_CATALOGUE.fields.map(({ example, help }) => [example, help] as const)} />
        </Dialog>
      ) : null}
    </>
  );
}

function problemOf(text: string): QueryError | undefined {
  try {
    parseQuery(text, TOKEN_CATALOGUE);
    return undefined;
  } catch (error) {
    if (error instanceof QueryError) return error;
    throw error;
  }
}
