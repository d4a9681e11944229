// All that the module `studio-datadog-monitor` exports.
export { runStudioCommand } from './app/embedded-command'
export * from './monitoring/start-monitor'
