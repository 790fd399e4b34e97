import { redirect } from "next/navigation";
import { SignInForm } from "@/components/members/sign-in-form";
import { safeCallbackPath } from "@/lib/web/callback-url";
import { isSignedIn, signInWays } from "@/lib/web/page";

type Query = Promise<{ callbackUrl?: string | string[]; error?: string | string[]; email?: string | string[] }>;

const one = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value);

export default async function SignInPage({ searchParams }: { searchParams: Query }) {
  const { callbackUrl, error, email } = await searchParams;
  const back = safeCallbackPath(one(callbackUrl));
  const problem = one(error);
  if (!problem && (await isSignedIn())) redirect(back);
  return <SignInForm back={back} problem={problem} email={one(email) ?? ""} oidc={signInWays().oidc} />;
}
