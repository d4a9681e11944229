import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
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
