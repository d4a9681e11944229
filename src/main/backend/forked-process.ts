import { MessageChannelMain, type MessagePortMain, type UtilityProcess, utilityProcess } from 'electron'
import { BACKEND_MARKER } from '../../common/protocol/messages'
import { withDescriptors } from './descriptors'
import { serviceNameOf } from './exit-watch'

/** The options that a process gets with its fork, and cannot be told later. */
export interface ForkOptions {
  /** Our own file, run in place of `--require`, which Electron ignores for utility processes. */
  readonly bootstrap: string
  readonly entry: string
  readonly args: readonly string[]
  /** `null` for the app's own working folder. */
  readonly cwd: string | null
  /** The run's `BACKEND_MARKER`. */
  readonly marker: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** V8's heap limit in bytes; `null` leaves V8's own (4 GB). */
  readonly heapLimitBytes: number | null
}

/** A process that loads our bootstrap, and waits for its first message: until then it runs nothing of the backend's. */
export interface ForkedProcess {
  readonly child: UtilityProcess
  readonly marker: string
  readonly port: MessagePortMain
  /** The end of the port that goes with the first message. */
  readonly theirs: MessagePortMain
}

/** @throws if it cannot be forked */
export function forkProcess(options: ForkOptions): ForkedProcess {
  const { port1: port, port2: theirs } = new MessageChannelMain()
  const child = withDescriptors(() =>
    utilityProcess.fork(options.bootstrap, [options.entry, ...options.args], {
      serviceName: serviceNameOf(options.marker),
      stdio: 'pipe',
      ...(options.cwd !== null && { cwd: options.cwd }),
      env: { ...options.env, [BACKEND_MARKER]: options.marker },
      execArgv: heapLimitArguments(options.heapLimitBytes),
    }),
  )
  // Without a listener Electron's `error` would be an uncaught exception of main's; its `exit` follows and is told.
  child.on('error', () => {})
  return { child, marker: options.marker, port, theirs }
}

/** Ends a process that has become nobody's backend. It runs nothing that would want to be asked. */
export function endForked({ child, port, theirs }: Pick<ForkedProcess, 'child' | 'port' | 'theirs'>): void {
  port.close()
  theirs.close()
  // A process that has not started yet cannot be ended.
  if (child.pid === undefined) child.once('spawn', () => child.kill())
  else child.kill()
}

/**
 * The option for V8's heap limit, the only way V8's flags reach a utility process (measured). V8 takes MiB.
 */
function heapLimitArguments(bytes: number | null): string[] {
  return bytes === null ? [] : [`--js-flags=--max-old-space-size=${Math.max(1, Math.floor(bytes / 2 ** 20))}`]
}
