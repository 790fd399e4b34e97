import type { GrantWords } from "@/lib/domain/tokens/grant-words";
import classes from "./grant-words-list.module.css";

/** Sentences of what a token can and cannot do; told apart by shape and heading, not by colour alone. */
export function GrantWordsList({ words }: { words: GrantWords }) {
  return (
    <div className={classes.words}>
      <Side title="Can" sentences={words.can} path="M2.5 6.5 5 9l4.5-6" tone="ok" />
      <Side title="Cannot" sentences={words.cannot} path="M3 3l6 6M9 3l-6 6" tone="no" />
    </div>
  );
}

function Side({ title, sentences, path, tone }: { title: string; sentences: readonly string[]; path: string; tone: string }) {
  return (
    <section className={classes.side} data-tone={tone} aria-label={title}>
      <h3>{title}</h3>
      <ul>
        {sentences.map((sentence) => (
          <li key={sentence}>
            <svg viewBox="0 0 12 12" aria-hidden="true">
              <path d={path} />
            </svg>
            {sentence}
          </li>
        ))}
      </ul>
    </section>
  );
}
