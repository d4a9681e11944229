// A timer that adds to a history which is never trimmed.
const history = []

function recordReadings() {
  for (let sensor = 0; sensor < 3_000; sensor += 1) {
    history.push({ sensor, at: Date.now(), values: new Array(10).fill(sensor / 7) })
  }
}

setInterval(recordReadings, 10)
