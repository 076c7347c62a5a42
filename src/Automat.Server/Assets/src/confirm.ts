// Questions before what hurts: where there are scripts they stand in the middle of the screen and hold the keyboard.

/** Turns the unfolding questions of a page into dialogs. */
export function confirmations(): void {
  document.addEventListener('click', event => {
    const summary = event.target instanceof Element ? event.target.closest('details[data-confirm] > summary') : null
    const details = summary?.parentElement
    const dialog = details?.querySelector('dialog')
    if (!(details instanceof HTMLDetailsElement) || !dialog) return
    event.preventDefault()
    details.open = true
    dialog.removeAttribute('open')
    dialog.addEventListener('close', () => { details.open = false }, { once: true })
    dialog.showModal()
    // The keyboard begins at what is to be filled in, else at the answer that changes nothing.
    dialog.querySelector<HTMLElement>('input:not([type="hidden"]), select, textarea')?.focus()
    if (!dialog.contains(document.activeElement)) dialog.querySelector<HTMLElement>('[formmethod="dialog"]')?.focus()
  })
}
