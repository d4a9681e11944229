// @ts-check
// A backend that writes when it runs, and its memory a while later.
const enteredAt = performance.timeOrigin + performance.now()
const SETTLE_MS = 1_500

/** @param {object} report */
const say = (report) => process.stdout.write(`[bench] ${JSON.stringify(report)}\n`)

say({ enteredAt })
setTimeout(() => say({ backendRss: process.memoryUsage.rss() }), SETTLE_MS)
setInterval(() => {}, 60_000)
