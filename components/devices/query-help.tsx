"use client";

import { Dialog } from "@/components/ui/dialog";
import type { Catalogue } from "@/lib/domain/query/field-catalogue";
import classes from "./query-help.module.css";

const SYNTAX = [
  ["pump berlin", "both words, in any part"],
  ["site:Harb*", "a whole value; * stands for any text"],
  ['site:"Berlin 3"', "quotes keep spaces together"],
  ["state:offline,silent", "one or the other"],
  ["-site:Harbour", "not"],
  ["(a OR b) c", "or, with parentheses"],
  ["last_seen>2h", "longer ago than that; < is within"],
] as const;

/** The query language on one page: docs/query.md has the rest. */
export function QueryHelp({ catalogue, onClose }: { catalogue: Catalogue; onClose: () => void }) {
  return (
    <Dialog onClose={onClose} title="What can be searched for" size={720}>
      <table className={classes.table}>
        <caption className="visually-hidden">How to write a search</caption>
        <tbody>
          {SYNTAX.map(([example, meaning]) => (
            <tr key={example}>
              <th scope="row">
                <code>{example}</code>
              </th>
              <td>{meaning}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <h3 className={classes.title}>Fields</h3>
      <table className={classes.table}>
        <caption className="visually-hidden">Fields</caption>
        <tbody>
          {catalogue.fields.map(({ name, help, example, values, absent }) => (
            <tr key={name}>
              <th scope="row">
                <code>{example}</code>
              </th>
              <td>
                {help}
                {values ? `: ${values.join(", ")}` : ""}
                {absent ? `; ${name}:${absent}` : ""}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  );
}
