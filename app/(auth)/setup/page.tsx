import { SetupForm } from "@/components/members/setup-form";

/** Behind the one-time link: the first administrator, or a member who was added. */
export default async function SetupPage({ searchParams }: { searchParams: Promise<{ token?: string | string[] }> }) {
  const { token } = await searchParams;
  return <SetupForm token={(Array.isArray(token) ? token[0] : token) ?? ""} />;
}
