import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // Only a test that hangs takes all of it: on a slow or busy machine what starts a process takes seconds.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    include: [
      'src/**/*.test.ts',
      'testing/**/*.test.ts',
      'examples/**/*.test.ts',
      'scripts/**/*.test.ts',
      'e2e/support/**/*.test.ts',
      'e2e/soak/**/*.test.ts',
      'bench/**/*.test.ts',
      'datadog/**/*.test.ts',
      'fuzz/**/*.test.ts',
    ],
  },
})
