const PLACE = Symbol.for('studio-datadog-monitor.compiled')
const place = globalThis as typeof globalThis & { [PLACE]?: Record<string, unknown> }

/**
 * The one value of this name in the whole process: each of our bundles has its own copy of this folder's
 * files.
 */
export function onePerProcess<Value>(name: string, initial: Value): Value {
  place[PLACE] ??= {}
  place[PLACE][name] ??= initial
  return place[PLACE][name] as Value
}
