// What Electron is given to run. It reads this file itself, and searches its text for exports: so it is short, and what
// it runs comes from V8's code cache.
import path from 'node:path'
import { runScript } from '../compiled/script'

runScript(path.join(__dirname, 'bundle.js'))
