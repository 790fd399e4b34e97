"use client";

import { Button, PasswordInput, TextInput } from "@mantine/core";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { ErrorState } from "@/components/ui/error-state";
import { LoadingRows } from "@/components/ui/loading-rows";
import { Note } from "@/components/ui/note";
import { ApiError } from "@/lib/client/api-error";
import { checkSetupLink, completeSetup } from "@/lib/client/commands/setup";
import { signInByPassword } from "@/lib/client/commands/sign-in";
import { useTask } from "@/lib/client/use-task";
import type { SetupLinkView } from "@/lib/domain/members/setup-view";
import classes from "./sign-in-form.module.css";

/** Choose a password behind a one-time link; signed in right after. */
export function SetupForm({ token }: { token: string }) {
  const [link, setLink] = useState<SetupLinkView>();
  const check = useTask(checkSetupLink, setLink);
  const begin = useRef(check.start);
  useEffect(() => begin.current(token), [token]);
  return (
    <>
      <title>Set up · Sallyport</title>
      {link ? <PasswordForm token={token} link={link} /> : check.error ? <ErrorState error={check.error} /> : <LoadingRows rows={4} />}
    </>
  );
}

function PasswordForm({ token, link }: { token: string; link: SetupLinkView }) {
  const finish = useTask(
    async (fields: FormData) => {
      const password = String(fields.get("password"));
      const text = (name: string) => String(fields.get(name) ?? "").trim() || undefined;
      const { email } = await completeSetup({ token, password, name: text("name"), email: link.email === null ? text("email") : undefined });
      await signInByPassword(email, password);
    },
    () => location.assign("/overview"),
  );
  const fields = finish.error instanceof ApiError ? finish.error.fields : [];
  const problemOf = (path: string): ReactNode => fields.find((field) => field.path === path)?.message;
  return (
    <>
      <div className={classes.head}>
        <h1>{link.kind === "first_admin" ? "Become the first administrator" : "Choose your password"}</h1>
        <p>{link.kind === "first_admin" ? "This link works once. Others are added later, under Members." : `You were added as ${link.email}.`}</p>
      </div>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          finish.start(new FormData(event.currentTarget));
        }}
      >
        {finish.error && fields.length === 0 ? (
          <Note tone="bad" mark="failed" role="alert">
            {finish.error.message}
          </Note>
        ) : null}
        {link.email === null ? (
          <TextInput name="email" type="email" label="E-mail" autoComplete="username" required withAsterisk={false} error={problemOf("email")} autoFocus />
        ) : null}
        <TextInput
          name="name"
          label="Name"
          description="What others see in the audit log."
          autoComplete="name"
          defaultValue={link.name ?? ""}
          error={problemOf("name")}
        />
        <PasswordInput
          name="password"
          label="Password"
          description="At least 10 characters. A sentence is fine."
          autoComplete="new-password"
          minLength={10}
          required
          withAsterisk={false}
          error={problemOf("password")}
        />
        <Button type="submit" variant="filled" loading={finish.isBusy}>
          {link.kind === "first_admin" ? "Create and sign in" : "Save and sign in"}
        </Button>
      </form>
    </>
  );
}
