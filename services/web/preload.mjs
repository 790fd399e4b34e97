// Loaded before Next's own command line (node --import). A web process must not outlive its supervisor: when the IPC channel
// ends, so does it. Without a supervisor there is no channel, and nothing here does anything.
if (process.send) {
  process.on("disconnect", () => process.exit(0));
  // Listening keeps a process alive; a build is to end when it is done.
  process.channel?.unref();
}
