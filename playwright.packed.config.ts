import { defineConfig } from '@playwright/test'
import development from './playwright.config'

/**
 * The same tests on the app that `npm run dist -- --dir` packed. What its closed doors do not allow says so where it is;
 * what would prove nothing more there is left out here.
 */
export default defineConfig(development, {
  globalSetup: './e2e/support/app/packed-setup.ts',
  // It has an app of its own, which is not packed.
  testIgnore: ['**/embedding.spec.ts', '**/oldest/**'],
  grepInvert: [
    // Which function leaks is found in V8's profile, whoever packed the app: one program stands for all of them.
    /leaks\.spec\.ts (?!a leak by array )/,
    // What a backend does to its own JavaScript; a debugger's are kept, against an app that lets none in.
    /a backend that (is like|replaces|freezes|blocks|exits while)/,
  ],
})
