import type { Command } from "commander";
import { SallyportError } from "@/lib/base/errors";
import { countOld, forgetPreviousFile, replaceKeyFile, rewrapAll } from "@/lib/server/encryption/rewrap";
import { isFile } from "@/lib/server/key-encryption";
import { type Io, leaf } from "../leaf";
import { printFacts } from "../output";

/** The key that wraps all others at rest. */
export function kekCommands(program: Command, io: Io): void {
  const noun = program.command("kek").description("the key-encryption key: status, rotate, rewrap, forget-previous");
  leaf(noun, io, "status", "how much is wrapped by the key before the current one", async ({ ctx, output }) => {
    const old = await countOld(ctx.database, ctx.secrets);
    printFacts(output, { old }, { "wrapped by the key before": old });
  });
  leaf(noun, io, "rotate", "a fresh key file, and everything wrapped by it anew; the product goes on", async ({ ctx, output }) => {
    if (!isFile(ctx.env))
      throw new SallyportError("invalid_input", "The key-encryption key comes from the environment or a command: replace it there.", {
        hint: "docs/encryption.md says in which order. Then: kek rewrap.",
      });
    replaceKeyFile(ctx.env.DATA_DIR);
    const rewrapped = await rewrapAll(ctx.database, ctx.secrets);
    printFacts(output, { rewrapped }, { "wrapped anew": rewrapped, next: "kek forget-previous, once every process has gone on for a minute" });
  });
  leaf(noun, io, "rewrap", "wrap anew what the key before the current one has wrapped", async ({ ctx, output }) => {
    const rewrapped = await rewrapAll(ctx.database, ctx.secrets);
    printFacts(output, { rewrapped }, { "wrapped anew": rewrapped });
  });
  leaf(noun, io, "forget-previous", "remove the key before the current one; refused while anything needs it", async ({ ctx, output }) => {
    await forgetPreviousFile(ctx.database, ctx.secrets, ctx.env.DATA_DIR);
    printFacts(output, { forgotten: true }, { "key before": "gone" });
  });
}
