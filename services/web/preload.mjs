// Loaded before Next's own command line (node --import). A web process must not outlive its supervisor: when the IPC channel
// ends, so does it. Next's own workers load this too, and are left alone: their parent is not the supervisor.
if (process.send && process.env.SALLYPORT_SUPERVISOR === String(process.ppid)) {
  process.on("disconnect", () => process.exit(0));
  // Listening keeps a process alive; a build is to end when it is done.
  process.channel?.unref();
}
