/**
 * Reads a minidump as far as a crash's place and kind need it: Microsoft's format (minidumpapiset.h), as Crashpad writes it
 * on every system.
 */
export interface Minidump {
  readonly processId: number | null
  readonly platform: NodeJS.Platform | null
  /** The exception's code: on Linux the signal's number, on macOS Mach's, on Windows an NTSTATUS. */
  readonly code: number
  /** The instruction at which it crashed. */
  readonly address: bigint
  readonly modules: readonly DumpedModule[]
  /** The words of the crashed thread's stack, innermost first, as far as they were kept. */
  readonly stack: readonly bigint[]
}

export interface DumpedModule {
  readonly path: string
  readonly start: bigint
  readonly size: number
}

/** A file that is no minidump of a crash, or a damaged one. */
export class MinidumpError extends Error {}

const SIGNATURE = 0x504d444d
const STREAMS = { threads: 3, modules: 4, exception: 6, system: 7, misc: 15 } as const
/** `MINIDUMP_SYSTEM_INFO.PlatformId`: Microsoft's for Windows, Breakpad's for the others. */
const PLATFORMS: Readonly<Record<number, NodeJS.Platform>> = { 2: 'win32', 33025: 'darwin', 33281: 'linux' }
/** Places of the instruction and stack pointers in a thread's context, by processor: x86, AMD64, ARM64. */
const REGISTERS: Readonly<Record<number, Registers>> = {
  0: { instruction: 0xb8, stack: 0xc4, bytes: 4 },
  9: { instruction: 0xf8, stack: 0x98, bytes: 8 },
  12: { instruction: 264, stack: 256, bytes: 8 },
}
const [MODULE_BYTES, THREAD_BYTES, DIRECTORY_BYTES] = [108, 48, 12]
/** More than any process has. */
const MAX_ENTRIES = 16_384
const MAX_NAME_BYTES = 8_192
/** Part of a stack that is looked at, in bytes: its innermost calls. */
const MAX_STACK_BYTES = 32 * 1_024
const HAS_PROCESS_ID = 1

interface Registers {
  readonly instruction: number
  readonly stack: number
  readonly bytes: 4 | 8
}

interface Place {
  readonly at: number
  readonly bytes: number
}

/** @throws {MinidumpError} where it is none of a crash, or damaged */
export function readMinidump(file: Buffer): Minidump {
  try {
    return read(file)
  } catch (error) {
    // Node's own, of a place beyond the end.
    if (error instanceof RangeError) throw new MinidumpError('it ends too early')
    throw error
  }
}

function read(file: Buffer): Minidump {
  if (file.readUInt32LE(0) !== SIGNATURE) throw new MinidumpError('it is no minidump')
  const streams = streamsOf(file)
  const exception = streams.get(STREAMS.exception)
  if (!exception) throw new MinidumpError('it is of no crash')
  const system = streams.get(STREAMS.system)
  const registers = system ? (REGISTERS[file.readUInt16LE(system.at)] ?? null) : null
  const threadId = file.readUInt32LE(exception.at)
  const context = placeAt(file, exception.at + 160)
  // On Linux the exception's own address is that of the data it wanted.
  const address =
    registers && context.bytes > 0
      ? word(file, context.at + registers.instruction, registers)
      : file.readBigUInt64LE(exception.at + 24)
  const stackPointer =
    registers && context.bytes > 0 ? word(file, context.at + registers.stack, registers) : null
  return {
    processId: processIdOf(file, streams.get(STREAMS.misc)),
    platform: system ? (PLATFORMS[file.readUInt32LE(system.at + 20)] ?? null) : null,
    code: file.readUInt32LE(exception.at + 8),
    address,
    modules: modulesOf(file, streams.get(STREAMS.modules)),
    stack: registers ? stackOf(file, streams.get(STREAMS.threads), threadId, stackPointer, registers) : [],
  }
}

function streamsOf(file: Buffer): ReadonlyMap<number, Place> {
  const directory = file.readUInt32LE(12)
  const found = new Map<number, Place>()
  for (let index = 0; index < countOf(file, 8); index += 1) {
    const at = directory + index * DIRECTORY_BYTES
    found.set(file.readUInt32LE(at), placeAt(file, at + 4))
  }
  return found
}

function processIdOf(file: Buffer, misc: Place | undefined): number | null {
  return misc && file.readUInt32LE(misc.at + 4) & HAS_PROCESS_ID ? file.readUInt32LE(misc.at + 8) : null
}

function modulesOf(file: Buffer, list: Place | undefined): DumpedModule[] {
  if (!list) return []
  return Array.from({ length: countOf(file, list.at) }, (_, index) => {
    const at = list.at + 4 + index * MODULE_BYTES
    return {
      path: textAt(file, file.readUInt32LE(at + 20)),
      start: file.readBigUInt64LE(at),
      size: file.readUInt32LE(at + 8),
    }
  })
}

/** A stack is kept from a little below its pointer on: what lies there is of calls that have returned. */
function stackOf(
  file: Buffer,
  list: Place | undefined,
  threadId: number,
  pointer: bigint | null,
  { bytes }: Registers,
): bigint[] {
  if (!list) return []
  for (let index = 0; index < countOf(file, list.at); index += 1) {
    const at = list.at + 4 + index * THREAD_BYTES
    if (file.readUInt32LE(at) !== threadId) continue
    const [start, kept] = [file.readBigUInt64LE(at + 24), placeAt(file, at + 32)]
    const skipped = pointer !== null && pointer > start ? Number(pointer - start) : 0
    const count = Math.floor(Math.min(kept.bytes - skipped, MAX_STACK_BYTES) / bytes)
    return Array.from({ length: Math.max(0, count) }, (_, nth) =>
      word(file, kept.at + skipped + nth * bytes, { bytes }),
    )
  }
  return []
}

/** A `MINIDUMP_STRING`: its length in bytes, then UTF-16. */
function textAt(file: Buffer, at: number): string {
  const bytes = file.readUInt32LE(at)
  if (bytes > MAX_NAME_BYTES || at + 4 + bytes > file.length)
    throw new MinidumpError(`a name of ${bytes} bytes in it`)
  return file.toString('utf16le', at + 4, at + 4 + bytes)
}

function countOf(file: Buffer, at: number): number {
  const count = file.readUInt32LE(at)
  if (count > MAX_ENTRIES) throw new MinidumpError(`a list of ${count} in it`)
  return count
}

/** A `MINIDUMP_LOCATION_DESCRIPTOR`: how many bytes, and where. */
function placeAt(file: Buffer, at: number): Place {
  return { bytes: file.readUInt32LE(at), at: file.readUInt32LE(at + 4) }
}

function word(file: Buffer, at: number, { bytes }: Pick<Registers, 'bytes'>): bigint {
  return bytes === 8 ? file.readBigUInt64LE(at) : BigInt(file.readUInt32LE(at))
}
