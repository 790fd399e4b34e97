import { StateMark } from "@/components/ui/state-mark";

/** How a message stands: shape, colour and word. */
export function DeliveryState({ state }: { state: "queued" | "delivered" | "failed" }) {
  if (state === "delivered") return <StateMark state="done" word="Delivered" />;
  return state === "failed" ? <StateMark state="failed" /> : <StateMark state="waiting" word="Queued" />;
}
