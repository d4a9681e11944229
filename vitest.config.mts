import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

const FOLDERS = [
  'src',
  'testing',
  'examples',
  'scripts',
  'e2e/support',
  'e2e/soak',
  'e2e/leaks',
  'bench',
  'datadog',
  'fuzz',
]

/**
 * What a test file leaves behind for the next one in its process: dd-trace's patches, replaced modules and globals, an
 * environment, processes and threads.
 */
const LEAVES_TRACES =
  /dd-trace|tracer|child_process|worker_threads|inspector|testing\/(program|disk)|vi\.(mock|doMock|resetModules|stub)|process\.(env|chdir|on|once|emit|kill|exit|stdout|stderr)|setFlags/

const files = FOLDERS.flatMap((folder) =>
  readdirSync(folder, { encoding: 'utf8', recursive: true }).map((name) =>
    join(folder, name).replaceAll('\\', '/'),
  ),
).filter((file) => file.endsWith('.test.ts') && !file.includes('node_modules'))
const leavesTraces = (file: string) => LEAVES_TRACES.test(readFileSync(file, 'utf8'))

// A test that hangs is ended; how fast it must be, on a machine that others use too, is for none of these to say.
const TIMEOUT_MS = 60_000
// Times are shown where the machine is.
const common = { testTimeout: TIMEOUT_MS, hookTimeout: TIMEOUT_MS, env: { TZ: 'UTC' } }

export default defineConfig({
  test: {
    projects: [
      { test: { ...common, name: 'alone', include: files.filter(leavesTraces) } },
      // To start a process for a file of pure functions takes longer than its tests.
      {
        test: {
          ...common,
          name: 'together',
          include: files.filter((file) => !leavesTraces(file)),
          isolate: false,
        },
      },
    ],
  },
})
