import { expect, it } from 'vitest'
import type { Minidump } from './minidump'
import { crashedModule, describeNativeCrash, nativeCrashOf } from './native-crash'

const MODULES = [
  ['/opt/studio/studio', 0x1000n],
  ['/usr/lib/x86_64-linux-gnu/libc.so.6', 0x2000n],
  ['/opt/studio/resources/sharp-linux-x64.node', 0x3000n],
  ['linux-vdso.so.1', 0x4000n],
  ['/usr/lib/x86_64-linux-gnu/libcuda.so.1', 0x5000n],
  ['C:\\Windows\\System32\\ntdll.dll', 0x6000n],
  ['C:\\Program Files\\Studio\\sharp-win32-x64.node', 0x7000n],
  ['/usr/lib/libSystem.B.dylib', 0x8000n],
].map(([path, start]) => ({ path: String(path), start: BigInt(start ?? 0), size: 0x800 }))

const crash = (given: Partial<Minidump>) =>
  nativeCrashOf({
    ...{ processId: 1, platform: 'linux', code: 11, address: 0x3010n, modules: MODULES, stack: [] },
    ...given,
  })

const CRASHES: readonly (readonly [Partial<Minidump>, string])[] = [
  [{}, 'crashed in sharp-linux-x64.node (SIGSEGV)'],
  [{ address: 0x5001n, code: 7 }, 'crashed in libcuda.so.1 (SIGBUS)'],
  [{ address: 0x37ffn }, 'crashed in sharp-linux-x64.node (SIGSEGV)'],
  [{ address: 0x3800n }, 'crashed outside every module (SIGSEGV)'],
  // The first that is not the system's own, whatever lies there that is no address.
  [
    { address: 0x2010n, code: 6, stack: [5n, 0x2100n, 0x4001n, 0x3100n, 0x1001n] },
    'crashed in libc.so.6 (SIGABRT), with sharp-linux-x64.node nearest on its stack',
  ],
  [
    { address: 0n, stack: [0x1001n] },
    'crashed outside every module (SIGSEGV), with studio nearest on its stack',
  ],
  // Who crashed itself needs nobody else.
  [{ address: 0x3010n, stack: [0x1001n] }, 'crashed in sharp-linux-x64.node (SIGSEGV)'],
  [
    { platform: 'win32', code: 0xc0000374, address: 0x6001n, stack: [0x7001n] },
    'crashed in ntdll.dll (STATUS_HEAP_CORRUPTION), with sharp-win32-x64.node nearest on its stack',
  ],
  [
    { platform: 'darwin', code: 1, address: 0x8001n, stack: [0x3001n] },
    'crashed in libSystem.B.dylib (EXC_BAD_ACCESS), with sharp-linux-x64.node nearest on its stack',
  ],
  [{ platform: null, code: 0x1f }, 'crashed in sharp-linux-x64.node (0x1f)'],
]

// Vitest's own table cannot print a bigint.
for (const [given, words] of CRASHES) it(words, () => expect(describeNativeCrash(crash(given))).toBe(words))

it('blames the one on the stack where the system or nobody crashed', () => {
  expect(crashedModule(crash({ address: 0x2010n, stack: [0x5001n] }))).toBe('libcuda.so.1')
  expect(crashedModule(crash({}))).toBe('sharp-linux-x64.node')
  expect(crashedModule(crash({ address: 0n }))).toBeNull()
})
