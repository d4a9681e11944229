// The backend that `doctor` profiles: it computes and retains memory, in functions with recognisable names.
const kept = new Map<number, unknown[]>()
let turns = 0

// Recursive, so that no optimiser inlines it into its caller.
function doctorComputes(n: number): number {
  return n < 2 ? n : doctorComputes(n - 1) + doctorComputes(n - 2)
}

// Called only by the event loop, for the same reason.
function doctorKeeps(): void {
  kept.set(turns++ % 400, new Array(5_000).fill(turns))
}

function turn(): void {
  doctorComputes(26)
  setTimeout(turn, 1)
}
setInterval(doctorKeeps, 2)
turn()
