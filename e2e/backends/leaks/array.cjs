// A list that only grows, in one synchronous loop that never yields.
const rows = []

function collectRow(index) {
  rows.push({ index, cells: [index, index + 1, index + 2] })
}

setImmediate(() => {
  for (let index = 0; ; index += 1) collectRow(index)
})
