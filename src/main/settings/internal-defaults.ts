/** A `DD_*` name that the monitor sets where nobody else has. */
export interface InternalDefault {
  readonly value: string
  /** Other names that dd-trace knows for it. */
  readonly aliases: readonly string[]
}

/** Not in the README: dd-trace's own defaults that do not suit a desktop app. */
export const INTERNAL_DEFAULTS: Readonly<Record<`DD_${string}`, InternalDefault>> = {
  // Would start `process.execPath` to upload the heap: in Electron, a second copy of the app.
  DD_PROFILING_EXPERIMENTAL_OOM_MONITORING_ENABLED: { value: 'false', aliases: [] },
  // Injects a preload into every window from Electron 37 on.
  DD_TRACE_DISABLED_INSTRUMENTATIONS: { value: 'electron', aliases: [] },
  // Off in dd-trace: loading a model and saving an image are what a job is slow at.
  DD_TRACE_FS_ENABLED: { value: 'true', aliases: [] },
  // In Electron, where Chromium's loop waits in place of Node's, it takes idle time for delay: 790 ms in an app at rest.
  // What it does without its native part wakes both processes 250 times a second. `studio.event_loop.delay` stands in.
  DD_RUNTIME_METRICS_EVENT_LOOP_ENABLED: { value: 'false', aliases: [] },
  // Else a trace is held back until its last span ends, and a job that kills the backend takes its request's along.
  DD_TRACE_PARTIAL_FLUSH_MIN_SPANS: { value: '1', aliases: [] },
  // Milliseconds; 2,000 in dd-trace. What is still in the process when it is killed is lost. A flush takes 0.5 ms.
  DD_TRACE_FLUSH_INTERVAL: { value: '500', aliases: [] },
  // Start-up time, and traffic nobody on a desktop asked for.
  DD_INSTRUMENTATION_TELEMETRY_ENABLED: { value: 'false', aliases: ['DD_TRACE_TELEMETRY_ENABLED'] },
  // Start-up time, and a poll every five seconds.
  DD_REMOTE_CONFIGURATION_ENABLED: { value: 'false', aliases: ['DD_REMOTE_CONFIG_ENABLED'] },
  // It would read the repository of the folder that Studio happens to be started from, and send its address.
  DD_TRACE_GIT_METADATA_ENABLED: { value: 'false', aliases: [] },
  // Its receiver is a process of its own beside Chromium's crash handler.
  DD_CRASHTRACKING_ENABLED: { value: 'false', aliases: [] },
  // Start-up time: a rule engine for servers on the internet.
  DD_APPSEC_ENABLED: { value: 'false', aliases: [] },
}
