import type { ReactNode } from "react";
import { LonePage } from "@/components/ui/lone-page";

export default function AuthLayout({ children }: { children: ReactNode }) {
  return <LonePage>{children}</LonePage>;
}
