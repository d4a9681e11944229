/** The engine's own defaults (ComfyUI: `comfy/cli_args.py`). */
const DEFAULT_PORT = 8188
const LOOPBACK = '127.0.0.1'
/** Values of `--listen`, besides none, with which the engine listens on every address. */
const EVERYWHERE: readonly string[] = ['0.0.0.0', '::']

/**
 * The address of the API of an engine started with this command, from its `--port`, `--listen` and
 * `--tls-certfile`.
 */
export function engineUrl(command: readonly string[]): string {
  const port = Number(optionOf(command, '--port'))
  const host = hostOf(optionOf(command, '--listen'))
  const scheme = optionOf(command, '--tls-certfile') ? 'https' : 'http'
  const isPort = Number.isInteger(port) && port >= 1 && port <= 65_535
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${isPort ? port : DEFAULT_PORT}`
}

/** True if the command says itself where the API is. */
export function namesAddress(command: readonly string[]): boolean {
  return optionOf(command, '--port') !== null || optionOf(command, '--listen') !== null
}

/** The last value of an option, as in Python's `argparse`; `null` without one. */
function optionOf(command: readonly string[], name: string): string | null {
  const at = command.findLastIndex((part) => part === name || part.startsWith(`${name}=`))
  const [, joined] = /=(.*)$/s.exec(command[at] ?? '') ?? []
  const value = joined ?? command[at + 1]
  return at < 0 || value === undefined || (joined === undefined && value.startsWith('-')) ? null : value
}

/** The first of several hosts, separated by commas. */
function hostOf(listen: string | null): string {
  const first = listen?.split(',')[0]?.trim()
  return !first || EVERYWHERE.includes(first) ? LOOPBACK : first
}
