// The app. On SIGUSR2 it collects its garbage, which does not count as held, and shifts its clock as if the
// machine's had been set: by the milliseconds in the file FAULT_CLOCK, once there is one.
const fs = require('node:fs')
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
  collectGarbage()
  console.error('the garbage is collected')
})
require('../../../dist/main/index.cjs')
