import type { Ending, ExitStatus, StatusEvidence } from './exit-status'

interface WindowsCode {
  readonly name: string
  readonly ending: Ending
}

/**
 * Small codes of Chromium (base/process/kill.h) and Node (src/util.h: its abort exits with 134); a program
 * may also exit with them, and then there is no `child-process-gone`.
 */
const OWN_CODES: Readonly<Record<number, WindowsCode>> = {
  134: { name: "Node's abort", ending: 'abort' },
  7012: { name: 'memory limit of the job object', ending: 'no-memory' },
  1073807364: { name: 'DBG_TERMINATE_PROCESS', ending: 'terminate' },
}

/**
 * Codes from ntstatus.h, except the last: Chromium's own (base/process/memory.h), with which V8 exits from
 * Electron 35.0.1.
 */
const NTSTATUS_CODES: Readonly<Record<number, WindowsCode>> = {
  2147483651: { name: 'STATUS_BREAKPOINT', ending: 'abort' },
  3221225477: { name: 'STATUS_ACCESS_VIOLATION', ending: 'abort' },
  3221225495: { name: 'STATUS_NO_MEMORY', ending: 'no-memory' },
  3221225501: { name: 'STATUS_ILLEGAL_INSTRUCTION', ending: 'abort' },
  3221225725: { name: 'STATUS_STACK_OVERFLOW', ending: 'crash' },
  3221225773: { name: 'STATUS_COMMITMENT_LIMIT', ending: 'no-memory' },
  3221225781: { name: 'STATUS_DLL_NOT_FOUND', ending: 'no-start' },
  3221225786: { name: 'Ctrl-C, or the end of the session', ending: 'terminate' },
  3221225794: { name: 'STATUS_DLL_INIT_FAILED', ending: 'no-start' },
  3221226324: { name: 'STATUS_DEBUGGER_INACTIVE', ending: 'terminate' },
  3221226356: { name: 'STATUS_HEAP_CORRUPTION', ending: 'crash' },
  3221226505: { name: "STATUS_STACK_BUFFER_OVERRUN, also C's abort", ending: 'abort' },
  3221226536: { name: 'STATUS_INVALID_IMAGE_HASH', ending: 'no-start' },
  3758096392: { name: 'out of memory', ending: 'out-of-memory' },
}

const MAX_ERROR_CODE = 0x7fffffff

export function windowsStatus({ exitCode, gone, uncaught }: StatusEvidence): ExitStatus {
  // `child-process-gone` has a signed 32-bit number, `exit` since 40.8.4, 41.0.4 and 42.0.0 an unsigned one.
  const raw = gone?.exitCode ?? exitCode
  if (raw === null) return { ending: 'unknown', text: 'no exit code', signal: null, passedOn: false }
  const code = raw >>> 0
  // Before, `exit` was sign-extended to 64 bits: as a JavaScript number it has lost its low 11 bits.
  const known = raw > Number.MAX_SAFE_INTEGER ? roundedCode(code) : knownCode(code, gone !== null)
  const number = code > MAX_ERROR_CODE ? `0x${code.toString(16).toUpperCase()}` : code
  return {
    ending: known?.ending ?? ending(code, gone?.reason ?? null, uncaught !== null),
    text: `exit code ${number}${known ? ` (${known.name})` : ''}`,
    signal: null,
    passedOn: false,
  }
}

function knownCode(code: number, gone: boolean): WindowsCode | null {
  return NTSTATUS_CODES[code] ?? (gone ? OWN_CODES[code] : null) ?? null
}

function roundedCode(code: number): WindowsCode {
  return code === 0xe0000000
    ? { name: 'low bits lost; out of memory', ending: 'out-of-memory' }
    : { name: 'low bits lost', ending: 'abort' }
}

function ending(code: number, reason: string | null, uncaught: boolean): Ending {
  if (code === 0) return reason === 'killed' ? 'terminate' : 'clean'
  // The task manager ends processes with code 1 (base/process/kill.h), and so does Node after an uncaught
  // exception.
  if (code === 1 && reason === 'killed' && !uncaught) return 'terminate'
  return code > MAX_ERROR_CODE ? 'crash' : 'error'
}
