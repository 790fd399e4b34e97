import Link from "next/link";
import { EmptyState } from "@/components/ui/empty-state";

export default function NotFound() {
  return (
    <main>
      <title>Not found · Sallyport</title>
      <EmptyState title="There is nothing at this address" actions={<Link href="/overview">Go to the overview</Link>}>
        The page may have moved, or it belongs to a fleet that you are not in.
      </EmptyState>
    </main>
  );
}
