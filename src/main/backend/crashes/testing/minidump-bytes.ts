import type { DumpedModule } from '../minidump'

/** A crash to be written down as Crashpad does it on a 64-bit Intel. */
export interface WrittenCrash {
  readonly processId: number
  /** `MINIDUMP_SYSTEM_INFO.PlatformId`. */
  readonly platformId: number
  readonly code: number
  readonly address: bigint
  readonly modules: readonly DumpedModule[]
  /** Words below the stack's pointer, of calls that have returned. */
  readonly dead: readonly bigint[]
  readonly stack: readonly bigint[]
}

const THREAD_ID = 77
const STACK_START = 0x7ff0_0000_0000n
const CONTEXT_BYTES = 1_232

/** Writes a minidump: header, directory, then each stream with what it points to behind it. */
export function minidumpBytes(crash: WrittenCrash): Buffer {
  const out = new Writer(32 + 5 * 12)
  const context = out.add(contextOf(crash))
  const memory = out.add(words([...crash.dead, ...crash.stack]))
  const names = crash.modules.map(({ path }) => out.add(text(path)))
  const exception = Buffer.alloc(168)
  exception.writeUInt32LE(THREAD_ID, 0)
  exception.writeUInt32LE(crash.code, 8)
  // The address of the data that was wanted, as on Linux.
  exception.writeBigUInt64LE(0n, 24)
  exception.writeUInt32LE(CONTEXT_BYTES, 160)
  exception.writeUInt32LE(context, 164)
  const system = Buffer.alloc(56)
  system.writeUInt16LE(9, 0)
  system.writeUInt32LE(crash.platformId, 20)
  const misc = Buffer.alloc(24)
  misc.writeUInt32LE(24, 0)
  misc.writeUInt32LE(1, 4)
  misc.writeUInt32LE(crash.processId, 8)
  const threads = Buffer.alloc(4 + 48)
  threads.writeUInt32LE(1, 0)
  threads.writeUInt32LE(THREAD_ID, 4)
  threads.writeBigUInt64LE(STACK_START, 4 + 24)
  threads.writeUInt32LE((crash.dead.length + crash.stack.length) * 8, 4 + 32)
  threads.writeUInt32LE(memory, 4 + 36)
  const modules = Buffer.alloc(4 + crash.modules.length * 108)
  modules.writeUInt32LE(crash.modules.length, 0)
  for (const [index, { start, size }] of crash.modules.entries()) {
    modules.writeBigUInt64LE(start, 4 + index * 108)
    modules.writeUInt32LE(size, 4 + index * 108 + 8)
    modules.writeUInt32LE(names[index] ?? 0, 4 + index * 108 + 20)
  }
  return out.finish([
    [6, exception],
    [7, system],
    [15, misc],
    [3, threads],
    [4, modules],
  ])
}

function contextOf({ address, dead }: WrittenCrash): Buffer {
  const context = Buffer.alloc(CONTEXT_BYTES)
  context.writeBigUInt64LE(address, 0xf8)
  context.writeBigUInt64LE(STACK_START + BigInt(dead.length * 8), 0x98)
  return context
}

function words(all: readonly bigint[]): Buffer {
  const bytes = Buffer.alloc(all.length * 8)
  for (const [index, one] of all.entries()) bytes.writeBigUInt64LE(one, index * 8)
  return bytes
}

function text(value: string): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(value.length * 2)
  return Buffer.concat([length, Buffer.from(value, 'utf16le')])
}

class Writer {
  readonly #parts: Buffer[] = []
  #at: number

  constructor(start: number) {
    this.#at = start
  }

  add(part: Buffer): number {
    const at = this.#at
    this.#parts.push(part)
    this.#at += part.length
    return at
  }

  finish(streams: readonly (readonly [number, Buffer])[]): Buffer {
    const head = Buffer.alloc(32)
    head.write('MDMP', 'latin1')
    head.writeUInt32LE(streams.length, 8)
    head.writeUInt32LE(32, 12)
    const directory = Buffer.alloc(streams.length * 12)
    for (const [index, [type, part]] of streams.entries()) {
      directory.writeUInt32LE(type, index * 12)
      directory.writeUInt32LE(part.length, index * 12 + 4)
      directory.writeUInt32LE(this.add(part), index * 12 + 8)
    }
    return Buffer.concat([head, directory, ...this.#parts])
  }
}
