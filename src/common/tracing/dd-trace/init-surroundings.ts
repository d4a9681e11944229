import { channel } from 'node:diagnostics_channel'
import { foreignVariables } from './inactive'

/** Runs it without the variables that are meant for other programs; they are there again after it, for those programs. */
export function withoutForeignVariables<Result>(run: () => Result): Result {
  const hidden = foreignVariables(process.env).map((name) => [name, process.env[name]] as const)
  for (const [name] of hidden) delete process.env[name]
  try {
    return run()
  } finally {
    for (const [name, value] of hidden) process.env[name] = value
  }
}

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
