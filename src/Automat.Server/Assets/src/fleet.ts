// Machines: what the stream says of those on the page is carried into the table, and labels get a button to print them.

/** Keeps the list's badges up to date, and shows what only scripts can do. */
export function fleet(): void {
  document.querySelectorAll<HTMLButtonElement>('[data-print]').forEach(button => {
    button.hidden = false
    button.addEventListener('click', () => print())
  })

  const now = document.getElementById('fleet-now')
  if (!now) return
  new MutationObserver(() => {
    for (const told of now.querySelectorAll<HTMLElement>('[data-status-of]')) {
      const place = document.querySelector(`[data-status="${CSS.escape(told.dataset.statusOf ?? '')}"]`)
      if (place && place.innerHTML !== told.innerHTML) place.innerHTML = told.innerHTML
    }
  }).observe(now, { childList: true })
}
