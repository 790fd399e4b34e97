"use client";

import { type KeyboardEvent, useId, useRef, useState } from "react";
import { Icon } from "./icon";
import classes from "./query-box.module.css";

/** What may come next. Choosing it puts `insert` in place of the text from `start` to `end`. */
export interface QueryCompletion {
  start: number;
  end: number;
  insert: string;
  label: string;
  detail: string;
}

/** What is wrong with the text, and where. */
export interface QueryBoxProblem {
  start: number;
  end: number;
  message: string;
  hint: string;
}

interface QueryBoxProps {
  label: string;
  placeholder: string;
  value: string;
  onChange: (text: string) => void;
  problem: QueryBoxProblem | undefined;
  completions: readonly QueryCompletion[];
  /** Where the writing goes on: `completions` are about this place. */
  onCaret: (caret: number) => void;
  onHelp: () => void;
}

/** The one search of a list, a combobox after the ARIA pattern. `/` focuses it from anywhere on the page (the shell looks for `data-search`). */
export function QueryBox({ label, placeholder, value, onChange, problem, completions, onCaret, onHelp }: QueryBoxProps) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [scroll, setScroll] = useState(0);
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const shown = open && completions.length > 0;
  const active = shown ? completions[at] : undefined;
  const close = () => {
    setOpen(false);
    setAt(-1);
  };
  const choose = ({ start, end, insert }: QueryCompletion) => {
    const text = value.slice(0, start) + insert + value.slice(end).replace(/^ /, insert.endsWith(" ") ? "" : " ");
    const caret = start + insert.length;
    onChange(text);
    onCaret(caret);
    setAt(-1);
    setOpen(!insert.endsWith(" "));
    requestAnimationFrame(() => input.current?.setSelectionRange(caret, caret));
    input.current?.focus();
  };
  const onKey = (event: KeyboardEvent) => {
    const move = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (move !== 0 && completions.length > 0) {
      const places = completions.length + 1;
      setAt(open ? ((at + 1 + move + places) % places) - 1 : move > 0 ? 0 : completions.length - 1);
      setOpen(true);
    } else if (event.key === "Enter" && active && !event.nativeEvent.isComposing) choose(active);
    else if (event.key === "Escape" && shown) close();
    else if (event.key === "Escape" && value) onChange("");
    else return;
    event.preventDefault();
  };
  return (
    <search className={classes.search}>
      <div className={classes.box} data-problem={problem ? "" : undefined}>
        <Icon name="search" />
        <div className={classes.field}>
          <input
            ref={input}
            className={classes.input}
            type="search"
            role="combobox"
            aria-label={label}
            aria-keyshortcuts="/"
            aria-autocomplete="list"
            aria-expanded={shown}
            aria-controls={`${id}-list`}
            aria-activedescendant={active ? `${id}-${at}` : undefined}
            aria-invalid={problem ? true : undefined}
            aria-describedby={problem ? `${id}-problem` : undefined}
            placeholder={placeholder}
            value={value}
            onChange={(event) => {
              onChange(event.currentTarget.value);
              onCaret(event.currentTarget.selectionStart ?? event.currentTarget.value.length);
              setOpen(true);
              setAt(-1);
            }}
            onSelect={(event) => onCaret(event.currentTarget.selectionStart ?? 0)}
            onFocus={() => setOpen(true)}
            onClick={() => setOpen(true)}
            onBlur={close}
            onScroll={(event) => setScroll(event.currentTarget.scrollLeft)}
            onKeyDown={onKey}
            data-search=""
            spellCheck={false}
            autoComplete="off"
            autoCapitalize="off"
          />
          {problem ? <Underline text={value} problem={problem} scroll={scroll} /> : null}
        </div>
        {value ? (
          <button type="button" className={classes.clear} aria-label="Clear search" onClick={() => onChange("")}>
            <Icon name="close" size={12} />
          </button>
        ) : (
          <kbd>/</kbd>
        )}
        <button type="button" className={classes.clear} aria-label="What can be searched for" onClick={onHelp}>
          <Icon name="help" size={14} />
        </button>
      </div>
      <div id={`${id}-list`} role="listbox" aria-label="Suggestions" className={classes.list} hidden={!shown}>
        {shown
          ? completions.map((completion, index) => (
              <Option key={completion.label} id={`${id}-${index}`} completion={completion} selected={index === at} onChoose={choose} />
            ))
          : null}
      </div>
      {problem ? (
        <p id={`${id}-problem`} className={classes.problem} role="status">
          <span>
            Column {problem.start + 1}: {problem.message}
          </span>{" "}
          <span className={classes.hint}>{problem.hint}</span>
        </p>
      ) : null}
    </search>
  );
}

/** Lies over the input, letter for letter, and underlines the piece that is wrong. */
function Underline({ text, problem: { start, end }, scroll }: { text: string; problem: QueryBoxProblem; scroll: number }) {
  return (
    <div className={classes.mirror} aria-hidden="true">
      <span style={{ transform: `translateX(${-scroll}px)` }}>
        {text.slice(0, start)}
        <mark>{text.slice(start, end) || " "}</mark>
      </span>
    </div>
  );
}

interface OptionProps {
  id: string;
  completion: QueryCompletion;
  selected: boolean;
  onChoose: (completion: QueryCompletion) => void;
}

function Option({ id, completion, selected, onChoose }: OptionProps) {
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: focus stays in the input, by aria-activedescendant
    <div
      id={id}
      className={classes.option}
      role="option"
      aria-selected={selected}
      // Before the input loses its focus, which would close the list.
      onMouseDown={(event) => {
        event.preventDefault();
        onChoose(completion);
      }}
    >
      <code>{completion.label}</code>
      <span className={classes.detail}>{completion.detail}</span>
    </div>
  );
}
