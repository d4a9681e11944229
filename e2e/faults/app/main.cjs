// The app. On SIGUSR2 it collects its garbage, as what is garbage is not held, and sets its clock as if somebody had set
// the machine's: by the milliseconds in the file FAULT_CLOCK, once there is one.
// The garbage collector gives back V8's empty space for new objects too: that grows with the pace of the machine, by 6 MiB at
// a first death (measured), and V8 itself gives it back only after some seconds without work, which being asked again ends.
const fs = require('node:fs')
const path = require('node:path')
const v8 = require('node:v8')
const vm = require('node:vm')

const RealDate = Date
let shiftMs = 0

globalThis.Date = class extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(RealDate.now() + shiftMs)
    else super(...args)
  }

  static now() {
    return RealDate.now() + shiftMs
  }
}

v8.setFlagsFromString('--expose-gc')
const collectGarbage = vm.runInNewContext('gc')
const { FAULT_CLOCK: clock } = process.env

process.on('SIGUSR2', () => {
  if (clock && fs.existsSync(clock)) shiftMs = Number(fs.readFileSync(clock, 'utf8'))
  collectGarbage({ type: 'major', execution: 'sync', flavor: 'last-resort' })
  console.error('the garbage is collected')
})
// Where Electron runs another folder, ours is a module that starts nothing: it asks once.
const { app } = require('electron')
const { getAppPath } = app
app.getAppPath = () => {
  app.getAppPath = getAppPath
  return path.join(__dirname, '../../..')
}
require('../../../dist/main/index.cjs')
