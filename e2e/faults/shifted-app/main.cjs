// The app, with a clock that a signal sets as if somebody had set the machine's.
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

process.on('SIGUSR2', () => {
  shiftMs = Number(process.env.FAULT_SHIFT_MS)
  console.log('the clock is shifted')
})
require('../../../dist/main/index.cjs')
