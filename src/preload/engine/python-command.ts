/** A command that runs a Python, taken apart: `uv run` `python` `-s` `main.py --port 8188`. */
export interface PythonCommand {
  /** The words in front of the Python that start it; empty for none. */
  readonly wrapper: readonly string[]
  readonly python: string
  /** Python's own, such as `-s` and `-X dev`. */
  readonly options: readonly string[]
  /** The script, `-m` or `-c`, and what it gets. */
  readonly rest: readonly string[]
}

/** Options of Python's that take what follows them, where it is not in the same word. Source: `python --help`. */
const WITH_VALUE = new Set(['-W', '-X', '--check-hash-based-pycs'])

/** `null` where no part of the command is a Python: a shell script, a program of the user's. */
export function parsePythonCommand(command: readonly string[]): PythonCommand | null {
  return parseFrom(command, 0)
}

function parseFrom(command: readonly string[], from: number): PythonCommand | null {
  const at = command.findIndex((part, index) => index >= from && isPython(part))
  const python = command[at]
  if (python === undefined) return null
  let end = at + 1
  for (let part = command[end]; part !== undefined && isOption(part); part = command[end]) {
    end += WITH_VALUE.has(part) ? 2 : 1
  }
  // `uv run --python /opt/python3 python main.py`: the first one says which, the second one is run.
  if (isPython(command[end] ?? '')) return parseFrom(command, end)
  return {
    wrapper: command.slice(0, at),
    python,
    options: command.slice(at + 1, end),
    rest: command.slice(end),
  }
}

/** `python`, `python3.12`, `pythonw.exe` and the Windows launcher, anywhere. */
export function isPython(program: string): boolean {
  return /(?:^|[\\/])(?:pythonw?(?:\d+(?:\.\d+)*)?|pypy3?|py)(?:\.exe)?$/i.test(program)
}

/** `-` alone is a program on standard input; `-c` and `-m`, also behind others as in `-um`, begin what is run. */
function isOption(part: string): boolean {
  return part.startsWith('-') && part !== '-' && !/^-[A-Za-z]*[cm]/.test(part)
}
