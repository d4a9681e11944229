/** True where the monitor's tracer ran before this file did. */
export const wasRegistered = Symbol.for('studio-datadog-monitor.compiled') in globalThis
