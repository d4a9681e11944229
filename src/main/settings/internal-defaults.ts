/** A default for a `DD_*` name that no source sets. */
export interface InternalDefault {
  readonly value: string
  /** dd-trace's other names for it. */
  readonly aliases: readonly string[]
}

/** Replacements, not in docs/settings.md, of dd-trace's own defaults that do not suit a desktop app. */
export const INTERNAL_DEFAULTS: Readonly<Record<`DD_${string}`, InternalDefault>> = {
  // It would start `process.execPath` to upload the heap: in Electron, a second copy of the app.
  DD_PROFILING_EXPERIMENTAL_OOM_MONITORING_ENABLED: { value: 'false', aliases: [] },
  // It injects a preload into every window from Electron 37 on.
  DD_TRACE_DISABLED_INSTRUMENTATIONS: { value: 'electron', aliases: [] },
  // Off in dd-trace, but loading a model and saving an image are what slows a job down.
  DD_TRACE_FS_ENABLED: { value: 'true', aliases: [] },
  // In Electron, where Chromium's loop waits instead of Node's, it takes idle time for delay: 790 ms in an
  // app at rest. Its fallback without the native part wakes both processes 250 times a second.
  // `studio.event_loop.delay` replaces it.
  DD_RUNTIME_METRICS_EVENT_LOOP_ENABLED: { value: 'false', aliases: [] },
  // Otherwise a trace is held back until its last span ends, and a job that kills the backend loses its
  // request's spans too.
  DD_TRACE_PARTIAL_FLUSH_MIN_SPANS: { value: '1', aliases: [] },
  // Milliseconds; 2,000 in dd-trace. Spans still in the process when it is killed are lost. A flush takes 0.5
  // ms.
  DD_TRACE_FLUSH_INTERVAL: { value: '500', aliases: [] },
  // It costs start-up time, and traffic that nobody on a desktop asked for.
  DD_INSTRUMENTATION_TELEMETRY_ENABLED: { value: 'false', aliases: ['DD_TRACE_TELEMETRY_ENABLED'] },
  // It costs start-up time, and a poll every five seconds.
  DD_REMOTE_CONFIGURATION_ENABLED: { value: 'false', aliases: ['DD_REMOTE_CONFIG_ENABLED'] },
  // It would read the Git repository of Studio's working folder, and send its address.
  DD_TRACE_GIT_METADATA_ENABLED: { value: 'false', aliases: [] },
  // Its receiver is a separate process beside Chromium's crash handler.
  DD_CRASHTRACKING_ENABLED: { value: 'false', aliases: [] },
  // They hold the name of the working folder: started from the home folder, the login name.
  DD_EXPERIMENTAL_PROPAGATE_PROCESS_TAGS_ENABLED: { value: 'false', aliases: [] },
  // It costs start-up time: a rule engine for servers on the internet.
  DD_APPSEC_ENABLED: { value: 'false', aliases: [] },
}
