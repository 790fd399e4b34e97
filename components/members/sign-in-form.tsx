"use client";

import { Button, PasswordInput, TextInput } from "@mantine/core";
import { Note } from "@/components/ui/note";
import { signInByOidc, signInByPassword } from "@/lib/client/commands/sign-in";
import { useTask } from "@/lib/client/use-task";
import classes from "./sign-in-form.module.css";

/** next-auth's codes in the address, after a way in that leaves this page. */
const PROBLEMS: Record<string, string> = {
  AccessDenied: "That account may not sign in here. Ask an administrator to add you.",
  NoFleet: "You are signed in, but belong to no fleet. Ask an administrator to add you.",
};

interface SignInFormProps {
  /** Where to go afterwards; a path of this console. */
  back: string;
  problem: string | undefined;
  email: string;
  oidc: boolean;
}

export function SignInForm({ back, problem, email, oidc }: SignInFormProps) {
  const byPassword = useTask(
    (fields: FormData) => signInByPassword(String(fields.get("email")), String(fields.get("password"))),
    () => location.assign(back),
  );
  const byOidc = useTask(
    () => signInByOidc(back),
    (address) => location.assign(address),
  );
  const error = byPassword.error ?? byOidc.error;
  return (
    <>
      <title>Sign in · Sallyport</title>
      <div className={classes.head}>
        <h1>Sign in</h1>
        <p>The console of your fleet.</p>
      </div>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          byPassword.start(new FormData(event.currentTarget));
        }}
      >
        {error || problem ? (
          <Note tone="bad" mark="failed" role="alert">
            {error?.message ?? PROBLEMS[problem ?? ""] ?? "Signing in did not work. Try again."}
          </Note>
        ) : null}
        <TextInput
          name="email"
          type="email"
          label="E-mail"
          autoComplete="username"
          defaultValue={email}
          required
          withAsterisk={false}
          autoFocus={email === ""}
        />
        <PasswordInput name="password" label="Password" autoComplete="current-password" required withAsterisk={false} autoFocus={email !== ""} />
        <Button type="submit" variant="filled" loading={byPassword.isBusy}>
          Sign in
        </Button>
        {oidc ? (
          <>
            <span className={classes.or}>or</span>
            <Button onClick={() => byOidc.start(undefined)} loading={byOidc.isBusy}>
              Single sign-on
            </Button>
          </>
        ) : null}
      </form>
    </>
  );
}
