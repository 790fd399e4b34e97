import Link from "next/link";
import { EmptyState } from "@/components/ui/empty-state";
import { LonePage } from "@/components/ui/lone-page";

export default function NotFound() {
  return (
    <LonePage isMessage>
      <title>Not found · Sallyport</title>
      <h1 className="visually-hidden">Not found</h1>
      <EmptyState title="There is nothing at this address" actions={<Link href="/overview">Go to the overview</Link>}>
        The page may have moved, or it belongs to a fleet that you are not in.
      </EmptyState>
    </LonePage>
  );
}
