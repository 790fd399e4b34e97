import { statesBefore } from "@/lib/domain/commands/command-state";
import type { StepContext } from "../step";

const AT_ONCE = 500;

/** Ends commands whose deadline has passed. Reads it from the table, so that no restart forgets one. Answers how many. */
export async function endCommands({ database, clock }: StepContext): Promise<number> {
  const { rowCount } = await database.pool.query(
    `with over as (select id from command where ended_at is null and deadline_at <= $1 order by deadline_at limit ${AT_ONCE} for update skip locked)
     update command c set ended_at = $1, state = case when c.state::text = any($2) then 'timed_out'::"CommandState" else 'expired'::"CommandState" end
     from over where c.id = over.id`,
    [clock.now(), statesBefore("time", "timed_out")],
  );
  return rowCount ?? 0;
}
