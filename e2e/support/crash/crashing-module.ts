import { writeFileSync } from 'node:fs'

/** xor eax, eax; mov dword [rax], eax; ret: a write to address 0. */
const CRASHES = Buffer.from([0x31, 0xc0, 0x89, 0x00, 0xc3])
const [HEADER, PROGRAM] = [64, 56]
/** Places of code, tables and the dynamic section, in the file and from its base in memory. */
const [CODE, TABLES, DYNAMIC, BYTES] = [0x100, 0x140, 0x180, 0x240]
const [READ_WRITE_EXECUTE, READ_WRITE] = [7, 6]

/** Writes a native module for Linux on a 64-bit Intel, a real ELF library, which crashes when it is loaded. */
export function writeCrashingModule(file: string): void {
  const elf = Buffer.alloc(BYTES)
  // ELF, 64 bits, little-endian, a shared object for x86-64.
  Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]).copy(elf)
  elf.writeUInt16LE(3, 16)
  elf.writeUInt16LE(62, 18)
  elf.writeUInt32LE(1, 20)
  elf.writeBigUInt64LE(BigInt(HEADER), 32)
  elf.writeUInt16LE(HEADER, 52)
  elf.writeUInt16LE(PROGRAM, 54)
  elf.writeUInt16LE(2, 56)
  segment(elf, 0, { type: 1, flags: READ_WRITE_EXECUTE, at: 0, bytes: BYTES, align: 0x1000 })
  segment(elf, 1, { type: 2, flags: READ_WRITE, at: DYNAMIC, bytes: 7 * 16, align: 8 })
  CRASHES.copy(elf, CODE)
  // A hash table of one bucket and one symbol, the empty one.
  elf.writeUInt32LE(1, TABLES)
  elf.writeUInt32LE(1, TABLES + 4)
  const sections: readonly (readonly [number, number])[] = [
    [4, TABLES], // DT_HASH
    [5, TABLES + 0x20], // DT_STRTAB
    [10, 1], // DT_STRSZ
    [6, TABLES + 0x28], // DT_SYMTAB
    [11, 24], // DT_SYMENT
    [12, CODE], // DT_INIT
    [0, 0],
  ]
  for (const [index, [tag, value]] of sections.entries()) {
    elf.writeBigUInt64LE(BigInt(tag), DYNAMIC + index * 16)
    elf.writeBigUInt64LE(BigInt(value), DYNAMIC + index * 16 + 8)
  }
  writeFileSync(file, elf)
}

interface Segment {
  readonly type: number
  readonly flags: number
  readonly at: number
  readonly bytes: number
  readonly align: number
}

function segment(elf: Buffer, index: number, { type, flags, at, bytes, align }: Segment): void {
  const header = HEADER + index * PROGRAM
  elf.writeUInt32LE(type, header)
  elf.writeUInt32LE(flags, header + 4)
  for (const place of [8, 16, 24]) elf.writeBigUInt64LE(BigInt(at), header + place)
  for (const place of [32, 40]) elf.writeBigUInt64LE(BigInt(bytes), header + place)
  elf.writeBigUInt64LE(BigInt(align), header + 48)
}
