import { expect, it } from 'vitest'
import { faultsOf } from './direction.mjs'

it.each([
  ['a lower room imports a higher one', 'src/main/records/a.ts', "import type { A } from '../datadog/a'"],
  ['so it does by a type alone', 'src/main/records/a.ts', "type A = typeof import('../datadog/a')"],
  ['so it does within', 'src/main/records/jobs/a.ts', "const a = require('../../cli')"],
  ['a room imports the one beside it', 'src/main/memory/a.ts', "import '../profiling/a'"],
  ['main imports the preload', 'src/main/app/a.ts', "import { a } from '../../preload/a'"],
  ['the preload imports main', 'src/preload/a.ts', "import { a } from '../main/logging/a'"],
  ['what is shared imports main', 'src/common/tracing/a.ts', "import { a } from '../../main/logging/a'"],
  ['a shared room imports a higher one', 'src/common/output/a.ts', "import { a } from '../privacy/a'"],
  ['what is shipped imports the tests', 'src/main/cli/a.ts', "import { a } from '../../../testing/a'"],
  ['Electron is known elsewhere', 'src/main/records/a.ts', "import { app } from 'electron'"],
  ['/proc is known elsewhere', 'src/main/backend/a.ts', 'read(`/proc/self/stat`)'],
  [
    'dd-trace’s files are known elsewhere',
    'src/main/datadog/a.ts',
    "require('dd-trace/packages/dd-trace/src/id')",
  ],
  ['dd-trace’s fields are known elsewhere', 'src/common/tracing/a.ts', 'tracer._tracer._config'],
  ['a file is in no room', 'src/renderer/a.ts', ''],
])('is against the direction: %s', (_what, file, text) => {
  expect(faultsOf(file, text)).toHaveLength(1)
})

it.each([
  [
    'src/main/datadog/profiles/a.ts',
    "import { a } from '../../records/profiles/a'\nimport { b } from '../agent/b'",
  ],
  [
    'src/main/standalone.ts',
    "import { app } from 'electron'\nimport './startup/tracer'\nrequire('./monitor')",
  ],
  ['src/preload/jobs/a.ts', "import { a } from '../process/a'\nimport { b } from '../../common/tracing/b'"],
  ['src/common/process/a.ts', "const PROC = '/proc'"],
  ['src/common/tracing/dd-trace/a.ts', "require('dd-trace/packages/datadog-core')"],
  ['src/main/backend/a.ts', '/** The `/proc` of _tracer. */\nconst a = 1 // not read from "/proc"'],
])('is in the direction: %s', (file, text) => {
  expect(faultsOf(file, text)).toEqual([])
})
