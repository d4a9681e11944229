import path from 'node:path'
import type { DumpedModule, Minidump } from './minidump'

/** A crash in native code, by its minidump. */
export interface NativeCrash {
  /** File name of the module whose code crashed; `null` for code of none, as V8 makes it. */
  readonly module: string | null
  /** `SIGSEGV`, `STATUS_ACCESS_VIOLATION`, or a number. */
  readonly fault: string
  /** File name of the nearest module on its stack, where the system's own crashed, or code of none. */
  readonly onStack: string | null
}

/** Linux's signals that crash a process (signal.h): the same number on each processor that Electron runs on. */
const SIGNALS: Readonly<Record<number, string>> = {
  3: 'SIGQUIT',
  4: 'SIGILL',
  5: 'SIGTRAP',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  11: 'SIGSEGV',
  31: 'SIGSYS',
}
/** Mach's (mach/exception_types.h). */
const MACH: Readonly<Record<number, string>> = {
  1: 'EXC_BAD_ACCESS',
  2: 'EXC_BAD_INSTRUCTION',
  3: 'EXC_ARITHMETIC',
  4: 'EXC_EMULATION',
  5: 'EXC_SOFTWARE',
  6: 'EXC_BREAKPOINT',
  10: 'EXC_CRASH',
  11: 'EXC_RESOURCE',
  12: 'EXC_GUARD',
}
/** Windows's (ntstatus.h), and C++'s own for an exception that nobody caught. */
const NTSTATUS: Readonly<Record<number, string>> = {
  2147483651: 'STATUS_BREAKPOINT',
  3221225477: 'STATUS_ACCESS_VIOLATION',
  3221225478: 'STATUS_IN_PAGE_ERROR',
  3221225501: 'STATUS_ILLEGAL_INSTRUCTION',
  3221225620: 'STATUS_INTEGER_DIVIDE_BY_ZERO',
  3221225622: 'STATUS_PRIVILEGED_INSTRUCTION',
  3221225725: 'STATUS_STACK_OVERFLOW',
  3221226356: 'STATUS_HEAP_CORRUPTION',
  3221226505: 'STATUS_STACK_BUFFER_OVERRUN',
  3765269347: 'a C++ exception',
}
const FAULTS: Readonly<Partial<Record<NodeJS.Platform, Readonly<Record<number, string>>>>> = {
  linux: SIGNALS,
  darwin: MACH,
  win32: NTSTATUS,
}

/** The system's libraries: code that others call, and that crashes for what those gave it. */
const OF_SYSTEM =
  /(^|\/)(ld-[\w.-]*|linux-(vdso|gate)\.so\.1|lib(c|m|dl|rt|pthread|stdc\+\+|gcc_s|c\+\+|c\+\+abi)[-.][\w.-]*)$|^\/(usr\/lib|System)\/(?!.*\.node$).*\.(dylib|framework)|^[a-z]:\/windows\//i

/** The module that crashed, and how. */
export function nativeCrashOf({ modules, address, code, platform, stack }: Minidump): NativeCrash {
  const crashed = moduleAt(modules, address)
  const isOthersFault = crashed === null || isOfSystem(crashed)
  const near = isOthersFault
    ? stack.map((at) => moduleAt(modules, at)).find((one) => one !== null && !isOfSystem(one))
    : null
  return {
    module: crashed && nameOf(crashed),
    fault: (platform && FAULTS[platform]?.[code]) ?? `0x${code.toString(16)}`,
    onStack: near ? nameOf(near) : null,
  }
}

/** One sentence: `crashed in sharp-linux-x64.node (SIGSEGV)`. */
export function describeNativeCrash({ module, fault, onStack }: NativeCrash): string {
  const where = module === null ? 'outside every module' : `in ${module}`
  return `crashed ${where} (${fault})${onStack === null ? '' : `, with ${onStack} nearest on its stack`}`
}

/** The module to blame: one that crashed in the system's code, or in none, did so for the one that is nearest on its stack. */
export function crashedModule({ module, onStack }: NativeCrash): string | null {
  return onStack ?? module
}

function moduleAt(modules: readonly DumpedModule[], at: bigint): DumpedModule | null {
  return modules.find(({ start, size }) => at >= start && at < start + BigInt(size)) ?? null
}

function isOfSystem({ path: file }: DumpedModule): boolean {
  return OF_SYSTEM.test(file.replaceAll('\\', '/'))
}

function nameOf({ path: file }: DumpedModule): string {
  return path.posix.basename(file.replaceAll('\\', '/'))
}
