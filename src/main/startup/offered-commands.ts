const OFFERED = Symbol.for('studio-datadog-monitor.commands')

/*
 * Kept with the process and not with a module: the app's entry and what runs from V8's code cache are bundles of their own.
 */
const shared = globalThis as { [OFFERED]?: true }

/** Notes that the app answers the monitor's commands: `my-app incidents`. */
export function offerCommands(): void {
  shared[OFFERED] = true
}

export function offersCommands(): boolean {
  return shared[OFFERED] === true
}
