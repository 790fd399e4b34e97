"use client";

import { type KeyboardEvent, useDeferredValue, useEffect, useId, useRef, useState } from "react";
import { Dialog } from "@/components/ui/dialog";
import { Icon } from "@/components/ui/icon";
import classes from "./palette.module.css";
import { type PaletteEntry, usePaletteEntries } from "./palette-entries";

/** Go to anything: pages, devices by name or id, and what can be done from everywhere. A combobox after the ARIA pattern. */
export function Palette({ onClose, onTogglePause }: { onClose: () => void; onTogglePause: () => void }) {
  const [text, setText] = useState("");
  const { entries, searching } = usePaletteEntries(useDeferredValue(text), onTogglePause);
  const [at, setAt] = useState(0);
  const listId = useId();
  const active = entries[Math.min(at, entries.length - 1)];
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Newer browsers answer with a promise, which an effect must not return.
    if (active?.id) void list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [active?.id]);

  const choose = (entry: PaletteEntry) => {
    onClose();
    entry.run();
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setAt((at + 1) % Math.max(1, entries.length));
    else if (event.key === "ArrowUp") setAt((at + entries.length - 1) % Math.max(1, entries.length));
    else if (event.key === "Enter" && active && !event.nativeEvent.isComposing) choose(active);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog onClose={onClose} withCloseButton={false} padding={0} size={560} yOffset="12vh" centered={false} aria-label="Go to anything">
      <div className={classes.body}>
        <div className={classes.search}>
          <Icon name="search" />
          <input
            className={classes.input}
            placeholder="Device name or id, page, action"
            value={text}
            onChange={(event) => {
              setText(event.currentTarget.value);
              setAt(0);
            }}
            onKeyDown={onKey}
            role="combobox"
            aria-expanded="true"
            aria-controls={listId}
            aria-activedescendant={active ? `${listId}-${active.id}` : undefined}
            aria-label="Go to anything"
            autoComplete="off"
            spellCheck={false}
            data-autofocus
          />
          <kbd>Esc</kbd>
        </div>
        <div ref={list} id={listId} className={classes.list} role="listbox" aria-label="Results">
          {entries.map((entry, index) => (
            <Option
              key={entry.id}
              id={`${listId}-${entry.id}`}
              entry={entry}
              first={entries[index - 1]?.group !== entry.group}
              selected={entry === active}
              onChoose={choose}
            />
          ))}
        </div>
        {entries.length === 0 ? (
          <p className={classes.none} role="status">
            {searching ? "Searching…" : "Nothing has that name."}
          </p>
        ) : null}
      </div>
    </Dialog>
  );
}

interface OptionProps {
  id: string;
  entry: PaletteEntry;
  first: boolean;
  selected: boolean;
  onChoose: (entry: PaletteEntry) => void;
}

function Option({ id, entry, first, selected, onChoose }: OptionProps) {
  return (
    <>
      {first ? (
        <div className={classes.group} role="presentation">
          {entry.group}
        </div>
      ) : null}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the input's, by aria-activedescendant */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: focus stays in the input, by aria-activedescendant */}
      <div id={id} className={classes.option} role="option" aria-selected={selected} onClick={() => onChoose(entry)}>
        {entry.icon}
        <span>{entry.label}</span>
        {entry.detail ? <span className={classes.detail}>{entry.detail}</span> : null}
      </div>
    </>
  );
}
