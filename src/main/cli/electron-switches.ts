/**
 * Matches `--FAMILY-anything`: Chromium has more than a thousand switches, and nearly all begin like this.
 */
const FAMILY =
  /^--(?:allow|auth|disable|enable|force|gpu|ignore|inspect|no|ozone|proxy|remote|ssl|trace|unsafely|use)-/

const SINGLE: ReadonlySet<string> = new Set([
  '--class',
  '--diagnostic-dir',
  '--disk-cache-size',
  '--do-not-de-elevate',
  '--gtk-version',
  '--headless',
  '--host-resolver-rules',
  '--host-rules',
  '--in-process-gpu',
  '--inspect',
  '--js-flags',
  '--lang',
  '--log-file',
  '--log-level',
  '--log-net-log',
  '--original-process-start-time',
  '--password-store',
  '--single-process',
  '--test-type',
  '--user-data-dir',
  '--v',
  '--vmodule',
])

/**
 * True if `--name` or `--name=value` is for Electron, Chromium or Node, which take a value only after `=`.
 * Source: electronjs.org/docs/latest/api/command-line-switches and Chromium's own list.
 */
export function isElectronSwitch(argument: string): boolean {
  const [name = ''] = argument.split('=', 1)
  return SINGLE.has(name) || FAMILY.test(name)
}
