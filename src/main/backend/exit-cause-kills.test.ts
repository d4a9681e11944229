import { describe, expect, it } from 'vitest'
import {
  GREW,
  gone,
  linux,
  mac,
  type Row,
  SAME,
  SIGKILL,
  signExtended,
  verdict,
  windows,
} from './exit-cause.test-support'

const KILLS: readonly Row[] = [
  ['memory-eviction with any code', windows(45, gone(0xc0000005 | 0, 'memory-eviction')), 'kernel-oom-kill!'],
  [
    'STATUS_NO_MEMORY, rounded in exit alone',
    windows(39, { ...gone(0xc0000017 | 0, 'crashed'), exitCode: signExtended(0xc0000017) }),
    'kernel-oom-kill!?',
  ],
  ['SIGKILL, counted', linux(33, { ...SIGKILL, ...GREW }), 'kernel-oom-kill!'],
  ['SIGKILL, not counted', linux(33, { ...SIGKILL, ...SAME }), 'killed'],
  ['SIGKILL, no counter', linux(33, SIGKILL), 'kernel-oom-kill!?'],
  ['SIGKILL on 45', linux(45, { ...SIGKILL, ...GREW }), 'kernel-oom-kill!'],
  ['SIGKILL on macOS', mac(45, SIGKILL), 'kernel-oom-kill!?'],
  ['an engine’s SIGKILL, by a shell', linux(33, { exitCode: 137 }), 'kernel-oom-kill!?'],
  [
    'an engine’s SIGKILL, by a native wrapper',
    linux(33, gone(137 << 8, 'abnormal-exit')),
    'kernel-oom-kill!?',
  ],
  ['an engine’s SIGKILL, by Python', linux(33, { exitCode: 247 }), 'kernel-oom-kill!?'],
  ['an engine’s SIGKILL, as process.exit(-9)', linux(33, { exitCode: 0xfffffff7 }), 'kernel-oom-kill!?'],
  ['an engine’s SIGKILL, -9', mac(33, { exitCode: -9 }), 'kernel-oom-kill!?'],
  ['an engine’s SIGKILL, counted', linux(33, { exitCode: 137, ...GREW }), 'kernel-oom-kill!'],
  ['an engine’s SIGKILL, not counted', linux(33, { exitCode: 247, ...SAME }), 'killed'],
  ['137 on Windows', windows(33, { exitCode: 137 }), 'error-exit'],
  ['process.exit(9)', linux(33, { exitCode: 9, ...GREW }), 'error-exit'],
  ['SIGTERM', linux(33, gone(15, 'killed')), 'killed'],
  ['kill() of someone else in the app', linux(33, { ...gone(15, 'killed'), exitCode: 0 }), 'killed'],
  ['SIGTERM, and a kernel kill of another', linux(33, { ...gone(15, 'killed'), ...GREW }), 'killed'],
  ['SIGINT', mac(33, gone(2, 'killed')), 'killed'],
  ['SIGHUP', linux(33, gone(1, 'killed')), 'killed'],
  ['143', linux(33, { exitCode: 143 }), 'killed'],
  ['the task manager', windows(33, gone(1, 'killed')), 'killed'],
  ['Ctrl-C on Windows', windows(45, gone(0xc000013a | 0, 'killed')), 'killed'],
  ['a debugger', windows(45, gone(0x40010004, 'killed')), 'killed'],
  ['a job’s memory limit', windows(45, gone(7012, 'oom')), 'kernel-oom-kill!'],
  ['memory-eviction', windows(45, gone(0xc000012d | 0, 'memory-eviction')), 'kernel-oom-kill!'],
  ['STATUS_NO_MEMORY', windows(45, gone(0xc0000017 | 0, 'crashed')), 'kernel-oom-kill!?'],
  ['STATUS_COMMITMENT_LIMIT', windows(33, gone(0xc000012d | 0, 'crashed')), 'kernel-oom-kill!?'],
]

describe('kills', () => {
  it.each(KILLS)('%s', (_what, known, expected) => {
    expect(verdict(known)).toBe(expected)
  })
})
