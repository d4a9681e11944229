// The file that Electron runs. It reads this file itself, and searches its text for exports: so it is short,
// and what it runs comes from V8's code cache.
import path from 'node:path'
import { runScript } from '../common/bundle/script'

const bootstrap = runScript(path.join(__dirname, 'bundle.js')) as typeof import('./index')
// Code that V8 runs from its cache cannot import ES modules: Node 20 would warn of it.
bootstrap.start((url) => import(url))
