import { defineConfig } from '@playwright/test'
import { isLongForm } from './testing/form/form'

export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  testIgnore: ['**/packed/**', '**/oldest/**'],
  // What another test's way through the app, or a unit test, covers too: each case of a table, on the real app.
  grepInvert: isLongForm() ? [] : /@long/,
  globalSetup: './e2e/support/app/global-setup.ts',
  // Two cores: an app that dies of memory beside another one makes both slow, and tests of time unsure.
  workers: 1,
  // Several waits long (`testing/waiting/wait-for.ts`): what is waited for in vain says so first.
  timeout: 180_000,
  forbidOnly: true,
  // On machines that others use too a test may be too slow once; the report then says that it was.
  retries: process.env.CI ? 1 : 0,
  reporter: [['list']],
})
