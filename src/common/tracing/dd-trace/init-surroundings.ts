import { channel } from 'node:diagnostics_channel'

/** Runs it, and listens to what dd-trace logs as an error meanwhile: its `init` throws none. */
export function hearingErrors<Result>(run: () => Result): {
  readonly result: Result
  readonly error: string | null
} {
  let first: string | null = null
  const listen = (logged: unknown) => {
    first ??= String(logged instanceof Error ? logged.message : logged)
      .split('\n', 1)
      .join()
  }
  const errors = channel('datadog:log:error')
  errors.subscribe(listen)
  try {
    const result = run()
    return { result, error: first }
  } finally {
    errors.unsubscribe(listen)
  }
}
