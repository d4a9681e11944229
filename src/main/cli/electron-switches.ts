/** `--FAMILY-anything`. Chromium has more than a thousand switches; nearly all begin like this. */
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
 * Whether `--name` or `--name=value` is for Electron, Chromium or Node. They take a value after `=` alone.
 * Source: electronjs.org/docs/latest/api/command-line-switches and Chromium's own list.
 */
export function isElectronSwitch(argument: string): boolean {
  const [name = ''] = argument.split('=', 1)
  return SINGLE.has(name) || FAMILY.test(name)
}
